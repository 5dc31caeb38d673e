import { LogOut } from 'lucide-react'
import type { ReactNode } from 'react'
import { Form } from 'react-router'
import { kitMessages } from '../messages/kit.ts'
import { paths } from '../paths.ts'
import { MenuHeading, MenuItem, MenuLine, MenuLink } from './menu.tsx'
import { useMessages } from './site.tsx'
import { LanguageSwitch, ThemeSwitch } from './switches.tsx'

/** What stands behind one's own name: theme, language, ways out. */
export function UserMenu({
  name,
  email,
  logout,
  links = [],
}: {
  name: string
  email: string
  logout: string
  links?: { to: string; label: string; icon: ReactNode }[]
}) {
  const words = useMessages(kitMessages)
  return (
    <div className="w-56">
      <div className="px-2.5 pt-1.5 pb-1">
        <p className="truncate text-md font-medium">{name}</p>
        <p className="truncate text-sm text-muted">{email}</p>
      </div>
      <MenuLine />
      <MenuHeading>{words.theme}</MenuHeading>
      <div className="px-1 pb-1">
        <ThemeSwitch />
      </div>
      <MenuHeading>{words.language}</MenuHeading>
      <LanguageSwitch />
      <MenuLine />
      {links.map((link) => (
        <MenuLink key={link.to} to={link.to} document>
          {link.icon}
          {link.label}
        </MenuLink>
      ))}
      <Form method="post" action={paths.logout()} reloadDocument>
        <MenuItem>
          <LogOut aria-hidden="true" />
          {logout}
        </MenuItem>
      </Form>
    </div>
  )
}

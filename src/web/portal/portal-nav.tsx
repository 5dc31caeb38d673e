import type { ReactNode } from 'react'
import { NavLink, useLocation } from 'react-router'
import { paths } from '../paths.ts'
import { cx } from '../ui/cx.ts'

type Props = { to: string; end: boolean; icon: ReactNode; children: ReactNode }

/** Documents are reached by their own address and belong to the place of billing. */
const ALSO: Record<string, string> = { [paths.billing()]: paths.invoices() }

function useIsHere(to: string): boolean {
  const { pathname } = useLocation()
  const also = ALSO[to]
  return also !== undefined && (pathname === also || pathname.startsWith(`${also}/`))
}

/** A place in the rail. */
export function PortalLink({ to, end, icon, children }: Props) {
  const here = useIsHere(to)
  return (
    <NavLink
      to={to}
      end={end}
      className={({ isActive }) =>
        cx(
          'flex min-h-9 items-center gap-2.5 rounded-control px-2.5 text-md font-medium [&_svg]:size-4.5 [&_svg]:shrink-0',
          isActive || here ? 'bg-brand-tint text-brand-ink' : 'text-muted hover:bg-hover hover:text-ink',
        )
      }
    >
      {icon}
      {children}
    </NavLink>
  )
}

/** The same place in the bar of a phone. */
export function PortalTab({ to, end, icon, children }: Props) {
  const here = useIsHere(to)
  return (
    <NavLink
      to={to}
      end={end}
      className={({ isActive }) =>
        cx(
          'grid min-h-14 content-center justify-items-center gap-0.5 text-xs font-medium -outline-offset-2 [&_svg]:size-5',
          isActive || here ? 'text-brand-ink' : 'text-muted',
        )
      }
    >
      {icon}
      {children}
    </NavLink>
  )
}

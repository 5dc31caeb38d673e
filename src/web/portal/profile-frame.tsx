import type { ReactNode } from 'react'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { paths } from '../paths.ts'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Tabs } from '../ui/tabs.tsx'

/** One part of the profile, with the way to the others. */
export function ProfileFrame({ notice, children }: { notice?: ReactNode; children: ReactNode }) {
  const words = useMessages(portalProfileMessages)
  const tabs = [
    { to: paths.profile(), label: words.tabs.you },
    { to: paths.profileBilling(), label: words.tabs.billing },
    { to: paths.profileSecurity(), label: words.tabs.security },
    { to: paths.profileTokens(), label: words.tabs.tokens },
  ]
  return (
    <FormPage title={words.title} tabs={<Tabs label={words.tabs.label} tabs={tabs} />} notice={notice}>
      <div className="grid gap-5">{children}</div>
    </FormPage>
  )
}

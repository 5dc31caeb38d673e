import type { ReactNode } from 'react'
import { useLocation, useRouteLoaderData } from 'react-router'
import { portalProfileMessages } from '../messages/portal-profile.ts'
import { paths } from '../paths.ts'
import { FormPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Tabs } from '../ui/tabs.tsx'
import type { loader as portalLoader } from './portal-layout.tsx'

/** One part of the profile, with the way to the others. */
export function ProfileFrame({ notice, children }: { notice?: ReactNode; children: ReactNode }) {
  const words = useMessages(portalProfileMessages)
  const { pathname } = useLocation()
  const shows = useRouteLoaderData<typeof portalLoader>('web/portal/portal-layout')?.shows
  const body = <div className="grid gap-5">{children}</div>
  if (!pathname.startsWith(paths.portal()))
    return (
      <FormPage title={words.tabs.security} notice={notice}>
        {body}
      </FormPage>
    )
  const tabs = [
    { to: paths.profile(), label: words.tabs.you },
    ...(shows?.billing === false ? [] : [{ to: paths.profileBilling(), label: words.tabs.billing }]),
    { to: paths.profileSecurity(), label: words.tabs.security },
    { to: paths.profileTokens(), label: words.tabs.tokens },
    { to: paths.profileData(), label: words.tabs.data },
  ]
  return (
    <FormPage title={words.title} tabs={<Tabs label={words.tabs.label} tabs={tabs} />} notice={notice}>
      {body}
    </FormPage>
  )
}

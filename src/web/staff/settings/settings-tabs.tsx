import { staffSettingsMessages } from '../../messages/staff-settings.ts'
import { paths } from '../../paths.ts'
import { useMessages } from '../../ui/site.tsx'
import { Tabs } from '../../ui/tabs.tsx'
import type { StaffScope } from '../access.ts'

export type SettingsShown = { settings: boolean; mails: boolean }

/** The pages of the settings that this role may open. */
export const settingsTabsFor = ({ may }: StaffScope): SettingsShown => ({
  settings: may('settings.manage'),
  mails: may('notification.read'),
})

/** All that is set, from how it is billed to what is written in mails. */
export function SettingsTabs({ shown }: { shown: SettingsShown }) {
  const { view, tabs } = useMessages(staffSettingsMessages)
  return (
    <Tabs
      label={view}
      tabs={[
        ...(shown.settings
          ? [
              { to: paths.staffSettingsBilling(), label: tabs.billing },
              { to: paths.staffSettingsNumbering(), label: tabs.numbering },
              { to: paths.staffSettingsCurrencies(), label: tabs.currencies },
              { to: paths.staffSettingsCompany(), label: tabs.company },
            ]
          : []),
        ...(shown.mails ? [{ to: paths.staffSettingsMails(), label: tabs.mails }] : []),
      ]}
    />
  )
}

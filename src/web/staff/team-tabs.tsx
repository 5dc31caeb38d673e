import { staffPeopleMessages } from '../messages/staff-people.ts'
import { paths } from '../paths.ts'
import { useMessages } from '../ui/site.tsx'
import type { StaffScope } from './access.ts'
import { ViewTabs } from './view-tabs.tsx'

const TABS = ['people', 'roles', 'impersonations', 'approvals'] as const
type Tab = (typeof TABS)[number]

const TO = {
  people: paths.staffPeople,
  roles: paths.staffRoles,
  impersonations: paths.staffImpersonations,
  approvals: paths.staffApprovals,
} satisfies Record<Tab, () => string>

/** The pages about our own people that a role may open. */
export const teamTabsFor = ({ may }: StaffScope): Tab[] =>
  TABS.filter((tab) => tab === 'approvals' || may('staff.read'))

/** Leads from one page about our own people to the others. */
export function TeamTabs({ tabs, current }: { tabs: readonly Tab[]; current: Tab }) {
  const words = useMessages(staffPeopleMessages)
  if (tabs.length < 2) return null
  return (
    <ViewTabs
      label={words.team}
      current={current}
      views={tabs.map((tab) => ({ value: tab, label: words.tabs[tab], to: TO[tab]() }))}
    />
  )
}

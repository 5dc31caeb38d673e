import { staffEventsMessages } from '../messages/staff-events.ts'
import { paths } from '../paths.ts'
import { useMessages } from '../ui/site.tsx'
import { ViewTabs } from './view-tabs.tsx'

/** From what happened here to what browsers report, and back. */
export function LogTabs({ current }: { current: 'events' | 'reports' }) {
  const words = useMessages(staffEventsMessages)
  return (
    <ViewTabs
      label={words.title}
      current={current}
      views={[
        { value: 'events', label: words.tabs.events, to: paths.staffEvents() },
        { value: 'reports', label: words.tabs.reports, to: paths.staffCspReports() },
      ]}
    />
  )
}

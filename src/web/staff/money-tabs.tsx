import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { useMessages } from '../ui/site.tsx'
import { ViewTabs } from './view-tabs.tsx'

/** From money that came in to money that went back, is contested, or is nobody's yet. */
export function MoneyTabs({ current }: { current: 'payments' | 'refunds' | 'disputes' | 'unmatched' }) {
  const words = useMessages(staffMoneyMessages)
  return (
    <ViewTabs
      label={words.view}
      current={current}
      views={[
        { value: 'payments', label: words.tabs.payments, to: paths.staffPayments() },
        { value: 'refunds', label: words.tabs.refunds, to: paths.staffRefunds() },
        { value: 'disputes', label: words.tabs.disputes, to: paths.staffDisputes() },
        { value: 'unmatched', label: words.tabs.unmatched, to: paths.staffUnmatched() },
      ]}
    />
  )
}

import { staffMoneyMessages } from '../messages/staff-money.ts'
import { paths } from '../paths.ts'
import { useMessages } from '../ui/site.tsx'
import { ViewTabs } from './view-tabs.tsx'

type Tab = 'payments' | 'refunds' | 'disputes' | 'unmatched' | 'credit' | 'creditNotes' | 'dunning' | 'proof'

/** From money that came in to money that went back, is contested, or is nobody's yet. */
export function MoneyTabs({ current }: { current: Tab }) {
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
        { value: 'credit', label: words.tabs.credit, to: paths.staffCredit() },
        { value: 'creditNotes', label: words.tabs.creditNotes, to: paths.staffCreditNotes() },
        { value: 'dunning', label: words.tabs.dunning, to: paths.staffDunning() },
        { value: 'proof', label: words.tabs.proof, to: paths.staffProof() },
      ]}
    />
  )
}

import { formatDate, formatMoney } from '#platform/i18n.ts'
import { portalInvoiceMessages } from '../messages/portal-invoice.ts'
import { Notice } from '../ui/notice.tsx'
import { useMessages, useSite } from '../ui/site.tsx'
import type { InvoiceView } from './invoice-view.ts'

type Props = {
  invoice: InvoiceView
  /** Somebody came back from the payment page, and the gateway has not confirmed yet. */
  waiting: boolean
  /** An order waits for this to be paid. */
  ordered: boolean
}

/** How an invoice stands, in words: what is to be done, or that nothing is. */
export function InvoiceNotices({ invoice, waiting, ordered }: Props) {
  const words = useMessages(portalInvoiceMessages)
  const { locale, timeZone } = useSite()
  if (waiting)
    return (
      <Notice title={words.waiting} live>
        {words.waitingText}
      </Notice>
    )
  const refusal = invoice.payable && invoice.refusal !== undefined && (
    <Notice tone="bad" title={words.refused}>
      {words.reasons[invoice.refusal] ?? words.otherReason}
    </Notice>
  )
  const due = formatDate(invoice.dueAt, locale, timeZone, 'dateTime')
  const amount = formatMoney(invoice.leftMinor, invoice.currency, locale)
  switch (invoice.state) {
    case 'unpaid':
      return (
        <div className="grid gap-3">
          {refusal}
          <Notice tone="warn" title={words.unpaid(amount, due)}>
            {ordered && <p>{words.unpaidOrder}</p>}
            {invoice.proForma && <p>{words.proFormaNote}</p>}
          </Notice>
        </div>
      )
    case 'overdue':
      return (
        <div className="grid gap-3">
          {refusal}
          <Notice tone="bad" title={words.overdue(amount, due)}>
            {words.overdueText}
          </Notice>
        </div>
      )
    case 'paid':
      return invoice.proForma ? <Notice tone="ok">{words.numberSoon}</Notice> : null
    case 'void':
      return <Notice title={words.void}>{words.voidText}</Notice>
    case 'uncollectible':
      return (
        <Notice tone="warn" title={words.uncollectible}>
          {words.uncollectibleText}
        </Notice>
      )
    default:
      return null
  }
}

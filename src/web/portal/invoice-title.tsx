import { portalMessages } from '../messages/portal.ts'
import { useMessages } from '../ui/site.tsx'
import { shortId } from './view.ts'

/** The number of an invoice; a pro forma has none yet. */
export function InvoiceTitle({ invoice }: { invoice: { id: string; number: string | null } }) {
  const words = useMessages(portalMessages).invoices
  return <span className="tabular">{invoice.number ?? words.proForma(shortId(invoice.id))}</span>
}

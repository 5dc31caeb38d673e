import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { Code, Time } from '../ui/values.tsx'
import { FactList } from './fact-list.tsx'
import { RowLink } from './parts.tsx'
import { shortId } from './view.ts'

/** A document's dates and whose it is. */
export function InvoiceFacts({
  invoice,
  orderId,
}: {
  invoice: {
    customerId: string
    buyer: { name: string }
    createdAt: string
    dueAt: string
    paidAt: string | null
    issuedAt: string | null
    contentHash: string | null
  }
  orderId: string | undefined
}) {
  const words = useMessages(staffObjectsMessages).invoices
  const common = useMessages(staffMessages)
  return (
    <Card title={common.facts}>
      <FactList
        facts={[
          {
            label: common.customer,
            value: <RowLink to={paths.staffCustomer(invoice.customerId)}>{invoice.buyer.name}</RowLink>,
          },
          ...(orderId
            ? [{ label: common.order, value: <RowLink to={paths.staffOrder(orderId)}>{shortId(orderId)}</RowLink> }]
            : []),
          { label: common.created, value: <Time at={invoice.createdAt} format="dateTime" /> },
          { label: words.due, value: <Time at={invoice.dueAt} format="dateTime" /> },
          ...(invoice.paidAt ? [{ label: words.paid, value: <Time at={invoice.paidAt} format="dateTime" /> }] : []),
          ...(invoice.issuedAt
            ? [{ label: words.issued, value: <Time at={invoice.issuedAt} format="dateTime" /> }]
            : []),
          ...(invoice.contentHash
            ? [{ label: words.hash, value: <Code className="break-all">{invoice.contentHash}</Code> }]
            : []),
        ]}
      />
    </Card>
  )
}

import type { InvoiceState } from '#platform/schema.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { staffInvoicesMessages } from '../messages/staff-invoices.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { CardRows } from './card-rows.tsx'
import { AllLink } from './parts.tsx'
import { shortId } from './view.ts'

type Props = {
  customerId: string
  /** Whether whoever looks may write a new one. */
  mayWrite: boolean
  invoices: readonly {
    id: string
    number: string | null
    totalMinor: bigint
    currency: string
    state: InvoiceState | 'overdue'
    createdAt: string
  }[]
}

/** The last documents of a customer, with the ways to their statement, to all of them and to a new one. */
export function CustomerInvoices({ customerId, mayWrite, invoices }: Props) {
  const words = useMessages(staffObjectsMessages)
  const money = useMessages(portalMoneyMessages)
  const byHand = useMessages(staffInvoicesMessages)
  return (
    <Card
      title={words.invoices.title}
      actions={
        <>
          {mayWrite && <AllLink to={paths.staffNewInvoice({ customer: customerId })} label={byHand.open} />}
          <AllLink to={paths.staffStatement(customerId)} label={money.statement.link} />
          {invoices.length > 0 && <AllLink to={paths.staffInvoices({ customer: customerId })} />}
        </>
      }
      flush
    >
      <CardRows
        label={words.invoices.title}
        empty={words.customers.noInvoices}
        rows={invoices.map((row) => ({
          key: row.id,
          to: paths.staffInvoice(row.id),
          title: row.number ?? words.invoices.proFormaOf(shortId(row.id)),
          state: <StateBadge state={row.state} />,
          amount: <Money minor={row.totalMinor} currency={row.currency} />,
          aside: <Time at={row.createdAt} />,
        }))}
      />
    </Card>
  )
}

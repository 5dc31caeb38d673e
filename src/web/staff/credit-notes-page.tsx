import { listCreditNotes } from '#modules/billing/credit-note-queries.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { CustomerScope, RowLink } from './parts.tsx'
import { iso, shortId } from './view.ts'
import type { Route } from './+types/credit-notes-page'

const STATES = ['numbered', 'waiting'] as const

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const filter = { search: url.text('q'), state: url.one('state', STATES) }
  const customer = await scopedCustomer(scope, url)
  const { rows, next } = await listCreditNotes(scope.app, scope.actor, {
    ...url.page,
    search: filter.search,
    numbered: filter.state && filter.state === 'numbered',
    customerId: customer?.id,
  })
  return {
    customer,
    next,
    mayReadPayments: scope.may('payment.read'),
    filtered: Boolean(filter.search ?? filter.state ?? customer),
    rows: rows.map((note) => ({
      id: note.id,
      number: note.number,
      invoiceId: note.invoiceId,
      invoiceNumber: note.invoiceNumber,
      customerId: note.customerId,
      customerName: note.customerName,
      reason: note.reason,
      totalMinor: note.totalMinor,
      currency: note.currency,
      at: iso(note.issuedAt ?? note.createdAt),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function CreditNotesPage({ loaderData }: Route.ComponentProps) {
  const { rows, next, filtered, customer, mayReadPayments } = loaderData
  const words = useMessages(staffCreditMessages).notes
  const common = useMessages(staffMessages)
  const invoices = useMessages(staffObjectsMessages).invoices
  const columns: Column<Row>[] = [
    {
      key: 'number',
      header: words.numbered,
      cell: (row) =>
        row.number === null ? (
          <Badge tone="warn">{words.states['waiting']}</Badge>
        ) : (
          <a href={paths.staffCreditNotePdf(row.id)} className="relative link tabular">
            {row.number}
          </a>
        ),
    },
    {
      key: 'invoice',
      header: words.invoice,
      cell: (row) => (
        <RowLink to={paths.staffInvoice(row.invoiceId)}>
          {row.invoiceNumber ?? invoices.proFormaOf(shortId(row.invoiceId))}
        </RowLink>
      ),
    },
    {
      key: 'customer',
      header: common.customer,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    {
      key: 'reason',
      header: words.reason,
      grow: true,
      cell: (row) => <span className="text-muted">{row.reason}</span>,
    },
    {
      key: 'amount',
      header: common.total,
      align: 'right',
      cell: (row) => <Money minor={row.totalMinor} currency={row.currency} />,
    },
    { key: 'at', header: common.created, align: 'right', cell: (row) => <Time at={row.at} /> },
  ]
  return (
    <ListPage
      title={words.title}
      actions={mayReadPayments && <MoneyTabs current="creditNotes" />}
      notice={customer && <CustomerScope customer={customer} all={paths.staffCreditNotes()} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.search }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: STATES.map((value) => ({ value, label: words.states[value] ?? value })),
            },
          ]}
          keep={['customer']}
        />
      }
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}

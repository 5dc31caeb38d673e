import { listInvoices } from '#modules/billing/billing-queries.ts'
import { invoiceMachine, isOverdue } from '#modules/billing/invoice.ts'
import type { InvoiceState } from '#platform/schema.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { CustomerScope, RowLink } from './parts.tsx'
import { iso, shortId } from './view.ts'
import type { Route } from './+types/invoices-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const states = Object.keys(invoiceMachine.states) as InvoiceState[]
  const filter = { search: url.text('q'), state: url.one('state', states) }
  const oldestFirst = url.one('sort', ['created', '-created']) === 'created'
  const customer = await scopedCustomer(scope, url)
  const { rows, next } = await listInvoices(scope.app, scope.actor, {
    ...url.page,
    ...filter,
    oldestFirst,
    customerId: customer?.id,
  })
  const now = scope.app.clock.now()
  return {
    states,
    customer,
    next,
    filtered: Boolean(filter.search ?? filter.state ?? customer),
    rows: rows.map((invoice) => {
      const { id, number, state, customerId, customerName, currency, totalMinor, dueAt, createdAt } = invoice
      const shown = isOverdue(invoice, now) ? ('overdue' as const) : state
      return {
        id,
        number,
        state: shown,
        customerId,
        customerName,
        currency,
        totalMinor,
        dueAt: iso(dueAt),
        createdAt: iso(createdAt),
      }
    }),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function InvoicesPage({ loaderData: { rows, next, filtered, states, customer } }: Route.ComponentProps) {
  const words = useMessages(staffObjectsMessages).invoices
  const common = useMessages(staffMessages)
  const stateWords = useMessages(stateMessages)
  const columns: Column<Row>[] = [
    {
      key: 'number',
      header: words.number,
      cell: (row) => <span className="tabular">{row.number ?? words.proFormaOf(shortId(row.id))}</span>,
    },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: 'customer',
      header: common.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    {
      key: 'total',
      header: common.total,
      align: 'right',
      cell: (row) => <Money minor={row.totalMinor} currency={row.currency} />,
    },
    {
      key: 'due',
      header: words.due,
      align: 'right',
      phone: 'hide',
      cell: (row) => <Time at={row.dueAt} format="date" />,
    },
    {
      key: 'created',
      header: common.created,
      sort: 'created',
      align: 'right',
      cell: (row) => <Time at={row.createdAt} />,
    },
  ]
  return (
    <ListPage
      title={words.title}
      notice={customer && <CustomerScope customer={customer} all={paths.staffInvoices()} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.search }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: states.map((state) => ({ value: state, label: stateWords[state] })),
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
        href={(row) => paths.staffInvoice(row.id)}
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}

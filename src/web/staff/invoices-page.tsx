import { Link } from 'react-router'
import { listInvoices } from '#modules/billing/billing-queries.ts'
import { AGES, dueOfAge } from '#modules/billing/reports/ageing-report.ts'
import { invoiceMachine, isOverdue } from '#modules/billing/invoice.ts'
import type { InvoiceState } from '#platform/schema.ts'
import { reportsMessages } from '../messages/reports.ts'
import { staffInvoicesMessages } from '../messages/staff-invoices.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope, type StaffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { type ListUrl, readListUrl } from './list-url.ts'
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
  const debts = await readDebts(scope, url)
  const { rows, next } = await listInvoices(scope.app, scope.actor, {
    ...url.page,
    ...filter,
    currency: debts?.currency,
    due: debts?.due,
    oldestFirst,
    customerId: customer?.id,
  })
  const now = scope.app.clock.now()
  return {
    states,
    customer,
    mayCreate: scope.may('invoice.create'),
    next,
    debts: debts && { age: debts.age, currency: debts.currency },
    filtered: Boolean(filter.search ?? filter.state ?? customer ?? debts),
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

/** An age of debts in one currency, as the report on them leads here; for whoever may see that report. */
async function readDebts(scope: StaffScope, url: ListUrl) {
  const age = url.one(
    'overdue',
    AGES.map((each) => each.age),
  )
  const currency = url.text('currency')
  if (age === undefined || currency === undefined || !scope.may('report.read')) return undefined
  return { age, currency, due: await dueOfAge(scope.app, scope.actor, age) }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function InvoicesPage({ loaderData }: Route.ComponentProps) {
  const { rows, next, filtered, states, customer, debts, mayCreate } = loaderData
  const words = useMessages(staffObjectsMessages).invoices
  const { open } = useMessages(staffInvoicesMessages)
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
      actions={
        mayCreate && (
          <LinkButton to={paths.staffNewInvoice({ customer: customer?.id })} variant="primary">
            {open}
          </LinkButton>
        )
      }
      notice={
        (customer ?? debts) && (
          <div className="grid gap-2">
            <CustomerScope customer={customer} all={paths.staffInvoices()} />
            {debts && <DebtScope {...debts} />}
          </div>
        )
      }
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
          keep={['customer', 'currency', 'overdue']}
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

/** That the list shows the invoices behind one figure of the report, with the way back and out. */
function DebtScope({ age, currency }: { age: keyof (typeof reportsMessages)['en']['ages']; currency: string }) {
  const reports = useMessages(reportsMessages)
  const common = useMessages(staffMessages)
  return (
    <p className="flex flex-wrap items-center gap-x-3 gap-y-1 text-sm">
      <span className="rounded-full bg-brand-tint px-2.5 py-0.5 font-medium text-brand-ink">
        {reports.onlyAge(reports.ages[age], currency)}
      </span>
      <Link to={paths.staffReport('ageing')} className="link">
        {reports.names.ageing}
      </Link>
      <Link to={paths.staffInvoices()} className="link">
        {common.showAll}
      </Link>
    </p>
  )
}

import { disputeMachine } from '#modules/billing/dispute.ts'
import { listDisputes } from '#modules/billing/money-queries.ts'
import type { DisputeState } from '#platform/schema.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
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
import { MoneyTabs } from './money-tabs.tsx'
import { CustomerScope, RowLink } from './parts.tsx'
import { iso, isoOrNull } from './view.ts'
import type { Route } from './+types/disputes-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const states = Object.keys(disputeMachine.states) as DisputeState[]
  const state = url.one('state', states)
  const customer = await scopedCustomer(scope, url)
  const { rows, next } = await listDisputes(scope.app, scope.actor, { ...url.page, state, customerId: customer?.id })
  return {
    states,
    customer,
    next,
    filtered: Boolean(state ?? customer),
    rows: rows.map((row) => ({
      id: row.id,
      state: row.state,
      reason: row.reason,
      customerId: row.customerId,
      customerName: row.customerName,
      amountMinor: row.amountMinor,
      currency: row.currency,
      evidenceDueAt: row.state === 'open' || row.state === 'warning' ? isoOrNull(row.evidenceDueAt) : null,
      createdAt: iso(row.createdAt),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function DisputesPage({ loaderData: { rows, next, filtered, states, customer } }: Route.ComponentProps) {
  const words = useMessages(staffMoneyMessages)
  const common = useMessages(staffMessages)
  const stateWords = useMessages(stateMessages)
  const columns: Column<Row>[] = [
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: 'reason', header: words.disputes.reason, cell: (row) => words.disputes.reasons[row.reason] ?? row.reason },
    {
      key: 'customer',
      header: common.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    {
      key: 'amount',
      header: words.amount,
      align: 'right',
      cell: (row) => <Money minor={row.amountMinor} currency={row.currency} />,
    },
    {
      key: 'due',
      header: words.disputes.evidenceDue,
      align: 'right',
      cell: (row) => (row.evidenceDueAt === null ? null : <Time at={row.evidenceDueAt} format="dateTime" />),
    },
    {
      key: 'created',
      header: common.created,
      align: 'right',
      phone: 'hide',
      cell: (row) => <Time at={row.createdAt} />,
    },
  ]
  return (
    <ListPage
      title={words.disputes.title}
      actions={<MoneyTabs current="disputes" />}
      notice={customer && <CustomerScope customer={customer} all={paths.staffDisputes()} />}
      filters={
        <Filters
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
        label={words.disputes.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffDispute(row.id)}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.disputes.empty} text={words.disputes.emptyText} />}
      />
    </ListPage>
  )
}

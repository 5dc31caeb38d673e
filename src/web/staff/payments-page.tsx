import { listPayments } from '#modules/billing/money-queries.ts'
import { paymentMachine } from '#modules/billing/payment.ts'
import type { PaymentChannel, PaymentState } from '#platform/schema.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { staffMoneyMessages } from '../messages/staff-money.ts'
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
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { CustomerScope, RowLink } from './parts.tsx'
import { iso, shortId } from './view.ts'
import type { Route } from './+types/payments-page'

const CHANNELS = ['checkout', 'saved_method', 'bank_transfer', 'manual'] as const satisfies readonly PaymentChannel[]

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const states = Object.keys(paymentMachine.states) as PaymentState[]
  const filter = {
    search: url.text('q'),
    state: url.one('state', states),
    channel: url.one('channel', CHANNELS),
  }
  const customer = await scopedCustomer(scope, url)
  const { rows, next } = await listPayments(scope.app, scope.actor, {
    ...url.page,
    ...filter,
    customerId: customer?.id,
  })
  return {
    states,
    mayRecord: scope.may('payment.record'),
    customer,
    next,
    filtered: Boolean(filter.search ?? filter.state ?? filter.channel ?? customer),
    rows: rows.map((row) => ({
      id: row.id,
      state: row.state,
      channel: row.channel,
      customerId: row.customerId,
      customerName: row.customerName,
      amountMinor: row.amountMinor,
      refundedMinor: row.refundedMinor,
      currency: row.currency,
      createdAt: iso(row.createdAt),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function PaymentsPage({
  loaderData: { rows, next, filtered, states, customer, mayRecord },
}: Route.ComponentProps) {
  const words = useMessages(staffMoneyMessages)
  const common = useMessages(staffMessages)
  const credit = useMessages(staffCreditMessages)
  const stateWords = useMessages(stateMessages)
  const columns: Column<Row>[] = [
    { key: 'id', header: common.id, cell: (row) => <span className="tabular">{shortId(row.id)}</span> },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    {
      key: 'customer',
      header: common.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    { key: 'channel', header: words.channel, phone: 'hide', cell: (row) => words.channels[row.channel] },
    {
      key: 'amount',
      header: words.amount,
      align: 'right',
      cell: (row) => <Money minor={row.amountMinor} currency={row.currency} />,
    },
    {
      key: 'refunded',
      header: words.refunded,
      align: 'right',
      phone: 'hide',
      cell: (row) => (row.refundedMinor > 0n ? <Money minor={row.refundedMinor} currency={row.currency} /> : null),
    },
    { key: 'created', header: common.created, align: 'right', cell: (row) => <Time at={row.createdAt} /> },
  ]
  return (
    <ListPage
      title={words.tabs.payments}
      actions={
        <>
          {mayRecord && <LinkButton to={paths.staffRecordMoney()}>{credit.record.open}</LinkButton>}
          <MoneyTabs current="payments" />
        </>
      }
      notice={customer && <CustomerScope customer={customer} all={paths.staffPayments()} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.payments.search }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: states.map((state) => ({ value: state, label: stateWords[state] })),
            },
            {
              name: 'channel',
              label: words.channel,
              options: CHANNELS.map((channel) => ({ value: channel, label: words.channels[channel] ?? channel })),
            },
          ]}
          keep={['customer']}
        />
      }
    >
      <DataTable
        label={words.tabs.payments}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffPayment(row.id)}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.payments.empty} text={words.payments.emptyText} />}
      />
    </ListPage>
  )
}

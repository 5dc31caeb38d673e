import { listGrants, sumGrants } from '#modules/billing/list-grants.ts'
import { formatMoney } from '#platform/i18n.ts'
import type { CreditSource } from '#platform/schema.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCreditMessages } from '../messages/staff-credit.ts'
import { paths } from '../paths.ts'
import { ConfirmButton } from '../ui/confirm.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money, Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { actOnCredit } from './credit-actions.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { MoneyTabs } from './money-tabs.tsx'
import { CustomerScope, Refusal, RowLink } from './parts.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/credit-page'

const SOURCES = [
  'staff',
  'topup',
  'overpayment',
  'void_document',
  'credit_note',
  'change',
  'refund_failed',
] as const satisfies readonly CreditSource[]

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const customer = await scopedCustomer(scope, url)
  const filter = { source: url.one('source', SOURCES), search: url.text('q'), left: url.one('left', ['yes']) === 'yes' }
  const [{ rows, next }, owed] = await Promise.all([
    listGrants(scope.app, scope.actor, { ...url.page, ...filter, customerId: customer?.id }),
    sumGrants(scope.app, scope.actor, customer?.id),
  ])
  return {
    customer,
    next,
    owed,
    mayManage: scope.may('credit.manage'),
    filtered: Boolean(filter.source ?? filter.search ?? customer) || filter.left,
    rows: rows.map(
      ({ id, source, note, customerId, customerName, currency, amountMinor, remainingMinor, createdAt }) => ({
        id,
        source,
        note,
        customerId,
        customerName,
        currency,
        amountMinor,
        remainingMinor,
        at: iso(createdAt),
      }),
    ),
  }
}

export async function action({ request, context }: Route.ActionArgs) {
  return actOnCredit(staffScope(context), await request.formData(), context.get(localeContext), paths.staffCredit())
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function CreditPage({ loaderData, actionData }: Route.ComponentProps) {
  const { rows, next, owed, customer, mayManage, filtered } = loaderData
  const words = useMessages(staffCreditMessages)
  const common = useMessages(staffMessages)
  const columns: Column<Row>[] = [
    {
      key: 'customer',
      header: common.customer,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    { key: 'source', header: words.source, cell: (row) => words.sources[row.source] ?? row.source },
    {
      key: 'note',
      header: words.note,
      grow: true,
      phone: 'hide',
      cell: (row) => <span className="text-muted">{row.note}</span>,
    },
    {
      key: 'given',
      header: words.given,
      align: 'right',
      cell: (row) => <Money minor={row.amountMinor} currency={row.currency} />,
    },
    {
      key: 'left',
      header: words.left,
      align: 'right',
      cell: (row) => <Money minor={row.remainingMinor} currency={row.currency} />,
    },
    { key: 'created', header: common.created, align: 'right', phone: 'hide', cell: (row) => <Time at={row.at} /> },
    ...(mayManage
      ? [
          {
            key: 'action',
            header: '',
            align: 'right',
            cell: (row: Row) => <Withdraw row={row} />,
          } satisfies Column<Row>,
        ]
      : []),
  ]
  return (
    <ListPage
      title={words.title}
      actions={<MoneyTabs current="credit" />}
      notice={
        <>
          {actionData?.ok === false && <Refusal state={actionData} />}
          {customer && <CustomerScope customer={customer} all={paths.staffCredit()} />}
          {owed.length > 0 && (
            <p className="flex flex-wrap gap-x-3 text-sm">
              <span className="text-muted">{words.owed}:</span>
              {owed.map(({ currency, amountMinor }) => (
                <Money key={currency} minor={amountMinor} currency={currency} className="font-medium" />
              ))}
            </p>
          )}
        </>
      }
      filters={
        <Filters
          search={{ name: 'q', label: words.search }}
          selects={[
            {
              name: 'source',
              label: words.source,
              options: SOURCES.map((value) => ({ value, label: words.sources[value] ?? value })),
            },
            { name: 'left', label: words.left, options: [{ value: 'yes', label: words.leftOnly }] },
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

/** Only goodwill can be taken back; the rest is the customer's own money. */
function Withdraw({ row }: { row: Row }) {
  const words = useMessages(staffCreditMessages)
  const locale = useLocale()
  if (row.source !== 'staff' || row.remainingMinor === 0n) return null
  return (
    <ConfirmButton
      label={words.withdraw}
      size="small"
      title={words.withdrawTitle(formatMoney(row.remainingMinor, row.currency, locale))}
      confirm={words.withdraw}
      fields={{ do: 'withdraw', id: row.id }}
    >
      <p>{words.withdrawText}</p>
    </ConfirmButton>
  )
}

import { couponMachine } from '#modules/billing/coupon.ts'
import { listCoupons } from '#modules/billing/coupons-queries.ts'
import { formatNumber } from '#platform/i18n.ts'
import type { CouponState } from '#platform/schema.ts'
import { localeContext } from '../context.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffCouponsMessages } from '../messages/staff-coupons.ts'
import { stateMessages } from '../messages/states.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { offWords } from './coupon-view.ts'
import { readListUrl } from './list-url.ts'
import { iso } from './view.ts'
import type { Route } from './+types/coupons-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, may } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const states = Object.keys(couponMachine.states) as CouponState[]
  const filter = { search: url.text('q'), state: url.one('state', states) }
  const oldestFirst = url.one('sort', ['created', '-created']) === 'created'
  const { rows, next } = await listCoupons(app, actor, { ...url.page, ...filter, oldestFirst })
  return {
    states,
    next,
    mayManage: may('coupon.manage'),
    filtered: Boolean(filter.search ?? filter.state),
    rows: rows.map((coupon) => ({
      id: coupon.id,
      code: coupon.code,
      name: coupon.name,
      state: coupon.state,
      off: offWords(coupon, locale),
      uses: coupon.uses,
      maxUses: coupon.maxUses,
      createdAt: iso(coupon.createdAt),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

function useColumns(): Column<Row>[] {
  const words = useMessages(staffCouponsMessages)
  const common = useMessages(staffMessages)
  const locale = useLocale()
  return [
    { key: 'code', header: words.code, cell: (row) => row.code },
    { key: 'state', header: common.state, cell: (row) => <StateBadge state={row.state} /> },
    { key: 'name', header: words.name, grow: true, cell: (row) => row.name },
    { key: 'off', header: words.takesOff, align: 'right', cell: (row) => row.off },
    {
      key: 'uses',
      header: words.uses,
      align: 'right',
      cell: ({ uses, maxUses }) =>
        maxUses === null
          ? formatNumber(uses, locale)
          : words.usesOf(formatNumber(uses, locale), formatNumber(maxUses, locale)),
    },
    {
      key: 'created',
      header: common.created,
      sort: 'created',
      align: 'right',
      phone: 'hide',
      cell: (row) => <Time at={row.createdAt} />,
    },
  ]
}

export default function CouponsPage({ loaderData: { rows, next, filtered, states, mayManage } }: Route.ComponentProps) {
  const words = useMessages(staffCouponsMessages)
  const common = useMessages(staffMessages)
  const stateWords = useMessages(stateMessages)
  const create = mayManage && (
    <LinkButton to={paths.staffCouponNew()} variant="primary">
      {words.create}
    </LinkButton>
  )
  return (
    <ListPage
      title={words.title}
      actions={create}
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
        />
      }
    >
      <DataTable
        label={words.title}
        columns={useColumns()}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffCoupon(row.id)}
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} action={create} />}
      />
    </ListPage>
  )
}

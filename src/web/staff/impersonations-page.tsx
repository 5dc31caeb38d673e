import { listImpersonations } from '#modules/accounts/list-impersonations.ts'
import { listStaff } from '#modules/accounts/staff-queries.ts'
import { actingMessages } from '../messages/acting.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge } from '../ui/state-badge.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { CustomerScope, RowLink } from './parts.tsx'
import { TeamTabs, teamTabsFor } from './team-tabs.tsx'
import { iso } from './view.ts'
import type { Route } from './+types/impersonations-page'

/** Colleagues to choose from; who is not among them is found by their page. */
const CHOICES = 200

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const { app, actor } = scope
  const url = readListUrl(request)
  const [customer, people] = await Promise.all([scopedCustomer(scope, url), listStaff(app, actor, { limit: CHOICES })])
  const state = url.one('state', ['open', 'over'] as const)
  const staffId = url.one(
    'who',
    people.rows.map(({ id }) => id),
  )
  const { rows, next } = await listImpersonations(app, actor, {
    ...url.page,
    staffId,
    customerId: customer?.id,
    open: state === undefined ? undefined : state === 'open',
  })
  const now = app.clock.now()
  return {
    tabs: teamTabsFor(scope),
    customer,
    people: people.rows.map(({ id, name }) => ({ value: id, label: name })),
    next,
    filtered: Boolean(state ?? staffId ?? customer),
    rows: rows.map(({ createdAt, expiresAt, endedAt, ...row }) => ({
      ...row,
      createdAt: iso(createdAt),
      minutes: Math.floor(createdAt.until(endedAt ?? (row.open ? now : expiresAt)).total('minutes')),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function ImpersonationsPage({ loaderData }: Route.ComponentProps) {
  const { rows, next, filtered, tabs, customer, people } = loaderData
  const words = useMessages(actingMessages)
  const columns: Column<Row>[] = [
    {
      key: 'who',
      header: words.who,
      cell: (row) => <RowLink to={paths.staffPerson(row.staffId)}>{row.staffName}</RowLink>,
    },
    {
      key: 'whom',
      header: words.whom,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    {
      key: 'why',
      header: words.why,
      grow: true,
      cell: (row) => <span className="break-words whitespace-normal">{row.reason}</span>,
    },
    {
      key: 'state',
      header: words.state,
      cell: (row) => <Badge tone={row.open ? 'warn' : 'plain'}>{row.open ? words.open : words.over}</Badge>,
    },
    { key: 'took', header: words.took, align: 'right', cell: (row) => words.minutes(row.minutes) },
    {
      key: 'began',
      header: words.began,
      align: 'right',
      cell: (row) => <Time at={row.createdAt} format="dateTime" />,
    },
  ]
  const selects = [
    { name: 'who', label: words.who, options: people },
    {
      name: 'state',
      label: words.state,
      options: [
        { value: 'open', label: words.open },
        { value: 'over', label: words.over },
      ],
    },
  ]
  return (
    <ListPage
      title={words.title}
      actions={<TeamTabs tabs={tabs} current="impersonations" />}
      notice={customer && <CustomerScope customer={customer} all={paths.staffImpersonations()} />}
      filters={<Filters selects={selects} keep={['customer']} />}
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

import { listCustomers } from '#modules/accounts/accounts-queries.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Time } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import { iso } from './view.ts'
import type { Route } from './+types/customers-page'

const ORDERS = { name: 'name', '-name': 'name-down', created: 'oldest', '-created': 'newest' } as const
const SORTS = Object.keys(ORDERS) as (keyof typeof ORDERS)[]

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const url = readListUrl(request)
  const search = url.text('q')
  const order = ORDERS[url.one('sort', SORTS) ?? '-created']
  const { rows, next } = await listCustomers(app, actor, { ...url.page, search, order })
  return {
    filtered: search !== undefined,
    next,
    rows: rows.map(({ id, name, email, company, country, createdAt }) => ({
      id,
      name,
      email,
      company,
      country,
      createdAt: iso(createdAt),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

export default function CustomersPage({ loaderData: { rows, next, filtered } }: Route.ComponentProps) {
  const words = useMessages(staffObjectsMessages).customers
  const common = useMessages(staffMessages)
  const columns: Column<Row>[] = [
    { key: 'name', header: words.name, sort: 'name', cell: (row) => row.name },
    { key: 'company', header: words.company, phone: 'hide', cell: (row) => row.company },
    { key: 'email', header: words.email, grow: true, cell: (row) => row.email },
    { key: 'country', header: words.country, phone: 'hide', cell: (row) => row.country },
    {
      key: 'created',
      header: common.created,
      sort: 'created',
      align: 'right',
      cell: (row) => <Time at={row.createdAt} />,
    },
  ]
  return (
    <ListPage title={words.title} filters={<Filters search={{ name: 'q', label: words.search }} />}>
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.staffCustomer(row.id)}
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}

import { listStock, STOCK_VIEWS } from '#modules/catalog/stock-queries.ts'
import { localeContext } from '../context.ts'
import { staffStockMessages } from '../messages/staff-stock.ts'
import { staffVersionsMessages } from '../messages/staff-versions.ts'
import { paths } from '../paths.ts'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { Badge, StateBadge } from '../ui/state-badge.tsx'
import { Code } from '../ui/values.tsx'
import { staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import type { Route } from './+types/stock-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const url = readListUrl(request)
  const filter = { search: url.text('q'), view: url.one('view', STOCK_VIEWS) }
  const { rows, next } = await listStock(app, actor, { ...url.page, ...filter })
  return {
    next,
    filtered: Boolean(filter.search ?? filter.view),
    views: STOCK_VIEWS,
    rows: rows.map(({ lines, ...plan }) => ({
      ...plan,
      name: `${plan.product[locale]} ${plan.name[locale]}`,
      limits: lines.flatMap(({ region, quantity, taken }) =>
        quantity === null ? [] : [{ region: region?.[locale] ?? null, quantity, left: quantity - taken }],
      ),
    })),
  }
}

type Row = Route.ComponentProps['loaderData']['rows'][number]

function useColumns(): Column<Row>[] {
  const words = useMessages(staffStockMessages)
  const common = useMessages(staffVersionsMessages)
  return [
    { key: 'plan', header: words.plan, cell: ({ name }) => name },
    { key: 'slug', header: common.address, phone: 'hide', cell: ({ slug }) => <Code>{slug}</Code> },
    {
      key: 'state',
      header: common.state,
      cell: ({ state }) => <StateBadge state={state} label={common.views[state]} />,
    },
    { key: 'limits', header: words.left, grow: true, cell: ({ limits }) => <Left limits={limits} /> },
    { key: 'taken', header: words.taken, align: 'right', cell: ({ taken }) => taken },
  ]
}

/** What is left of each limit; where nothing is, that stands out. */
function Left({ limits }: Pick<Row, 'limits'>) {
  const words = useMessages(staffStockMessages)
  if (limits.length === 0) return <span className="text-muted">{words.unlimited}</span>
  return (
    <span className="inline-flex flex-wrap gap-x-5 gap-y-1">
      {limits.map(({ region, quantity, left }) => (
        <span key={region ?? ''} className="inline-flex items-center gap-1.5">
          <span className="text-muted">{region ?? words.allShort}</span>
          {left > 0 ? (
            <span className="tabular">{words.leftOf(left, quantity)}</span>
          ) : (
            <Badge tone="warn">{words.soldOut}</Badge>
          )}
        </span>
      ))}
    </span>
  )
}

export default function StockPage({ loaderData: { rows, next, filtered, views } }: Route.ComponentProps) {
  const words = useMessages(staffStockMessages)
  const common = useMessages(staffVersionsMessages)
  return (
    <ListPage
      title={words.title}
      text={words.text}
      back={{ to: paths.staffCatalog(), label: common.title }}
      filters={
        <Filters
          search={{ name: 'q', label: common.search }}
          selects={[
            {
              name: 'view',
              label: words.limit,
              options: views.map((view) => ({ value: view, label: words.views[view] })),
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
        href={(row) => paths.staffPlanStock(row.id)}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} />}
      />
    </ListPage>
  )
}

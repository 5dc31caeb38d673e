import { listSubscriptions, SUBSCRIPTION_VIEWS } from '#modules/billing/subscription-queries.ts'
import { quotesMessages } from '../messages/quotes.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { readListUrl } from '../staff/list-url.ts'
import { LinkButton } from '../ui/button.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { StateBadge } from '../ui/state-badge.tsx'
import { Money } from '../ui/values.tsx'
import { OrderButton } from './parts.tsx'
import { portalScope } from './scope.ts'
import { Every } from './subscription-parts.tsx'
import { subscriptionRow, type SubscriptionRow } from './subscription-view.ts'
import { formatDay } from './view.ts'
import type { Route } from './+types/subscriptions-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const url = readListUrl(request)
  const [search, view] = [url.text('q'), url.one('state', SUBSCRIPTION_VIEWS)]
  const page = await listSubscriptions(app, actor, { ...url.page, search, view })
  return {
    rows: page.rows.map(subscriptionRow),
    next: page.next,
    filtered: search !== undefined || view !== undefined,
    views: SUBSCRIPTION_VIEWS,
  }
}

export default function SubscriptionsPage({ loaderData: { rows, next, filtered, views } }: Route.ComponentProps) {
  const words = useMessages(subscriptionMessages)
  const quotes = useMessages(quotesMessages)
  const locale = useLocale()
  const columns: Column<SubscriptionRow>[] = [
    { key: 'what', header: words.what, grow: true, cell: (row) => row.hostname ?? row.description },
    { key: 'plan', header: words.plan, cell: (row) => row.description, phone: 'hide' },
    { key: 'state', header: words.state, cell: (row) => <StateBadge state={row.view} label={words.views[row.view]} /> },
    {
      key: 'price',
      header: words.price,
      align: 'right',
      // What ends costs nothing more.
      cell: (row) =>
        row.view !== 'ending' &&
        row.view !== 'cancelled' && (
          <>
            <Money minor={row.nextMinor} currency={row.currency} /> <Every of={row} />
          </>
        ),
    },
    {
      key: 'next',
      header: words.next,
      align: 'right',
      cell: (row) =>
        row.view === 'cancelled'
          ? '–'
          : row.cancelOn
            ? words.endsOn(formatDay(row.cancelOn, locale))
            : row.paidUntil === null
              ? '–'
              : formatDay(row.paidUntil, locale),
    },
  ]
  return (
    <ListPage
      title={words.title}
      actions={<LinkButton to={paths.quotes()}>{quotes.title}</LinkButton>}
      filters={
        (rows.length > 0 || filtered) && (
          <Filters
            search={{ name: 'q', label: words.search }}
            selects={[
              {
                name: 'state',
                label: words.state,
                options: views.map((view) => ({ value: view, label: words.views[view] })),
              },
            ]}
          />
        )
      }
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={(row) => paths.subscription(row.id)}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyText} action={<OrderButton />} />}
      />
    </ListPage>
  )
}

import { listSubscriptions, SUBSCRIPTION_VIEWS } from '#modules/billing/subscription-queries.ts'
import { adoptionMessages } from '../messages/adoption.ts'
import { quotesMessages } from '../messages/quotes.ts'
import { staffMessages } from '../messages/staff.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { subscriptionMessages } from '../messages/subscriptions.ts'
import { paths } from '../paths.ts'
import { Every } from '../portal/subscription-parts.tsx'
import { subscriptionRow, type SubscriptionRow } from '../portal/subscription-view.ts'
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
import { CustomerScope, Day, RowLink } from './parts.tsx'
import type { Route } from './+types/subscriptions-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const [search, view] = [url.text('q'), url.one('state', SUBSCRIPTION_VIEWS)]
  const oldestFirst = url.one('sort', ['created', '-created']) === 'created'
  const customer = await scopedCustomer(scope, url)
  const page = await listSubscriptions(scope.app, scope.actor, {
    ...url.page,
    search,
    view,
    oldestFirst,
    customerId: customer?.id,
  })
  return {
    rows: page.rows.map(subscriptionRow),
    next: page.next,
    customer,
    filtered: Boolean(search ?? view ?? customer),
    views: SUBSCRIPTION_VIEWS,
    mayForecast: scope.may('forecast.run'),
    mayAdopt: scope.may('payment.read'),
  }
}

export default function SubscriptionsPage({
  loaderData: { rows, next, filtered, views, customer, mayForecast, mayAdopt },
}: Route.ComponentProps) {
  const words = useMessages(subscriptionMessages)
  const common = useMessages(staffMessages)
  const quotes = useMessages(quotesMessages)
  const forecastWords = useMessages(staffForecastsMessages)
  const adoptionWords = useMessages(adoptionMessages)
  const columns: Column<SubscriptionRow>[] = [
    { key: 'what', header: words.what, cell: (row) => row.description },
    { key: 'server', header: words.server, cell: (row) => row.hostname ?? '–' },
    {
      key: 'state',
      header: common.state,
      cell: (row) => <StateBadge state={row.view} label={words.views[row.view]} />,
    },
    {
      key: 'customer',
      header: common.customer,
      grow: true,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
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
      phone: 'hide',
      cell: (row) => {
        const day = row.cancelOn ?? row.paidUntil
        return row.view === 'cancelled' || day === null ? '–' : <Day at={day} />
      },
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
        <>
          <LinkButton to={paths.staffQuotes({ customer: customer?.id })}>{quotes.title}</LinkButton>
          {mayAdopt && <LinkButton to={paths.staffAdoption()}>{adoptionWords.open}</LinkButton>}
          {mayForecast && <LinkButton to={paths.staffForecasts()}>{forecastWords.title}</LinkButton>}
        </>
      }
      notice={customer && <CustomerScope customer={customer} all={paths.staffSubscriptions()} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.searchStaff }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: views.map((view) => ({ value: view, label: words.views[view] })),
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
        href={(row) => paths.staffSubscription(row.id)}
        defaultSort="-created"
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyStaff} />}
      />
    </ListPage>
  )
}

import { listChanges, QUOTE_VIEWS } from '#modules/billing/list-changes.ts'
import { mayChange } from '#modules/billing/require-changeable.ts'
import { quotesMessages } from '../messages/quotes.ts'
import { staffMessages } from '../messages/staff.ts'
import { paths } from '../paths.ts'
import { type QuoteRow, quoteRow, useQuoteColumns } from '../portal/quote-rows.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readListUrl } from './list-url.ts'
import { CustomerScope, RowLink } from './parts.tsx'
import type { Route } from './+types/quotes-page'

const SUBSCRIPTION = /^sub_[0-9a-z]{26}$/

export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const [search, view, subject] = [url.text('q'), url.one('state', QUOTE_VIEWS), url.text('subject')]
  const customer = await scopedCustomer(scope, url)
  const subscriptionId = subject !== undefined && SUBSCRIPTION.test(subject) ? subject : undefined
  const { rows, next } = await listChanges(scope.app, scope.actor, {
    ...url.page,
    search,
    view,
    customerId: customer?.id,
    subscriptionId,
  })
  const now = scope.app.clock.now()
  return {
    rows: rows.map((row) => quoteRow(row, now)),
    next,
    customer,
    subscriptionId,
    filtered: Boolean(search ?? view ?? customer ?? subscriptionId),
    views: QUOTE_VIEWS,
    mayChange: mayChange(scope.actor),
  }
}

export default function QuotesPage({ loaderData }: Route.ComponentProps) {
  const { rows, next, filtered, views, customer, subscriptionId, mayChange: may } = loaderData
  const words = useMessages(quotesMessages)
  const common = useMessages(staffMessages)
  const [what, to, ...others] = useQuoteColumns()
  const columns: Column<QuoteRow>[] = [
    what!,
    to!,
    {
      key: 'customer',
      header: common.customer,
      cell: (row) => <RowLink to={paths.staffCustomer(row.customerId)}>{row.customerName}</RowLink>,
    },
    ...others,
  ]
  const target = (row: QuoteRow): string => {
    if (row.standing === 'open' && may) return paths.staffSubscriptionChange(row.subscriptionId, row.id)
    if (row.invoiceId !== null) return paths.staffInvoice(row.invoiceId)
    return paths.staffSubscription(row.subscriptionId)
  }
  return (
    <ListPage
      title={words.title}
      text={words.staffText}
      back={
        subscriptionId === undefined
          ? { to: paths.staffSubscriptions(), label: words.back }
          : { to: paths.staffSubscription(subscriptionId), label: words.one }
      }
      notice={customer && <CustomerScope customer={customer} all={paths.staffQuotes()} />}
      filters={
        <Filters
          search={{ name: 'q', label: words.searchStaff }}
          selects={[
            {
              name: 'state',
              label: common.state,
              options: views.map((view) => ({ value: view, label: words.standings[view] })),
            },
          ]}
          keep={['customer', 'subject']}
        />
      }
    >
      <DataTable
        label={words.title}
        columns={columns}
        rows={rows}
        rowKey={(row) => row.id}
        href={target}
        next={next}
        filtered={filtered}
        empty={<EmptyState title={words.empty} text={words.emptyStaff} />}
      />
    </ListPage>
  )
}

import { listChanges, QUOTE_VIEWS } from '#modules/billing/list-changes.ts'
import { mayChange } from '#modules/billing/require-changeable.ts'
import { quotesMessages } from '../messages/quotes.ts'
import { paths } from '../paths.ts'
import { readListUrl } from '../staff/list-url.ts'
import { LinkButton } from '../ui/button.tsx'
import { DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { type QuoteRow, quoteRow, useQuoteColumns } from './quote-rows.tsx'
import { portalScope } from './scope.ts'
import type { Route } from './+types/quotes-page'

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const url = readListUrl(request)
  const [search, view] = [url.text('q'), url.one('state', QUOTE_VIEWS)]
  const { rows, next } = await listChanges(app, actor, { ...url.page, search, view })
  const now = app.clock.now()
  return {
    rows: rows.map((row) => quoteRow(row, now)),
    next,
    filtered: search !== undefined || view !== undefined,
    views: QUOTE_VIEWS,
    mayChange: mayChange(actor),
  }
}

export default function QuotesPage({ loaderData }: Route.ComponentProps) {
  const { rows, next, filtered, views, mayChange: may } = loaderData
  const words = useMessages(quotesMessages)
  /** An open one leads to where it is accepted, an unpaid one to its invoice, any other to what it is about. */
  const target = (row: QuoteRow): string => {
    if (row.standing === 'open' && may) return paths.subscriptionChange(row.subscriptionId, row.id)
    if (row.state === 'awaiting_payment' && row.invoiceId !== null) return paths.invoice(row.invoiceId)
    return paths.subscription(row.subscriptionId)
  }
  return (
    <ListPage
      title={words.title}
      text={words.text}
      back={{ to: paths.subscriptions(), label: words.back }}
      filters={
        (rows.length > 0 || filtered) && (
          <Filters
            search={{ name: 'q', label: words.search }}
            selects={[
              {
                name: 'state',
                label: words.state,
                options: views.map((view) => ({ value: view, label: words.standings[view] })),
              },
            ]}
          />
        )
      }
    >
      <DataTable
        label={words.title}
        columns={useQuoteColumns()}
        rows={rows}
        rowKey={(row) => row.id}
        href={target}
        next={next}
        filtered={filtered}
        empty={
          <EmptyState
            title={words.empty}
            text={words.emptyText}
            action={<LinkButton to={paths.subscriptions()}>{words.back}</LinkButton>}
          />
        }
      />
    </ListPage>
  )
}

import { Form } from 'react-router'
import { mayDo } from '#modules/accounts/permissions.ts'
import { listInvoices } from '#modules/billing/billing-queries.ts'
import type { InvoiceState } from '#platform/schema.ts'
import { portalMessages } from '../messages/portal.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { Button } from '../ui/button.tsx'
import { stateMessages } from '../messages/states.ts'
import { readListUrl } from '../staff/list-url.ts'
import { EmptyState } from '../ui/empty-state.tsx'
import { Filters } from '../ui/filters.tsx'
import { useLive } from '../ui/live.ts'
import { ListPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { BillingTabs } from './billing-tabs.tsx'
import { OrderButton } from './parts.tsx'
import { invoiceRow } from './rows.ts'
import { portalScope } from './scope.ts'
import { InvoicesTable } from './tables.tsx'
import type { Route } from './+types/invoices-page'

/** Drafts are ours until they are issued. */
const STATES = ['open', 'paid', 'void', 'uncollectible'] as const satisfies InvoiceState[]

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const url = readListUrl(request)
  const [search, state] = [url.text('q'), url.one('state', STATES)]
  const page = await listInvoices(app, actor, { ...url.page, search, state })
  return {
    rows: page.rows.map((invoice) => invoiceRow(app, invoice)),
    next: page.next,
    filtered: search !== undefined || state !== undefined,
    states: STATES,
    mayPay: mayDo(actor, 'invoice.pay'),
  }
}

export default function InvoicesPage({ loaderData: { rows, next, filtered, states, mayPay } }: Route.ComponentProps) {
  const words = useMessages(portalMessages)
  const stateWords = useMessages(stateMessages)
  const money = useMessages(portalMoneyMessages).pay
  const several = mayPay && rows.filter(({ payable }) => payable).length > 1
  useLive()
  return (
    <ListPage
      title={words.invoices.title}
      tabs={<BillingTabs />}
      filters={
        (rows.length > 0 || filtered) && (
          <Filters
            search={{ name: 'q', label: words.invoices.search }}
            selects={[
              {
                name: 'state',
                label: words.state,
                options: states.map((state) => ({ value: state, label: stateWords[state] })),
              },
            ]}
          />
        )
      }
    >
      <InvoicesTable
        label={words.invoices.title}
        rows={rows}
        next={next}
        filtered={filtered}
        form={several ? 'pay-several' : undefined}
        empty={<EmptyState title={words.invoices.empty} text={words.invoices.emptyText} action={<OrderButton />} />}
      />
      {several && (
        <Form id="pay-several" action={paths.pay()} className="mt-4 flex flex-wrap items-center gap-x-4 gap-y-2">
          <Button type="submit">{money.selected}</Button>
          <span className="text-sm text-muted">{money.selectedHint}</span>
        </Form>
      )}
    </ListPage>
  )
}

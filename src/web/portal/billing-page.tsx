import { mayDo } from '#modules/accounts/permissions.ts'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { findExpiringCard } from '#modules/billing/card-expiry.ts'
import { listPaymentMethods } from '#modules/billing/billing-queries.ts'
import { listCredit } from '#modules/billing/list-credit.ts'
import { listOpenBalances } from '#modules/billing/list-open-balances.ts'
import { listUpcomingPayments } from '#modules/billing/list-upcoming-payments.ts'
import { syncPaymentMethods } from '#modules/billing/save-new-method.ts'
import { isProblem } from '#platform/problem.ts'
import { allowPaymentRedirect } from '../context.ts'
import { adoptionMessages } from '../messages/adoption.ts'
import { portalBillingMessages } from '../messages/portal-billing.ts'
import { portalMoneyMessages } from '../messages/portal-money.ts'
import { paths } from '../paths.ts'
import { LinkButton } from '../ui/button.tsx'
import { Figure } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useAnswer, useLive } from '../ui/live.ts'
import { Notice } from '../ui/notice.tsx'
import { BoardPage } from '../ui/page.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import { Money } from '../ui/values.tsx'
import { changeBilling } from './billing-actions.ts'
import { ExpiringCardNotice } from './expiring-card.tsx'
import { BillingTabs } from './billing-tabs.tsx'
import { AutoPayCard, MethodsCard } from './billing-methods.tsx'
import { BoardSection, OrderButton } from './parts.tsx'
import { cardViews, expiringView } from './saved-card.ts'
import { portalScope } from './scope.ts'
import { formatDay, iso } from './view.ts'
import type { Route } from './+types/billing-page'

const UPCOMING = 20

export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, customerId } = portalScope(context)
  allowPaymentRedirect(context)
  if (new URL(request.url).searchParams.get('from') === 'methods')
    await syncPaymentMethods(app, customerId).catch((error: unknown) => {
      // The gateway's messages of what was added and removed are followed as well; until then the page shows what is known.
      if (!isProblem(error) || error.kind !== 'unavailable') throw error
    })
  const [customer, methods, credit, balances, upcoming, expiring] = await Promise.all([
    getCustomer(app, actor, customerId),
    listPaymentMethods(app, actor),
    listCredit(app, actor),
    listOpenBalances(app, actor),
    listUpcomingPayments(app, actor, { limit: UPCOMING }),
    findExpiringCard(app, actor),
  ])
  return {
    methods: cardViews(methods, app.clock.now()),
    autoPay: customer.autoPay,
    mayPay: mayDo(actor, 'invoice.pay'),
    expiring: expiring && expiringView(expiring),
    credit,
    balances,
    upcoming: upcoming.map(({ subscriptionId, description, amountMinor, currency, billedBy, on }) => ({
      subscriptionId,
      description,
      amountMinor,
      currency,
      byStripe: billedBy === 'gateway',
      on: iso(on),
    })),
  }
}
type Billing = Route.ComponentProps['loaderData']

export const action = ({ request, context }: Route.ActionArgs) => changeBilling(request, context)

export default function BillingPage({ loaderData, actionData }: Route.ComponentProps) {
  const answer = useAnswer(actionData)
  const words = useMessages(portalBillingMessages)
  const money = useMessages(portalMoneyMessages)
  useLive()
  return (
    <BoardPage
      title={words.title}
      tabs={<BillingTabs />}
      {...(loaderData.mayPay &&
        loaderData.balances.length > 0 && {
          actions: (
            <LinkButton to={paths.pay()} variant="primary">
              {money.pay.all}
            </LinkButton>
          ),
        })}
      needs={
        (answer?.message ?? loaderData.expiring) && (
          <div className="grid gap-3">
            {answer?.message && (
              <Notice tone="bad" live>
                {answer.message}
              </Notice>
            )}
            {loaderData.expiring && <ExpiringCardNotice card={loaderData.expiring} mayPay={loaderData.mayPay} />}
          </div>
        )
      }
      figures={<Figures billing={loaderData} />}
    >
      <div className="grid gap-8">
        <MethodsCard methods={loaderData.methods} mayPay={loaderData.mayPay} />
        {loaderData.mayPay && <AutoPayCard autoPay={loaderData.autoPay} />}
        <BoardSection title={words.upcoming}>
          <Upcoming rows={loaderData.upcoming} />
        </BoardSection>
      </div>
    </BoardPage>
  )
}

function Figures({ billing: { balances, upcoming, credit } }: { billing: Billing }) {
  const words = useMessages(portalBillingMessages)
  const locale = useLocale()
  const [next] = upcoming
  const invoices = balances.reduce((sum, balance) => sum + balance.invoices, 0)
  return (
    <>
      <Figure
        label={words.toPay}
        value={balances.length === 0 ? words.nothing : <Amounts amounts={balances} />}
        {...(invoices > 0 && { text: words.invoices(invoices) })}
      />
      <Figure
        label={words.next}
        value={next ? <Money minor={next.amountMinor} currency={next.currency} /> : words.noNext}
        {...(next && { text: words.on(formatDay(next.on, locale)) })}
      />
      <Figure
        label={words.credit}
        value={credit.length === 0 ? words.nothing : <Amounts amounts={credit} />}
        {...(credit.length > 0 && { text: words.creditText })}
      />
    </>
  )
}

const Amounts = ({ amounts }: { amounts: readonly { currency: string; amountMinor: bigint }[] }) =>
  amounts.map(({ currency, amountMinor }) => (
    <span key={currency} className="block">
      <Money minor={amountMinor} currency={currency} />
    </span>
  ))

function Upcomer({ row }: { row: Billing['upcoming'][number] }) {
  const words = useMessages(adoptionMessages)
  return (
    <span>
      {row.description} {row.byStripe && <span className="font-normal text-muted">{words.byStripeShort}</span>}
    </span>
  )
}

function Upcoming({ rows }: { rows: Billing['upcoming'] }) {
  const words = useMessages(portalBillingMessages)
  const locale = useLocale()
  const columns: Column<Billing['upcoming'][number]>[] = [
    { key: 'what', header: words.what, grow: true, cell: (row) => <Upcomer row={row} /> },
    { key: 'on', header: words.day, cell: (row) => formatDay(row.on, locale) },
    {
      key: 'amount',
      header: words.amount,
      align: 'right',
      cell: (row) => <Money minor={row.amountMinor} currency={row.currency} />,
    },
  ]
  return (
    <DataTable
      label={words.upcoming}
      columns={columns}
      rows={rows}
      rowKey={(row) => row.subscriptionId}
      empty={<EmptyState title={words.upcomingEmpty} text={words.upcomingEmptyText} action={<OrderButton />} />}
    />
  )
}

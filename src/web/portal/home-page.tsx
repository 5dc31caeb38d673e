import { mayDo, mayDoSomewhere } from '#modules/accounts/permissions.ts'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import { hasBillingDetails } from '#modules/accounts/customer.ts'
import { listInvoices } from '#modules/billing/billing-queries.ts'
import { findExpiringCard } from '#modules/billing/card-expiry.ts'
import { listOpenBalances } from '#modules/billing/list-open-balances.ts'
import { listUpcomingPayments } from '#modules/billing/list-upcoming-payments.ts'
import { listOrders } from '#modules/orders/orders-queries.ts'
import { countServices } from '#modules/provisioning/count-services.ts'
import { listServices } from '#modules/provisioning/provisioning-queries.ts'
import { allowPaymentRedirect, signedInContext } from '../context.ts'
import { portalMessages } from '../messages/portal.ts'
import { paths } from '../paths.ts'
import { Card } from '../ui/card.tsx'
import { EmptyState } from '../ui/empty-state.tsx'
import { useLive } from '../ui/live.ts'
import { BoardPage } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { FirstSteps } from './first-steps.tsx'
import { HomeFigures } from './home-figures.tsx'
import { HomeNeeds } from './home-needs.tsx'
import { nextOf } from './next-payment.ts'
import { BoardSection, OrderButton } from './parts.tsx'
import { invoiceRow, serviceRow } from './rows.ts'
import { portalScope } from './scope.ts'
import { InvoicesTable, ServicesTable } from './tables.tsx'
import { expiringView } from './saved-card.ts'
import { iso } from './view.ts'
import type { Route } from './+types/home-page'

const SHOWN = 5
/** What needs somebody: more of a kind are told as a number. */
const NEEDS = 3
const ORDERS = 50
const NONE = { rows: [] }

export async function loader({ context }: Route.LoaderArgs) {
  const { app, actor, customerId, locale } = portalScope(context)
  allowPaymentRedirect(context)
  // What a role may not read is left out.
  const [seesCustomer, seesServices, seesInvoices, seesOrders] = [
    mayDo(actor, 'customer.read'),
    mayDoSomewhere(actor, 'service.read'),
    mayDo(actor, 'invoice.read'),
    mayDo(actor, 'order.read'),
  ]
  const [signedIn, customer, counts, services, failed, suspended] = await Promise.all([
    context.get(signedInContext)(),
    seesCustomer ? getCustomer(app, actor, customerId) : undefined,
    seesServices ? countServices(app, actor) : undefined,
    seesServices ? listServices(app, actor, { limit: SHOWN }) : NONE,
    seesServices ? listServices(app, actor, { limit: NEEDS, state: 'failed' }) : NONE,
    seesServices ? listServices(app, actor, { limit: NEEDS, state: 'suspended' }) : NONE,
  ])
  const [invoices, open, balances, upcoming, orders, expiring] = await Promise.all([
    seesInvoices ? listInvoices(app, actor, { limit: SHOWN }) : NONE,
    seesInvoices ? listInvoices(app, actor, { limit: NEEDS, state: 'open', oldestFirst: true }) : NONE,
    seesInvoices ? listOpenBalances(app, actor) : undefined,
    seesInvoices ? listUpcomingPayments(app, actor, { limit: ORDERS }) : [],
    seesOrders ? listOrders(app, actor, { limit: ORDERS, state: 'pending' }) : NONE,
    seesInvoices ? findExpiringCard(app, actor) : undefined,
  ])
  const closes = new Map(orders.rows.map((order) => [order.invoiceId, iso(order.expiresAt)]))
  const next = nextOf(upcoming)
  return {
    email: signedIn?.user.email ?? '',
    verified: signedIn?.user.emailVerifiedAt != null,
    hasDetails: !customer || hasBillingDetails(customer),
    mayOrder: mayDo(actor, 'order.place'),
    ordered: orders.rows.length > 0,
    counts,
    balances,
    next: next && { ...next, on: iso(next.on) },
    services: services.rows.map((service) => serviceRow(service, locale)),
    invoices: invoices.rows.map((invoice) => invoiceRow(app, invoice)),
    mayPay: mayDo(actor, 'invoice.pay'),
    needs: {
      expiring: expiring && expiringView(expiring),
      failed: failed.rows.map(({ id, hostname }) => ({ id, hostname })),
      suspended: suspended.rows.map(({ id, hostname }) => ({ id, hostname })),
      unpaid: open.rows.map((invoice) => ({ ...invoiceRow(app, invoice), orderCloses: closes.get(invoice.id) })),
    },
  }
}
export type HomeData = Route.ComponentProps['loaderData']

export default function HomePage({ loaderData }: Route.ComponentProps) {
  const words = useMessages(portalMessages)
  const { services, invoices } = loaderData
  const isNew = loaderData.mayOrder && services.length === 0 && invoices.length === 0
  useLive()
  if (isNew)
    return (
      <BoardPage title={words.home.title}>
        <FirstSteps home={loaderData} />
      </BoardPage>
    )
  return (
    <BoardPage
      title={words.home.title}
      needs={<HomeNeeds home={loaderData} />}
      figures={<HomeFigures home={loaderData} />}
    >
      <div className="grid gap-8">
        <BoardSection title={words.home.services} all={services.length > 0 ? paths.services() : undefined}>
          {services.length > 0 ? (
            <ServicesTable label={words.home.services} rows={services} short />
          ) : (
            <Card flush>
              {loaderData.ordered ? (
                <EmptyState title={words.services.empty} text={words.home.soon} />
              ) : (
                <EmptyState
                  title={words.services.empty}
                  text={words.services.emptyText}
                  {...(loaderData.mayOrder && { action: <OrderButton /> })}
                />
              )}
            </Card>
          )}
        </BoardSection>
        {invoices.length > 0 && (
          <BoardSection title={words.home.invoices} all={paths.invoices()}>
            <InvoicesTable label={words.home.invoices} rows={invoices} />
          </BoardSection>
        )}
      </div>
    </BoardPage>
  )
}

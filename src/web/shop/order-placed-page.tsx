import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { findTransferDetails } from '#modules/billing/transfer.ts'
import { getOrder, getOrderDetail } from '#modules/orders/orders-queries.ts'
import { getServiceDetail } from '#modules/provisioning/provisioning-queries.ts'
import { actorContext, allowPaymentRedirect, appContext, localeContext, signedInContext } from '../context.ts'
import type { Handle } from '../handle.ts'
import { liveIsland } from '../islands/islands.ts'
import { placedMessages } from '../messages/placed.ts'
import { transferView } from '../portal/transfer-card.tsx'
import { Notice } from '../ui/notice.tsx'
import { DocumentTitle } from '../ui/page.tsx'
import { useMessages } from '../ui/site.tsx'
import { leadToPayment } from './checkout-actions.ts'
import { Unverified } from './checkout-billing.tsx'
import { orderView } from './order-progress.ts'
import { OrderStory } from './order-story.tsx'
import type { Route } from './+types/order-placed-page'

export const handle: Handle = { islands: [liveIsland] }

/** Without events it asks this often; with them only as a net. */
const FALLBACK_SECONDS = 8
const RELOAD_SECONDS = 4

/** Shows how things stand and changes nothing: money moves when the gateway tells us, never because somebody comes back. */
export async function loader({ request, params, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const actor = context.get(actorContext)
  allowPaymentRedirect(context)
  const { order, items } = await getOrderDetail(app, actor, params.orderId)
  const serviceIds = items.flatMap((item) => item.serviceId ?? [])
  const [invoice, services, signedIn] = await Promise.all([
    getInvoiceDetail(app, actor, order.invoiceId),
    Promise.all(serviceIds.map(async (id) => [id, await getServiceDetail(app, actor, id)] as const)),
    context.get(signedInContext)(),
  ])
  const transfer = await findTransferDetails(app, invoice.invoice)
  const query = new URL(request.url).searchParams
  const unverified = actor.kind === 'user' && signedIn?.user.emailVerifiedAt === null
  return {
    view: orderView({ order, items, invoice, services: new Map(services), returned: query.get('from') === 'payment' }),
    transfer: transfer?.chosen ? transferView(transfer) : undefined,
    gatewaySilent: query.get('payment') === 'unavailable',
    unverifiedEmail: unverified ? signedIn.user.email : undefined,
  }
}

/** Pay now: leads to the payment page, the same one while it is open. */
export async function action({ params, context }: Route.ActionArgs) {
  const app = context.get(appContext)
  const actor = context.get(actorContext)
  const order = await getOrder(app, actor, params.orderId)
  return leadToPayment(app, actor, order, context.get(localeContext))
}

export default function OrderPlacedPage({
  loaderData: { view, transfer, gatewaySilent, unverifiedEmail },
}: Route.ComponentProps) {
  const words = useMessages(placedMessages)
  // Somebody without scripts who has to act must not lose the page under their hands.
  const reloads = !view.settled && (view.payment === 'done' || view.payment === 'confirming')
  return (
    <div className="mx-auto max-w-text px-5 pt-10 pb-20 sm:px-8 sm:pt-14">
      <DocumentTitle>{words.number}</DocumentTitle>
      {reloads && (
        <noscript>
          <meta httpEquiv="refresh" content={String(RELOAD_SECONDS)} />
        </noscript>
      )}
      <div className="mb-8 grid gap-4 empty:hidden">
        {gatewaySilent && view.canPay && (
          <Notice tone="warn" live>
            {words.unavailable}
          </Notice>
        )}
        {unverifiedEmail !== undefined && (
          <Unverified text={words.unverified(unverifiedEmail)} action={words.resend} email={unverifiedEmail} />
        )}
      </div>
      <ez-live
        id="order"
        data-seconds={FALLBACK_SECONDS}
        data-events=""
        data-done={view.settled ? '' : undefined}
        class="block"
      >
        <OrderStory view={view} transfer={transfer} />
      </ez-live>
    </div>
  )
}

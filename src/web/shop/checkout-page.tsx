import { redirect } from 'react-router'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import type { App } from '#app/app.ts'
import { getVatStanding } from '#modules/billing/vat-queries.ts'
import type { Actor } from '#platform/actor.ts'
import { mayDo } from '#modules/accounts/permissions.ts'
import { billingDetails } from '#modules/accounts/customer.ts'
import { randomToken } from '#platform/secrets.ts'
import { actorContext, allowPaymentRedirect, appContext, localeContext, signedInContext } from '../context.ts'
import { knowActor } from '../guards.ts'
import type { Handle } from '../handle.ts'
import { liveIsland, revealIsland } from '../islands/islands.ts'
import { buyMessages } from '../messages/buy.ts'
import { problemText } from '../messages/problems.ts'
import { paths } from '../paths.ts'
import { fieldText } from '../ui/form-state.ts'
import { Notice } from '../ui/notice.tsx'
import { vatView } from '../ui/vat-view.ts'
import { useLocale, useMessages } from '../ui/site.tsx'
import { visitorsCart } from './cart-cookie.ts'
import { CheckoutAccount } from './checkout-account.tsx'
import { orderFromCheckout, registerInCheckout, saveDetails, signInToCheckout } from './checkout-actions.ts'
import { ANSWER_SECONDS, CheckoutBilling, SignedInAs } from './checkout-billing.tsx'
import { leadToMethodPage, MethodNotice, waitsForMethod } from './checkout-method.tsx'
import { changeCoupon } from './coupon-actions.ts'
import { CouponBox, RefusedCoupons } from './coupon-box.tsx'
import { OrderSummary } from './order-summary.tsx'
import { priceCart } from './price-cart.ts'
import { presentQuote } from './quote-view.ts'
import { ShopPage } from './shop-page.tsx'
import type { Route } from './+types/checkout-page'

export const handle: Handle = { islands: [revealIsland, liveIsland] }
export const middleware: Route.MiddlewareFunction[] = [knowActor]

export async function loader({ request, context }: Route.LoaderArgs) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const actor = context.get(actorContext)
  allowPaymentRedirect(context)
  const [cart, signedIn] = await Promise.all([visitorsCart(app, actor, request), context.get(signedInContext)()])
  const { quote, unsold, refused = [] } = cart ? await priceCart(app, actor, cart) : {}
  if (!quote || (unsold && unsold.length > 0)) throw redirect(paths.cart(locale))
  return {
    summary: presentQuote(quote, locale, app.clock.now()),
    refused: refused.map(({ code, problem }) => ({ code, message: problemText(problem, locale) })),
    quote: quote.token,
    /** Days that an order waits for a bank transfer; undefined when none is taken. */
    transferDays: quote.seller.bankIban !== null && quote.totalMinor > 0n ? quote.seller.bankTransferDays : undefined,
    key: randomToken(),
    user: signedIn && {
      email: signedIn.user.email,
      staff: actor.kind === 'staff',
      verified: signedIn.user.emailVerifiedAt !== null,
    },
    needsMethod: await waitsForMethod(app, actor, quote, request),
    buyer: await buyerOf(app, actor),
  }
}

/** Who is about to buy, and how far the proof of their VAT number is. */
async function buyerOf(app: App, actor: Actor) {
  if (actor.kind !== 'user' || !mayDo(actor, 'customer.read')) return undefined
  const [customer, standing] = await Promise.all([
    getCustomer(app, actor, actor.customerId),
    getVatStanding(app, actor, actor.customerId),
  ])
  return { billing: billingDetails(customer), vat: vatView(standing) }
}

export async function action({ request, context }: Route.ActionArgs) {
  const form = await request.formData()
  const intent = form.get('intent')
  if (intent === 'register') return registerInCheckout(request, form, context)
  if (intent === 'save-method') return leadToMethodPage(form, context)
  if (intent === 'details') return saveDetails(form, context)
  if (fieldText(form, 'intent').startsWith('coupon'))
    return changeCoupon(request, form, context, paths.checkout(context.get(localeContext)))
  if (intent === 'sign-in') return signInToCheckout(request, form, context)
  return orderFromCheckout(request, form, context)
}

export default function CheckoutPage({ loaderData, actionData }: Route.ComponentProps) {
  const words = useMessages(buyMessages)
  const locale = useLocale()
  const { summary, user, buyer, quote, key, refused, transferDays, needsMethod } = loaderData
  const coupon = actionData && 'coupon' in actionData ? actionData.coupon : undefined
  const stateOf = (form: string) =>
    actionData && 'form' in actionData && actionData.form === form ? actionData.state : undefined
  return (
    <ShopPage title={words.checkout.title}>
      <div className="mt-8 grid items-start gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_22rem]">
        <div className="min-w-0 max-w-form">
          {refused.length > 0 && (
            <div className="mb-6 grid gap-4">
              <RefusedCoupons refused={refused} />
            </div>
          )}
          {user?.staff && <Notice tone="warn">{words.checkout.staff}</Notice>}
          {!user && <CheckoutAccount register={stateOf('register')} signIn={stateOf('sign-in')} />}
          {user && buyer && (
            <>
              <SignedInAs {...user} />
              {needsMethod && (
                <div className="mb-8">
                  <MethodNotice state={stateOf('method')} />
                </div>
              )}
              <CheckoutBilling
                summary={summary}
                {...buyer}
                quote={quote}
                orderKey={key}
                state={stateOf('order')}
                transferDays={transferDays}
              />
            </>
          )}
        </div>
        <aside className="rounded-card border border-line bg-surface p-6 lg:sticky lg:top-24">
          <div className="mb-4 flex items-baseline justify-between gap-4">
            <h2 className="text-lg font-semibold">{words.summary.title}</h2>
            <a href={paths.cart(locale)} className="text-md link">
              {words.checkout.editCart}
            </a>
          </div>
          <ez-live
            id="summary"
            data-seconds={ANSWER_SECONDS}
            data-done={buyer?.vat.state === 'checking' ? undefined : ''}
            class="block"
          >
            <OrderSummary view={summary} />
          </ez-live>
          <CouponBox view={summary} answer={coupon} />
        </aside>
      </div>
    </ShopPage>
  )
}

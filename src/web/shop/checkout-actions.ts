import { redirect, type RouterContextProvider } from 'react-router'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { startSignIn } from '#modules/accounts/sign-in.ts'
import { updateBillingDetails } from '#modules/accounts/update-billing-details.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { adoptCart, type Cart } from '#modules/orders/cart.ts'
import type { Order } from '#modules/orders/order.ts'
import { findOrderByKey } from '#modules/orders/orders-queries.ts'
import { placeOrder } from '#modules/orders/place-order.ts'
import { actingCustomerId, type Actor } from '#platform/actor.ts'
import type { Locale } from '#platform/i18n.ts'
import { isProblem } from '#platform/problem.ts'
import { accountFields, refuseAuth } from '../auth/auth-form.ts'
import { afterPassword, registeredCookie } from '../auth/session-cookie.ts'
import { actorContext, appContext, localeContext, requestContext } from '../context.ts'
import { buyMessages } from '../messages/buy.ts'
import { paths } from '../paths.ts'
import { formStatus } from '../problems.ts'
import { billingFields, checkVatId } from '../ui/billing-fields.ts'
import { fieldText, parseForm, refusedForm } from '../ui/form-state.ts'
import { noCart, readCartToken, visitorsCart } from './cart-cookie.ts'
import { refused } from './checkout-refused.ts'
import { priceCart } from './price-cart.ts'

type Context = Readonly<RouterContextProvider>
/**
 * Registers and signs in, so that a visitor can pay without leaving. Whoever registers could sign in with that password
 * the next moment anyway, so doing it for them tells nothing about the address that was not to be learned before.
 */
export async function registerInCheckout(request: Request, form: FormData, context: Context) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const { name, email, newPassword: password, intent } = accountFields(locale)
  const parsed = parseForm(z.object({ name, email, password, intent }), form, locale)
  if (!parsed.ok) return refused('register', parsed, 422)
  const { intent: _intent, ...input } = parsed.value
  const { address, userAgent } = context.get(requestContext)
  const cart = await visitorsCart(app, context.get(actorContext), request)
  try {
    const visitor = { address, userAgent }
    const registration = await registerCustomer(app, context.get(actorContext), {
      ...input,
      ...visitor,
      locale,
      ...(cart && { currency: cart.currency }),
    })
    const step = await startSignIn(app, context.get(actorContext), {
      email: input.email,
      password: input.password,
      ...visitor,
    })
    const answer = await afterPassword(app, request, step, paths.checkout(locale))
    answer.headers.append(...registeredCookie({ ...registration, next: undefined }))
    return answer
  } catch (error) {
    if (isProblem(error) && error.code === 'sign_in_failed') {
      const state = {
        ok: false as const,
        errors: {},
        message: buyMessages[locale].checkout.known,
        values: { email: input.email },
      }
      return refused('sign-in', state, 422)
    }
    const answer = refuseAuth(error, form, context)
    return refused('register', answer.data, answer.init?.status ?? 422)
  }
}

export async function signInToCheckout(request: Request, form: FormData, context: Context) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const { email, password, intent } = accountFields(locale)
  const parsed = parseForm(z.object({ email, password, intent }), form, locale)
  if (!parsed.ok) return refused('sign-in', parsed, 422)
  const { address, userAgent } = context.get(requestContext)
  try {
    const { intent: _intent, ...input } = parsed.value
    const step = await startSignIn(app, context.get(actorContext), { ...input, address, userAgent })
    return await afterPassword(app, request, step, paths.checkout(locale))
  } catch (error) {
    const answer = refuseAuth(error, form, context)
    return refused('sign-in', answer.data, answer.init?.status ?? 422)
  }
}

/** Saves who buys and shows the checkout again, with the tax of their country; a new VAT number is asked about. */
export async function saveDetails(form: FormData, context: Context) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const actor = context.get(actorContext)
  if (actor.kind !== 'user') return redirect(paths.checkout(locale))
  // The terms are agreed to when ordering.
  for (const name of ['quote', 'key', 'terms', 'intent', 'payBy']) form.delete(name)
  const parsed = parseForm(z.object(billingFields(locale)).superRefine(checkVatId(locale)), form, locale)
  if (!parsed.ok) return refused('order', parsed, 422)
  await updateBillingDetails(app, actor, parsed.value)
  return redirect(`${paths.checkout(locale)}#vat`)
}

const orderSchema = (locale: Locale) =>
  z
    .object({
      ...billingFields(locale),
      terms: z.literal('on', { error: buyMessages[locale].checkout.agreeMissing }),
      quote: z.string().max(500),
      /** Made by the server for each view of the checkout: the same view, sent twice, is the same order. */
      key: z.string().regex(/^[\w-]{20,80}$/),
      payBy: z.enum(['card', 'bank_transfer']).optional(),
      intent: z.string().optional(),
    })
    .superRefine(checkVatId(locale))

/**
 * Saves the billing details, places the order and leads to the payment page. A user whose address is not confirmed yet may
 * order and pay: a mail that is slow must not cost the sale, the payment itself vouches for the buyer, and banners ask for
 * the confirmation until it is given. This is the one place that decides so.
 */
export async function orderFromCheckout(request: Request, form: FormData, context: Context) {
  const app = context.get(appContext)
  const locale = context.get(localeContext)
  const actor = context.get(actorContext)
  if (actor.kind !== 'user') return redirect(paths.checkout(locale))
  const token = readCartToken(request)
  if (token !== undefined) await adoptCart(app, actingCustomerId(actor), token)
  const cart = await visitorsCart(app, actor, request)
  // Asked after the cart was read: the same view sent before may have made an order of it in between.
  const placed = await findOrderByKey(app, actor, fieldText(form, 'key'))
  if (placed) return leadOn(app, actor, placed, locale, fieldText(form, 'payBy'))
  if (!cart || cart.items.length === 0) return redirect(paths.cart(locale))
  const parsed = parseForm(orderSchema(locale), form, locale)
  if (!parsed.ok) return refused('order', parsed, 422)
  const { terms: _terms, intent: _intent, quote, key, payBy, ...billing } = parsed.value
  try {
    await updateBillingDetails(app, actor, billing)
    const items = cart.items.map((item) => item.configuration)
    const order = await placeOrder(app, actor, {
      currency: cart.currency,
      items,
      quote,
      codes: await holdingCodes(app, actor, cart),
      idempotencyKey: key,
      cartId: cart.id,
      payBy,
    })
    return await leadOn(app, actor, order, locale, payBy)
  } catch (error) {
    if (!isProblem(error)) throw error
    // Something in the cart is no longer sold: the cart tells which.
    if (error.code === 'configuration_invalid') return redirect(paths.cart(locale))
    if (error.kind !== 'conflict' && error.kind !== 'unavailable' && error.kind !== 'invalid') throw error
    const state = refusedForm(error, form, locale)
    if (error.code !== 'quote_stale') return refused('order', state, formStatus(error))
    const expired = Number(quote.split('.')[0]) <= app.clock.now().epochMilliseconds
    const words = buyMessages[locale].checkout
    return refused('order', { ...state, message: expired ? words.quoteExpired : words.priceChanged }, 409)
  }
}

/** The codes that the view was priced with; should one have ceased to hold since, the price has changed. */
async function holdingCodes(app: App, actor: Actor, cart: Cart): Promise<string[]> {
  if (cart.codes.length === 0) return []
  const { quote } = await priceCart(app, actor, cart)
  return quote?.coupons.map(({ code }) => code) ?? []
}

/** Who transfers the money reads on the page of the order where to; everybody else goes on to pay. */
async function leadOn(app: App, actor: Actor, order: Order, locale: Locale, payBy: string | undefined) {
  return payBy === 'bank_transfer'
    ? redirect(paths.orderPlaced(locale, order.id), { headers: noCart() })
    : leadToPayment(app, actor, order, locale)
}

/** On to the payment page. When the gateway is silent the order stands all the same, and its page offers to try again. */
export async function leadToPayment(app: App, actor: Actor, order: Order, locale: Locale): Promise<Response> {
  const done = paths.orderPlaced(locale, order.id)
  const headers = noCart()
  if (order.totalMinor === 0n) return redirect(done, { headers })
  try {
    const { url } = await openPaymentPage(app, actor, {
      invoiceId: order.invoiceId,
      returnPath: `${done}?from=payment`,
      cancelPath: done,
    })
    return redirect(url, { headers })
  } catch (error) {
    if (!isProblem(error) || (error.kind !== 'unavailable' && error.kind !== 'conflict')) throw error
    return redirect(error.kind === 'unavailable' ? `${done}?payment=unavailable` : done, { headers })
  }
}

import type { App } from '#app/app.ts'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import { normaliseCouponCode } from '#modules/billing/coupon-code.ts'
import type { Actor } from '#platform/actor.ts'
import { type Cart, customerOf, findCart, itemMissing } from './cart.ts'
import { computeQuote } from './quote.ts'

const TRIES = { name: 'coupon', attempts: 20, perSeconds: 3600 }

/** Counts one try of codes, for whoever it is and for where they come from. Throws `too_many_attempts` after 20 an hour. */
export async function countCouponTry(app: App, actor: Actor, address: string | undefined): Promise<void> {
  if (address) await app.limits.take(TRIES, address)
  const customerId = customerOf(actor)
  if (customerId !== null) await app.limits.take(TRIES, customerId)
}

/**
 * Takes a code for what is in the cart; where the seller takes fewer codes for one order, the oldest makes room. Throws a
 * refusal of COUPON_REFUSALS, `too_many_attempts`, `configuration_invalid`, and `cart_item_not_found` when there is no cart.
 */
export async function applyCartCoupon(
  app: App,
  actor: Actor,
  input: { token: string | undefined; code: string; address: string | undefined },
): Promise<void> {
  await countCouponTry(app, actor, input.address)
  const [cart, buyer] = await Promise.all([findCart(app, actor, input.token), findTaxBuyer(app, actor)])
  if (!cart) throw itemMissing()
  const { currency } = cart
  const items = cart.items.map((item) => item.configuration)
  const customerId = customerOf(actor)
  const { seller } = await computeQuote(app, { currency, items, buyer, codes: [input.code], customerId })
  await saveCodes(app, actor, cart, [...without(cart, input.code), input.code].slice(-seller.couponsPerOrder))
}

/** Takes a code out of the cart again, however it is written; one that is not there is out already. */
export async function removeCartCoupon(
  app: App,
  actor: Actor,
  input: { token: string | undefined; code: string },
): Promise<void> {
  const cart = await findCart(app, actor, input.token)
  if (cart) await saveCodes(app, actor, cart, without(cart, input.code))
}

function without(cart: Cart, code: string): string[] {
  const key = normaliseCouponCode(code)
  return cart.codes.filter((other) => normaliseCouponCode(other) !== key)
}

/** The cart was found by its token or its customer before. */
async function saveCodes(app: App, actor: Actor, cart: Cart, couponCodes: string[]): Promise<void> {
  await app.transaction(actor, async (tx) => {
    await tx.db.updateTable('carts').set({ couponCodes, updatedAt: tx.now }).where('id', '=', cart.id).execute()
  })
}

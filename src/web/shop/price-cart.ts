import type { App } from '#app/app.ts'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import { isCouponRefusal } from '#modules/billing/find-coupons.ts'
import { type Cart, customerOf } from '#modules/orders/cart.ts'
import { computeQuote, type Quote, type QuotedItem } from '#modules/orders/quote.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem, type Problem } from '#platform/problem.ts'
import type { PricedLine } from './cart-cookie.ts'

/**
 * A cart at today's prices. `unsold` are the lines that are no longer sold as they are, `refused` the codes that do not hold now;
 * the quote leaves both out. Lines are at their price before discounts.
 */
export type PricedCart = {
  quote: Quote | undefined
  lines: PricedLine[]
  unsold: Cart['items']
  refused: { code: string; problem: Problem }[]
}

/** Prices a cart for whoever looks at it; who they are decides about the tax. */
export async function priceCart(app: App, actor: Actor, cart: Cart): Promise<PricedCart> {
  const buyer = await findTaxBuyer(app, actor)
  const refused: PricedCart['refused'] = []
  const attempt = async (items: Cart['items'], codes: readonly string[] = cart.codes): Promise<Quote> => {
    const configurations = items.map((item) => item.configuration)
    const { currency } = cart
    try {
      return await computeQuote(app, { currency, items: configurations, buyer, codes, customerId: customerOf(actor) })
    } catch (error) {
      if (!isProblem(error) || (!isCouponRefusal(error.code) && error.code !== 'too_many_coupons')) throw error
      // One code after the other, until those left hold together.
      const code = codes[Number(error.issues[0]?.path.split('.')[1] ?? 0)]!
      refused.push({ code, problem: error })
      return attempt(
        items,
        codes.filter((other) => other !== code),
      )
    }
  }
  let unsold: Cart['items'] = []
  let sold = cart.items
  let quote: Quote | undefined
  try {
    quote = sold.length > 0 ? await attempt(sold) : undefined
  } catch (error) {
    if (!isProblem(error) || error.code !== 'configuration_invalid') throw error
    const gone = new Set(error.issues.map((issue) => Number(issue.path.split('.')[1])))
    unsold = sold.filter((_item, index) => gone.has(index))
    sold = sold.filter((_item, index) => !gone.has(index))
    quote = sold.length > 0 ? await attempt(sold) : undefined
  }
  const lines = sold.map((item, index) => ({
    ...item,
    currency: cart.currency,
    amountMinor: listed(quote?.items[index]),
  }))
  return { quote, lines, unsold, refused }
}

const listed = (item: QuotedItem | undefined): bigint => (item ? item.amountMinor + item.discountMinor : 0n)

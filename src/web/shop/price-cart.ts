import type { App } from '#app/app.ts'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import type { Cart } from '#modules/orders/cart.ts'
import { computeQuote, type Quote } from '#modules/orders/quote.ts'
import type { Actor } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import type { PricedLine } from './cart-cookie.ts'

/** A cart at today's prices. `unsold` are the lines that are no longer sold as they are; the quote leaves them out. */
export type PricedCart = { quote: Quote | undefined; lines: PricedLine[]; unsold: Cart['items'] }

/** Prices a cart for whoever looks at it; who they are decides about the tax. */
export async function priceCart(app: App, actor: Actor, cart: Cart): Promise<PricedCart> {
  const buyer = await findTaxBuyer(app, actor)
  const attempt = (items: Cart['items']) =>
    computeQuote(app, { currency: cart.currency, items: items.map((item) => item.configuration), buyer })
  let unsold: Cart['items'] = []
  let sold = cart.items
  let quote: Quote | undefined
  try {
    quote = sold.length > 0 ? await attempt(sold) : undefined
  } catch (error) {
    if (!isProblem(error) || error.code !== 'configuration_invalid') throw error
    const refused = new Set(error.issues.map((issue) => Number(issue.path.split('.')[1])))
    unsold = sold.filter((_item, index) => refused.has(index))
    sold = sold.filter((_item, index) => !refused.has(index))
    quote = sold.length > 0 ? await attempt(sold) : undefined
  }
  const lines = sold.map((item, index) => ({
    ...item,
    currency: cart.currency,
    amountMinor: quote?.items[index]?.amountMinor ?? 0n,
  }))
  return { quote, lines, unsold }
}

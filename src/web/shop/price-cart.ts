import type { App } from '#app/app.ts'
import { findTaxBuyer } from '#modules/billing/tax-buyer.ts'
import { isCouponRefusal } from '#modules/billing/find-coupons.ts'
import { type Cart, customerOf } from '#modules/orders/cart.ts'
import type { QuotedItem } from '#modules/orders/price-item.ts'
import { computeQuote, type Quote } from '#modules/orders/quote.ts'
import { isShortage, type Shortage } from '#modules/orders/shortage.ts'
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
  unsold: Unsold[]
  refused: { code: string; problem: Problem }[]
}

type Line = Cart['items'][number]
/** A line that cannot be ordered as it is, and why. */
export type Unsold = Line & { why: 'gone' | Shortage }

/** Takes out what cannot be ordered until the rest can be priced. */
async function setAside(
  items: readonly Line[],
  attempt: (items: Line[]) => Promise<Quote>,
): Promise<{ quote: Quote | undefined; sold: Line[]; unsold: Unsold[] }> {
  const unsold: Unsold[] = []
  let sold = [...items]
  while (sold.length > 0) {
    try {
      return { quote: await attempt(sold), sold, unsold }
    } catch (error) {
      const why = isProblem(error) ? whyOf(error.code) : undefined
      if (!isProblem(error) || why === undefined) throw error
      const gone = new Set(error.issues.map((issue) => Number(issue.path.split('.')[1])))
      unsold.push(...sold.filter((_item, index) => gone.has(index)).map((item) => ({ ...item, why })))
      sold = sold.filter((_item, index) => !gone.has(index))
    }
  }
  return { quote: undefined, sold, unsold }
}

const whyOf = (code: string): Unsold['why'] | undefined =>
  code === 'configuration_invalid' ? 'gone' : isShortage(code) ? code : undefined

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
  const { quote, sold, unsold } = await setAside(cart.items, attempt)
  const lines = sold.map((item, index) => ({
    ...item,
    currency: cart.currency,
    amountMinor: listed(quote?.items[index]),
  }))
  return { quote, lines, unsold, refused }
}

const listed = (item: QuotedItem | undefined): bigint => (item ? item.amountMinor + item.discountMinor : 0n)

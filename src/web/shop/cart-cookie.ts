import { createHash } from 'node:crypto'
import type { App } from '#app/app.ts'
import { type Cart, findCart } from '#modules/orders/cart.ts'
import type { ItemConfiguration } from '#modules/orders/item-configuration.ts'
import type { Actor } from '#platform/actor.ts'
import { cartCountCookie, readCookie } from '../cookies.ts'
import { privateCookie } from '../private-cookies.ts'

const TOKEN = '__Host-cart'
const PRICES = '__Host-cart-prices'
const DAYS_SECONDS = 60 * 24 * 3600

export const readCartToken = (request: Request): string | undefined => readCookie(request, TOKEN)

/** The visitor's cart: the one their browser holds the token of, else their own from another browser. */
export const visitorsCart = (app: App, actor: Actor, request: Request): Promise<Cart | undefined> =>
  findCart(app, actor, readCartToken(request))

export const cartTokenCookie = (token: string): string => privateCookie(TOKEN, token, DAYS_SECONDS)
export const cartCount = (items: number): [string, string] => ['set-cookie', cartCountCookie(items)]

/** The browser forgets its cart, which is now an order, or belongs to whoever signed out. */
export const noCart = (): [string, string][] => [
  ['set-cookie', privateCookie(TOKEN, undefined, 0)],
  ['set-cookie', privateCookie(PRICES, undefined, 0)],
  cartCount(0),
]

/** A line of a cart at its present price, in minor units of `currency`. */
export type PricedLine = { id: string; configuration: ItemConfiguration; currency: string; amountMinor: bigint }

/** Which price of each line the visitor saw last: kept in their browser, so that a change can be pointed out. */
export type SeenPrices = ReadonlyMap<string, bigint>

const MAX_LINES = 20

export function readSeenPrices(request: Request): SeenPrices {
  const seen = new Map<string, bigint>()
  for (const entry of (readCookie(request, PRICES) ?? '').split(' ').slice(0, MAX_LINES)) {
    const [, key, amount] = /^([\w-]{8}):(\d{1,15})$/.exec(entry) ?? []
    if (key !== undefined && amount !== undefined) seen.set(key, BigInt(amount))
  }
  return seen
}

/** Names a line as it is configured: another configuration is another line, whose price may differ. */
const keyOf = ({ id, configuration, currency }: Omit<PricedLine, 'amountMinor'>): string =>
  createHash('sha256')
    .update(JSON.stringify([id, currency, configuration]))
    .digest('base64url')
    .slice(0, 8)

/** The lines whose price is not the one last seen, with that one. */
export const changedPrices = <L extends PricedLine>(
  seen: SeenPrices,
  lines: readonly L[],
): (L & { beforeMinor: bigint })[] =>
  lines.flatMap((line) => {
    const beforeMinor = seen.get(keyOf(line))
    return beforeMinor === undefined || beforeMinor === line.amountMinor ? [] : [{ ...line, beforeMinor }]
  })

/** Remembers prices as seen. */
export const seenPricesCookie = (lines: readonly PricedLine[], before: SeenPrices = new Map()): string => {
  const all = new Map([...before, ...lines.map((line): [string, bigint] => [keyOf(line), line.amountMinor])])
  const entries = [...all].slice(-MAX_LINES).map(([key, amount]) => `${key}:${amount}`)
  return privateCookie(PRICES, entries.length > 0 ? entries.join(' ') : undefined, DAYS_SECONDS)
}

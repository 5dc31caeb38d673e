import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { catalogAt, offerVersion } from '#modules/catalog/catalog-queries.ts'
import { intervalOf } from '#modules/catalog/interval.ts'
import { type Catalog, findPlan } from '#modules/catalog/plan.ts'
import type { CouponLine } from '#modules/billing/coupon.ts'
import { type AppliedCoupon, applyCoupons } from '#modules/billing/find-coupons.ts'
import { type LegalEntity, sellerAt } from '#modules/billing/seller.ts'
import { type DocumentTax, type TaxBuyer, taxDocument, type TaxTreatment } from '#modules/billing/tax.ts'
import { Problem } from '#platform/problem.ts'
import type { ItemConfiguration } from './item-configuration.ts'
import { priceItems, type QuotedItem, type QuoteLine } from './price-item.ts'
import { NOTHING_HELD, readHoldings } from './reserve-stock.ts'
import { requireStock, requireWithinLimits } from './shortage.ts'

/** What an order costs now. Every figure is the server's; minor units of `currency`. */
export type Quote = {
  currency: string
  items: QuotedItem[]
  seller: LegalEntity
  treatment: TaxTreatment
  pricesIncludeTax: boolean
  /** In the order in which they are taken off. */
  coupons: AppliedCoupon[]
  /** What coupons took off, as priced. */
  discountMinor: bigint
  subtotalMinor: bigint
  taxMinor: bigint
  taxes: DocumentTax[]
  totalMinor: bigint
  /** Says what is bought and for how much; it changes when either does. */
  digest: string
  /** Proves for 15 minutes that this is what was shown; placing an order wants it back. */
  readonly token: string
  expiresAt: Temporal.Instant
}

const LIFE_MINUTES = 15
const PURPOSE = 'quote'

export type QuoteInput = {
  currency: string
  items: ItemConfiguration[]
  buyer: TaxBuyer
  /** Coupon codes as typed, and who types them: null for somebody who is not signed in. */
  codes?: readonly string[] | undefined
  customerId?: string | null
}

/**
 * Prices what was configured from the catalogue as it is now. Throws `configuration_invalid`, `sold_out` or `plan_limit_reached`
 * naming each field, and a refusal of COUPON_REFUSALS or `too_many_coupons` when a code does not hold.
 */
export async function computeQuote(app: App, input: QuoteInput): Promise<Quote> {
  const { rows } = await sql<{ version: bigint }>`select ${offerVersion} as version`.execute(app.db)
  return quoteAt(app, app.db, rows[0]!.version, input)
}

/** The same as of a count of changes to the offer that was read together with the rows it is decided with. */
export async function quoteAt(app: App, db: App['db'], version: bigint, input: QuoteInput): Promise<Quote> {
  const now = app.clock.now()
  const catalog = await catalogAt(app, db, version)
  const { entity, treatment } = await sellerAt(app, db, version, input.buyer, now)
  const { codes = [], customerId = null, currency } = input
  const held = customerId === null || !isLimited(catalog, input) ? NOTHING_HELD : await readHoldings(db, customerId)
  const listed = priceItems(catalog, input, held.tried)
  requireWithinLimits(listed, held.plans)
  requireStock(
    listed,
    [...new Set(listed.map(({ plan }) => plan))].flatMap(({ id, stock }) =>
      stock.map((each) => ({ planId: id, ...each })),
    ),
  )
  const flat = listed.flatMap((item) => item.lines.map((line) => couponLine(item, line)))
  const most = entity.couponsPerOrder
  const { coupons, lines } = await applyCoupons(db, { codes, customerId, currency, lines: flat, most, now })
  const items = listed.map((item, index) => {
    const before = listed.slice(0, index).reduce((count, { lines: all }) => count + all.length, 0)
    return discountItem(item, lines.slice(before, before + item.lines.length))
  })
  return sumUp(app, { currency, items, coupons, seller: entity, treatment, now })
}

/** Whether it matters what the customer has or had already. */
const isLimited = (catalog: Catalog, { items }: QuoteInput): boolean =>
  items.some(({ plan: slug }) => {
    const plan = findPlan(catalog, slug)?.plan
    return plan && (plan.maxPerCustomer !== null || plan.prices.some(({ trialDays }) => trialDays !== null))
  })

const couponLine = ({ product, plan, configuration, trialDays }: QuotedItem, line: QuoteLine): CouponLine => ({
  kind: line.kind,
  productId: product.id,
  planId: plan.id,
  interval: intervalOf(configuration.period).intervalUnit,
  tried: trialDays !== null && line.kind !== 'setup',
  amountMinor: line.unitMinor * BigInt(line.quantity),
})

function discountItem(
  item: QuotedItem,
  discounted: readonly Pick<QuoteLine, 'amountMinor' | 'discountMinor' | 'discounts'>[],
): QuotedItem {
  const lines = item.lines.map((line, index) => ({ ...line, ...discounted[index]! }))
  const discountMinor = lines.reduce((sum, line) => sum + line.discountMinor, 0n)
  return { ...item, lines, discountMinor, amountMinor: item.amountMinor - discountMinor }
}

type Priced = {
  currency: string
  items: QuotedItem[]
  coupons: AppliedCoupon[]
  seller: LegalEntity
  treatment: TaxTreatment
  now: Temporal.Instant
}

function sumUp(app: Pick<App, 'secrets'>, { currency, items, coupons, seller, treatment, now }: Priced): Quote {
  const taxed = taxDocument(
    items.flatMap((item) => item.lines.map((line) => line.amountMinor)),
    treatment,
    seller.pricesIncludeTax,
  )
  const expiresAt = now.add({ minutes: LIFE_MINUTES })
  const digest = digestOf(currency, items, coupons, taxed.totalMinor, treatment)
  return {
    currency,
    items,
    seller,
    treatment,
    pricesIncludeTax: seller.pricesIncludeTax,
    coupons,
    discountMinor: items.reduce((sum, item) => sum + item.discountMinor, 0n),
    subtotalMinor: taxed.subtotalMinor,
    taxMinor: taxed.taxMinor,
    taxes: taxed.taxes,
    totalMinor: taxed.totalMinor,
    digest,
    get token() {
      const body = `${expiresAt.epochMilliseconds}.${digest}`
      return `${body}.${app.secrets.sign(PURPOSE, body)}`
    },
    expiresAt,
  }
}

/** Throws `quote_stale` unless `token` was given within 15 minutes for exactly what `quote` says now. */
export function requireFreshQuote(app: Pick<App, 'secrets'>, quote: Quote, token: string, now: Temporal.Instant): void {
  const [until = '', digest = '', signature = ''] = token.split('.')
  const known = app.secrets.verify(PURPOSE, `${until}.${digest}`, signature)
  const alive = Number(until) > now.epochMilliseconds
  const same = digest === quote.digest
  if (known && alive && same) return
  throw new Problem(
    'conflict',
    'quote_stale',
    known && !same
      ? 'The price has changed. Please look at the new total and order again.'
      : 'This quote has expired. Please look at the total again and order.',
  )
}

function digestOf(
  currency: string,
  items: QuotedItem[],
  coupons: AppliedCoupon[],
  totalMinor: bigint,
  treatment: TaxTreatment,
): string {
  const said = items.map((item) => [
    item.configuration,
    item.trialDays,
    item.lines.map((line) => [line.kind, line.quantity, String(line.amountMinor), String(line.discountMinor)]),
    // What the first paid period will cost was shown as well.
    item.trialDays !== null && item.lines.map((line) => [String(line.unitMinor), line.discounts]),
  ])
  const off = coupons.map(({ id, offMinor, cycles }) => [id, String(offMinor), cycles])
  return createHash('sha256')
    .update(JSON.stringify([currency, said, off, String(totalMinor), treatment.components]))
    .digest('base64url')
}

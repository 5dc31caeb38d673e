import { createHash } from 'node:crypto'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import {
  findPlan,
  optionPriceOf,
  planName,
  priceOf,
  type Catalog,
  type CatalogProduct,
  type Image,
  type Plan,
  type PlanPrice,
  type Region,
} from '#modules/catalog/plan.ts'
import { catalogAt, offerVersion } from '#modules/catalog/catalog-queries.ts'
import type { CouponLine } from '#modules/billing/coupon.ts'
import type { DiscountReason } from '#modules/billing/discount.ts'
import { type AppliedCoupon, applyCoupons } from '#modules/billing/find-coupons.ts'
import { type LegalEntity, sellerAt } from '#modules/billing/seller.ts'
import { type DocumentTax, type TaxBuyer, taxDocument, type TaxTreatment } from '#modules/billing/tax.ts'
import { type FieldIssue, Problem } from '#platform/problem.ts'
import type { ItemConfiguration } from './item-configuration.ts'

/** What a part of an item costs per period. Minor units, with or without tax as the seller's prices are. */
type QuoteLine = {
  kind: 'plan' | 'option'
  /** The option's code; null for the plan. */
  code: string | null
  name: { en: string; de: string }
  quantity: number
  unitMinor: bigint
  /** After its discounts. */
  amountMinor: bigint
  discountMinor: bigint
  /** What each coupon took off. */
  discounts: DiscountReason[]
}

export type QuotedItem = {
  configuration: ItemConfiguration
  product: CatalogProduct
  plan: Plan
  price: PlanPrice
  region: Region
  image: Image
  lines: QuoteLine[]
  /** Of all its lines, for one period, after discounts. */
  amountMinor: bigint
  discountMinor: bigint
}

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
 * Prices what was configured from the catalogue as it is now. Throws `configuration_invalid` naming each field, and a refusal of
 * COUPON_REFUSALS or `too_many_coupons` when a code does not hold.
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
  const listed = priceItems(catalog, input)
  const flat = listed.flatMap((item) => item.lines.map((line) => couponLine(item, line)))
  const { codes = [], customerId = null, currency } = input
  const most = entity.couponsPerOrder
  const { coupons, lines } = await applyCoupons(db, { codes, customerId, currency, lines: flat, most, now })
  const items = listed.map((item, index) => {
    const before = listed.slice(0, index).reduce((count, { lines: all }) => count + all.length, 0)
    return discountItem(item, lines.slice(before, before + item.lines.length))
  })
  return sumUp(app, { currency, items, coupons, seller: entity, treatment, now })
}

const couponLine = ({ product, plan, configuration }: QuotedItem, line: QuoteLine): CouponLine => ({
  kind: line.kind,
  productId: product.id,
  planId: plan.id,
  interval: configuration.period,
  amountMinor: line.amountMinor,
})

function discountItem(
  item: QuotedItem,
  discounted: readonly Pick<QuoteLine, 'amountMinor' | 'discountMinor' | 'discounts'>[],
): QuotedItem {
  const lines = item.lines.map((line, index) => ({ ...line, ...discounted[index]! }))
  const discountMinor = lines.reduce((sum, line) => sum + line.discountMinor, 0n)
  return { ...item, lines, discountMinor, amountMinor: item.amountMinor - discountMinor }
}

/** The items at their listed prices. Throws `configuration_invalid` naming each field. */
function priceItems(catalog: Catalog, input: QuoteInput): QuotedItem[] {
  const issues: FieldIssue[] = []
  const items = input.items.map((item, index) => priceItem(catalog, item, input.currency, `items.${index}`, issues))
  if (issues.length > 0)
    throw new Problem('invalid', 'configuration_invalid', 'Please correct what is marked.', { issues })
  return items.filter((item) => item !== undefined)
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
    item.lines.map((line) => [line.kind, line.quantity, String(line.amountMinor), String(line.discountMinor)]),
  ])
  const off = coupons.map(({ id, offMinor, cycles }) => [id, String(offMinor), cycles])
  return createHash('sha256')
    .update(JSON.stringify([currency, said, off, String(totalMinor), treatment.components]))
    .digest('base64url')
}

function priceItem(
  catalog: Catalog,
  configuration: ItemConfiguration,
  currency: string,
  path: string,
  issues: FieldIssue[],
): QuotedItem | undefined {
  const issue = (field: string, message: string): void => void issues.push({ path: `${path}.${field}`, message })
  const found = findPlan(catalog, configuration.plan)
  const region = catalog.regions.find((each) => each.slug === configuration.region)
  const image = catalog.images.find((each) => each.slug === configuration.image)
  if (!found) issue('plan', 'This plan is not for sale. Choose another.')
  if (!region) issue('region', 'Choose one of our regions.')
  if (!image) issue('image', 'Choose one of our systems.')
  const price = found && priceOf(found.plan, currency, configuration.period)
  if (found && !price) issue('period', `This plan is not for sale in ${currency} for this period.`)
  if (!found) return undefined
  const options = priceOptions(found.product, configuration, currency, issue)
  if (!region || !image || !price || !options) return undefined
  const lines: QuoteLine[] = [
    {
      kind: 'plan',
      code: null,
      name: planName(found.product, found.plan),
      quantity: 1,
      unitMinor: price.amountMinor,
      amountMinor: price.amountMinor,
      discountMinor: 0n,
      discounts: [],
    },
    ...options,
  ]
  const amountMinor = lines.reduce((sum, line) => sum + line.amountMinor, 0n)
  const { product, plan } = found
  return { configuration, product, plan, price, region, image, lines, amountMinor, discountMinor: 0n }
}

function priceOptions(
  product: CatalogProduct,
  configuration: ItemConfiguration,
  currency: string,
  issue: (field: string, message: string) => void,
): QuoteLine[] | undefined {
  const lines: QuoteLine[] = []
  let clean = true
  for (const { code, quantity } of configuration.options) {
    if (quantity === 0) continue
    const option = product.options.find((each) => each.code === code)
    const unitMinor = option && optionPriceOf(option, currency, configuration.period)
    if (!option || unitMinor === undefined) issue('options', `${code} cannot be ordered with this plan.`)
    else if (quantity > option.maxQuantity) issue('options', `${option.name.en}: at most ${option.maxQuantity}.`)
    if (!option || unitMinor === undefined || quantity > option.maxQuantity) clean = false
    else
      lines.push({
        kind: 'option',
        code,
        name: option.name,
        quantity,
        unitMinor,
        amountMinor: unitMinor * BigInt(quantity),
        discountMinor: 0n,
        discounts: [],
      })
  }
  return clean ? lines : undefined
}

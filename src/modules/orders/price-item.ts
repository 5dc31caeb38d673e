import {
  findPlan,
  optionPriceOf,
  offeredOf,
  planName,
  priceOf,
  type Catalog,
  type CatalogProduct,
  type Image,
  type Plan,
  type PlanPrice,
  type Region,
} from '#modules/catalog/plan.ts'
import type { LocalizedText } from '#modules/catalog/localized-text.ts'
import { faultOf, optionName } from '#modules/catalog/option.ts'
import type { DiscountReason } from '#modules/billing/discount.ts'
import { type FieldIssue, Problem } from '#platform/problem.ts'
import type { ItemConfiguration } from './item-configuration.ts'

/** What a part of an item costs. Minor units, with or without tax as the seller's prices are. */
export type QuoteLine = {
  /** A setup is paid once, with the order; the rest for each period. */
  kind: 'plan' | 'option' | 'setup'
  /** The option's code; null for the plan. */
  code: string | null
  /** What was chosen of the option; null where it has nothing to choose. */
  choice: string | null
  name: LocalizedText
  quantity: number
  /** As listed, for one piece. */
  unitMinor: bigint
  /** Due with the order, after discounts: nothing for what is tried out first. */
  amountMinor: bigint
  discountMinor: bigint
  /** What each coupon took off; of what is tried out first, off its first paid period. */
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
  /** Days before its first paid period; null when it is paid from the first day on. */
  trialDays: number | null
  /** Of all its lines, due with the order, after discounts. */
  amountMinor: bigint
  discountMinor: bigint
}

/**
 * The items at their listed prices. Of each product that is not in `tried` the first item that can be tried out is. Throws
 * `configuration_invalid` naming each field.
 */
export function priceItems(
  catalog: Catalog,
  input: { items: readonly ItemConfiguration[]; currency: string },
  tried: ReadonlySet<string>,
): QuotedItem[] {
  const issues: FieldIssue[] = []
  const over = new Set(tried)
  const items = input.items.map((configuration, index) => {
    const item = priceItem(catalog, configuration, input.currency, `items.${index}`, issues)
    if (!item?.price.trialDays || over.has(item.product.id)) return item
    over.add(item.product.id)
    return tryOut(item, item.price.trialDays)
  })
  if (issues.length > 0)
    throw new Problem('invalid', 'configuration_invalid', 'Please correct what is marked.', { issues })
  return items.filter((item) => item !== undefined)
}

/** What renews costs nothing before the trial is over. */
function tryOut(item: QuotedItem, trialDays: number): QuotedItem {
  const lines = item.lines.map((line) => (line.kind === 'setup' ? line : { ...line, amountMinor: 0n }))
  return { ...item, lines, trialDays, amountMinor: sumOf(lines) }
}

const sumOf = (lines: readonly QuoteLine[]): bigint => lines.reduce((sum, line) => sum + line.amountMinor, 0n)

function priceItem(
  catalog: Catalog,
  configuration: ItemConfiguration,
  currency: string,
  path: string,
  issues: FieldIssue[],
): QuotedItem | undefined {
  const issue = (field: string, message: string): void => void issues.push({ path: `${path}.${field}`, message })
  const found = findPlan(catalog, configuration.plan)
  const { regionIds, imageIds } = found?.product ?? ANYTHING
  const region = offeredOf(regionIds, catalog.regions).find(({ slug }) => slug === configuration.region)
  const image = offeredOf(imageIds, catalog.images).find(({ slug }) => slug === configuration.image)
  if (!found) issue('plan', 'This plan is not for sale. Choose another.')
  if (!region) issue('region', 'Choose one of our regions.')
  if (!image) issue('image', 'Choose one of our systems.')
  const price = found && priceOf(found.plan, currency, configuration.period)
  if (found && !price) issue('period', `This plan is not for sale in ${currency} for this period.`)
  if (!found) return undefined
  const options = priceOptions(found.product, configuration, currency, issue)
  if (!region || !image || !price || !options) return undefined
  const { product, plan } = found
  const name = planName(product, plan)
  const lines = [
    lineOf({ kind: 'plan', code: null, choice: null, name, quantity: 1, unitMinor: price.amountMinor }),
    ...setupOf(null, name, 1, price.setupMinor),
    ...options,
  ]
  return {
    configuration,
    product,
    plan,
    price,
    region,
    image,
    lines,
    trialDays: null,
    amountMinor: sumOf(lines),
    discountMinor: 0n,
  }
}

const lineOf = (line: Omit<QuoteLine, 'amountMinor' | 'discountMinor' | 'discounts'>): QuoteLine => ({
  ...line,
  amountMinor: line.unitMinor * BigInt(line.quantity),
  discountMinor: 0n,
  discounts: [],
})

/** The line of a setup, where there is one. */
function setupOf(code: string | null, of: LocalizedText, quantity: number, unitMinor: bigint): QuoteLine[] {
  if (unitMinor === 0n) return []
  const name = { en: `Setup: ${of.en}`, de: `Einrichtung: ${of.de}` }
  return [lineOf({ kind: 'setup', code, choice: null, name, quantity, unitMinor })]
}

type Mark = (field: string, message: string) => void

function priceOptions(
  product: CatalogProduct,
  configuration: ItemConfiguration,
  currency: string,
  mark: Mark,
): QuoteLine[] | undefined {
  const faults: string[] = []
  const asked = configuration.options.filter(({ quantity }) => quantity > 0)
  for (const { code } of asked)
    if (!product.options.some((option) => option.code === code))
      faults.push(`${code} cannot be ordered with this plan.`)
  const lines = product.options.flatMap((option) => {
    const wanted = asked.find(({ code }) => code === option.code)
    const fault = faultOf(option, wanted)
    if (fault) faults.push(fault)
    if (fault || !wanted) return []
    const price = optionPriceOf(option, currency, configuration.period, wanted.choice)
    if (!price) faults.push(`${option.code} cannot be ordered with this plan.`)
    if (!price) return []
    const name = optionName(option, wanted.choice)
    const { quantity, choice = null } = wanted
    const line = lineOf({ kind: 'option', code: option.code, choice, name, quantity, unitMinor: price.amountMinor })
    return [line, ...setupOf(option.code, name, quantity, price.setupMinor)]
  })
  for (const fault of faults) mark('options', fault)
  return faults.length === 0 ? lines : undefined
}

/** Whether a product is sold there, or with it: without a list, everywhere and with everything. */
/** What is not known is offered with everything, so that only its own field is refused. */
const ANYTHING = { regionIds: [], imageIds: [] }

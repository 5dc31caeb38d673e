import type { OptionKind, Schema } from '#platform/schema.ts'
import type { LocalizedText } from './localized-text.ts'
import type { Period } from './interval.ts'

type Product = Omit<Schema['products'], 'name' | 'summary' | 'disputePolicy'> & {
  name: LocalizedText
  summary: LocalizedText
}

/** A size of a product, with all that is said and asked of it. */
export type Plan = Omit<Schema['plans'], 'name' | 'summary'> & {
  name: LocalizedText
  summary: LocalizedText
  features: LocalizedText[]
  prices: PlanPrice[]
  stock: Stock[]
}

/** What something costs: minor units of `currency` for one piece and one period, and once when it is ordered. */
type Price = { currency: string; period: Period; amountMinor: bigint; setupMinor: bigint }
/** `trialDays` come before the first paid period. */
export type PlanPrice = Price & { priceId: string; trialDays: number | null }

/**
 * How many of a plan there still are in a region, or in all together where `regionId` is null. Of more than FEW it is only known
 * that there are more; no entry means enough.
 */
type Stock = { regionId: string | null; left: number | 'many' }
/** Up to so many are counted down in the shop; the trigger plan_stock_few_left_bump_offer counts on the same number. */
export const FEW = 5

/** Something a plan can be ordered with. */
export type PlanOption = {
  id: string
  code: string
  kind: OptionKind
  name: LocalizedText
  summary: LocalizedText
  /** Ordered in whole steps from the least to the most. With a least of 0 it may be left out. */
  minQuantity: number
  maxQuantity: number
  step: number
  prices: Price[]
  /** What an option of kind choice lets choose from; empty otherwise. */
  choices: OptionChoice[]
}
export type OptionChoice = { code: string; name: LocalizedText; prices: Price[] }

export type CatalogProduct = Product & { plans: Plan[]; options: PlanOption[] }
export type Image = Schema['images']
export type Region = Omit<Schema['regions'], 'name'> & { name: LocalizedText }

/** All that is for sale. */
export type Catalog = {
  products: CatalogProduct[]
  images: Image[]
  regions: Region[]
  currencies: string[]
  /** What is shown in a country before anybody chooses, by ISO 3166-1. */
  countryCurrencies: Record<string, string>
  /** All that any plan is sold for, the shorter first. */
  periods: Period[]
}

/** What a plan is called with its product, in every language. */
export function planName({ kind }: Pick<CatalogProduct, 'kind'>, { name }: Pick<Plan, 'name'>): LocalizedText {
  const product = kind.toUpperCase()
  return { en: `${product} ${name.en}`, de: `${product} ${name.de}` }
}

const priceAt = <P extends Price>(prices: readonly P[], currency: string, period: Period): P | undefined =>
  prices.find((price) => price.currency === currency && price.period === period)

/** The price of a plan, or undefined where it is not for sale in that currency for that period. */
export const priceOf = (plan: Plan, currency: string, period: Period): PlanPrice | undefined =>
  priceAt(plan.prices, currency, period)

/** The price of one piece of an option, or of a choice of it; undefined where it is not for sale so. */
export const optionPriceOf = (
  option: Pick<PlanOption, 'prices' | 'choices'>,
  currency: string,
  period: Period,
  choice?: string | null,
): Price | undefined => {
  if (choice === undefined || choice === null) return priceAt(option.prices, currency, period)
  return priceAt(option.choices.find(({ code }) => code === choice)?.prices ?? [], currency, period)
}

/** Finds a published plan by its slug together with its product; undefined when nothing of that name is for sale. */
export function findPlan(catalog: Catalog, slug: string): { product: CatalogProduct; plan: Plan } | undefined {
  for (const product of catalog.products) {
    const plan = product.plans.find((each) => each.slug === slug)
    if (plan) return { product, plan }
  }
  return undefined
}

/** Which of all regions or images a product is offered with: those it names, or all where it names none. */
export const offeredOf = <T extends { id: string }>(ids: readonly string[], all: readonly T[]): T[] =>
  all.filter(({ id }) => ids.length === 0 || ids.includes(id))

/** How many of a plan can still be ordered in a region; undefined when there is no limit or more than FEW. */
export function leftIn(plan: Pick<Plan, 'stock'>, regionId: string): number | undefined {
  const counted = plan.stock
    .filter((stock) => stock.regionId === null || stock.regionId === regionId)
    .flatMap(({ left }) => (left === 'many' ? [] : [left]))
  return counted.length === 0 ? undefined : Math.min(...counted)
}

/** How many of a plan can still be ordered in any of these regions; undefined when there is no limit or more than FEW in one of them. */
export function leftAnywhere(plan: Pick<Plan, 'stock'>, regions: readonly Pick<Region, 'id'>[]): number | undefined {
  const whole = leftIn(plan, '')
  const each = regions.map(({ id }) => leftIn(plan, id))
  if (each.length === 0 || each.some((left) => left === undefined)) return whole
  const sum = each.reduce<number>((total, left) => total + (left ?? 0), 0)
  return whole === undefined ? (sum > FEW ? undefined : sum) : Math.min(whole, sum)
}

import type { Schema } from '#platform/schema.ts'
import type { LocalizedText } from './localized-text.ts'

/** How often a plan is paid for. */
export type Period = 'month' | 'year'
export const PERIODS: readonly Period[] = ['month', 'year']

type Product = Omit<Schema['products'], 'name' | 'summary'> & { name: LocalizedText; summary: LocalizedText }

/** A size of a product, with all that is said and asked of it. */
export type Plan = Omit<Schema['plans'], 'name' | 'summary'> & {
  name: LocalizedText
  summary: LocalizedText
  features: LocalizedText[]
  prices: PlanPrice[]
}

/** Minor units of `currency` for one period. */
export type PlanPrice = { priceId: string; currency: string; period: Period; amountMinor: bigint }

/** Something a plan can be ordered with. */
export type PlanOption = {
  id: string
  code: string
  kind: 'switch' | 'quantity'
  name: LocalizedText
  summary: LocalizedText
  maxQuantity: number
  /** For one piece and one period. */
  prices: { currency: string; period: Period; amountMinor: bigint }[]
}

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
}

/** What a plan is called with its product, in every language. */
export function planName({ kind }: Pick<CatalogProduct, 'kind'>, { name }: Pick<Plan, 'name'>): LocalizedText {
  const product = kind.toUpperCase()
  return { en: `${product} ${name.en}`, de: `${product} ${name.de}` }
}

/** The price of a plan, or undefined where it is not for sale in that currency for that period. */
export const priceOf = (plan: Plan, currency: string, period: Period): PlanPrice | undefined =>
  plan.prices.find((price) => price.currency === currency && price.period === period)

/** The price of one piece of an option, or undefined where it is not for sale so. */
export const optionPriceOf = (option: PlanOption, currency: string, period: Period): bigint | undefined =>
  option.prices.find((price) => price.currency === currency && price.period === period)?.amountMinor

/** Finds a published plan by its slug together with its product; undefined when nothing of that name is for sale. */
export function findPlan(catalog: Catalog, slug: string): { product: CatalogProduct; plan: Plan } | undefined {
  for (const product of catalog.products) {
    const plan = product.plans.find((each) => each.slug === slug)
    if (plan) return { product, plan }
  }
  return undefined
}

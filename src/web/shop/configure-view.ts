import type { Catalog, CatalogProduct, Period } from '#modules/catalog/plan.ts'
import type { Locale } from '#platform/i18n.ts'
import { describePlan } from './price-view.ts'

/** The name of an extra's field. */
export const optionField = (code: string): string => `option-${code}`

type Amounts = Partial<Record<Period, bigint>>

const amountsIn = (
  currency: string,
  prices: readonly { currency: string; period: Period; amountMinor: bigint }[],
): Amounts =>
  Object.fromEntries(
    prices.filter((price) => price.currency === currency).map((price) => [price.period, price.amountMinor]),
  )

/** All that can be chosen for a server of a product, priced in a currency for every period, so that nothing goes stale. */
export const choicesOf = (catalog: Catalog, product: CatalogProduct, currency: string, locale: Locale) => ({
  plans: product.plans.map((plan) => ({ ...describePlan(plan, locale), amounts: amountsIn(currency, plan.prices) })),
  options: product.options.map((option) => ({
    code: option.code,
    kind: option.kind,
    name: option.name[locale],
    summary: option.summary[locale],
    maxQuantity: option.maxQuantity,
    amounts: amountsIn(currency, option.prices),
  })),
  images: catalog.images.map(({ slug, name }) => ({ slug, name })),
  regions: catalog.regions.map((region) => ({ slug: region.slug, name: region.name[locale] })),
})
export type Choices = ReturnType<typeof choicesOf>

import { comparePeriods } from '#modules/catalog/interval.ts'
import { type Catalog, type CatalogProduct, leftAnywhere, leftIn, offeredOf } from '#modules/catalog/plan.ts'
import type { Locale } from '#platform/i18n.ts'
import { amountsIn, describePlan } from './price-view.ts'

/** The name of an extra's field. */
export const optionField = (code: string): string => `option-${code}`

/** All that can be chosen for a server of a product, priced in a currency for every period, so that nothing goes stale. */
export const choicesOf = (catalog: Catalog, product: CatalogProduct, currency: string, locale: Locale) => ({
  periods: [
    ...new Set(
      product.plans
        .flatMap(({ prices }) => prices.filter((price) => price.currency === currency))
        .map((price) => price.period),
    ),
  ].toSorted(comparePeriods),
  plans: product.plans.map((plan) => ({
    ...describePlan(plan, locale),
    amounts: amountsIn(currency, plan.prices),
    left: leftAnywhere(plan, offeredOf(product.regionIds, catalog.regions)),
  })),
  options: product.options.map((option) => ({
    code: option.code,
    kind: option.kind,
    name: option.name[locale],
    summary: option.summary[locale],
    minQuantity: option.minQuantity,
    maxQuantity: option.maxQuantity,
    step: option.step,
    amounts: amountsIn(currency, option.prices),
    choices: option.choices.map(({ code, name, prices }) => ({
      code,
      name: name[locale],
      amounts: amountsIn(currency, prices),
    })),
  })),
  ...placesOf(catalog, product, locale),
})

/** The systems and the regions a product is offered with. */
export const placesOf = (catalog: Catalog, product: CatalogProduct, locale: Locale) => ({
  images: offeredOf(product.imageIds, catalog.images).map(({ slug, name }) => ({ slug, name })),
  regions: offeredOf(product.regionIds, catalog.regions).map((region) => ({
    slug: region.slug,
    name: region.name[locale],
    /** The plans of which only a few are left here. */
    few: product.plans.flatMap((plan) => {
      const left = leftIn(plan, region.id)
      return left === undefined ? [] : [{ plan: plan.name[locale], left }]
    }),
  })),
})
export type Choices = ReturnType<typeof choicesOf>

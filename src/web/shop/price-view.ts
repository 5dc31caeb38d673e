import type { App } from '#app/app.ts'
import { buyerIn, shownBasisPoints } from '#modules/billing/tax.ts'
import { type Catalog, type CatalogProduct, type Period, PERIODS, type Plan, priceOf } from '#modules/catalog/plan.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import type { Locale } from '#platform/i18n.ts'
import type { PlanCard } from './plan-cards.tsx'

/** What prices are shown in: a currency of the catalogue and how often one pays. */
export type Shown = { currency: string; period: Period }

/** What a visitor sees before choosing: the currency usual for their language. */
const USUAL: Record<Locale, string> = { en: 'USD', de: 'EUR' }

/** The currency of the country that the visitor's browser names, such as CH in `de-CH`; undefined where none is set. */
export function currencyByCountry(request: Request, { countryCurrencies }: Pick<Catalog, 'countryCurrencies'>) {
  const [, country] = /^[a-z]{2,3}-([A-Z]{2})\b/i.exec(request.headers.get('accept-language') ?? '') ?? []
  return country === undefined ? undefined : countryCurrencies[country.toUpperCase()]
}

/** Reads `?currency=` and `?period=`; what is unknown or missing is replaced by what is usual. */
export function readShown(
  request: Request,
  catalog: Pick<Catalog, 'currencies'>,
  locale: Locale,
  preferred?: string,
): Shown {
  const query = new URL(request.url).searchParams
  const offered = (code: string | null | undefined): code is string =>
    typeof code === 'string' && catalog.currencies.includes(code)
  const currency =
    [query.get('currency')?.toUpperCase(), preferred, USUAL[locale]].find(offered) ?? catalog.currencies[0] ?? 'EUR'
  return { currency, period: readPeriod(query.get('period')) }
}

export const readPeriod = (text: unknown): Period => PERIODS.find((period) => period === text) ?? 'month'

/** Whether prices hold the tax, and at which rate in percent a buyer we know nothing of is taxed. */
export type TaxFacts = { included: boolean; percent: number }

export async function readTaxFacts(app: App): Promise<TaxFacts> {
  // The quote of nothing still knows who sells and by which rule.
  const { pricesIncludeTax, treatment } = await computeQuote(app, {
    currency: 'EUR',
    items: [],
    buyer: buyerIn(null),
  })
  return { included: pricesIncludeTax, percent: shownBasisPoints(treatment) / 100 }
}

/** The published plans of a product that are sold in this currency for this period. */
export const plansFor = (product: CatalogProduct, shown: Shown, locale: Locale): PlanCard[] =>
  product.plans.flatMap((plan) => {
    const price = priceOf(plan, shown.currency, shown.period)
    return price ? [{ ...describePlan(plan, locale), amountMinor: price.amountMinor }] : []
  })

export const describePlan = (plan: Plan, locale: Locale) => ({
  slug: plan.slug,
  name: plan.name[locale],
  summary: plan.summary[locale],
  popular: plan.popular,
  cores: plan.cores,
  memoryGb: plan.memoryMb / 1024,
  diskGb: plan.diskGb,
  trafficTb: plan.trafficTb,
})

/** What one saves by paying for a year at once, in whole percent, rounded down; undefined when that is nothing. */
function yearlySaving(monthMinor: bigint | undefined, yearMinor: bigint | undefined): number | undefined {
  if (monthMinor === undefined || yearMinor === undefined || monthMinor === 0n) return undefined
  const percent = Number(((monthMinor * 12n - yearMinor) * 100n) / (monthMinor * 12n))
  return percent > 0 ? percent : undefined
}

/** A product's plans and extras as the tables of prices show them. */
export function tablesFor(product: CatalogProduct, shown: Shown, locale: Locale) {
  const amount = (prices: readonly { currency: string; period: Period; amountMinor: bigint }[], period: Period) =>
    prices.find((price) => price.currency === shown.currency && price.period === period)?.amountMinor
  return {
    plans: product.plans.map((plan) => {
      const month = amount(plan.prices, 'month')
      const year = amount(plan.prices, 'year')
      return { ...describePlan(plan, locale), month, year, saving: yearlySaving(month, year) }
    }),
    options: product.options.map((option) => ({
      code: option.code,
      name: option.name[locale],
      summary: option.summary[locale],
      each: option.kind === 'quantity',
      month: amount(option.prices, 'month'),
      year: amount(option.prices, 'year'),
    })),
  }
}
export type Tables = ReturnType<typeof tablesFor>

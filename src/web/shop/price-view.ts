import type { App } from '#app/app.ts'
import { buyerIn, shownBasisPoints } from '#modules/billing/tax.ts'
import { comparePeriods, type Period } from '#modules/catalog/interval.ts'
import { optionName } from '#modules/catalog/option.ts'
import { parsePeriod } from '#modules/catalog/period.ts'
import {
  type Catalog,
  type CatalogProduct,
  leftAnywhere,
  leftIn,
  offeredOf,
  type Plan,
  type PlanOption,
  priceOf,
  type Region,
} from '#modules/catalog/plan.ts'
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
  catalog: Pick<Catalog, 'currencies' | 'periods'>,
  locale: Locale,
  preferred?: string,
): Shown {
  const query = new URL(request.url).searchParams
  const offered = (code: string | null | undefined): code is string =>
    typeof code === 'string' && catalog.currencies.includes(code)
  const currency =
    [query.get('currency')?.toUpperCase(), preferred, USUAL[locale]].find(offered) ?? catalog.currencies[0] ?? 'EUR'
  return { currency, period: readPeriod(query.get('period'), catalog) }
}

/** A period that something is sold for: as written, else by the month or whatever there is. */
export function readPeriod(text: unknown, { periods }: Pick<Catalog, 'periods'>): Period {
  const period = parsePeriod(text)
  if (period !== undefined && periods.includes(period)) return period
  return periods.includes('month') ? 'month' : (periods[0] ?? 'month')
}

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
export const plansFor = (
  product: Pick<CatalogProduct, 'plans' | 'regionIds'>,
  regions: readonly Region[],
  shown: Shown,
  locale: Locale,
): PlanCard[] => {
  const offered = offeredOf(product.regionIds, regions)
  return product.plans.flatMap((plan) => {
    const price = priceOf(plan, shown.currency, shown.period)
    if (!price) return []
    const { amountMinor, setupMinor, trialDays } = price
    const left = leftAnywhere(plan, offered)
    const gone = left === 0 ? [] : offered.filter(({ id }) => leftIn(plan, id) === 0).map(({ name }) => name[locale])
    return [{ ...describePlan(plan, locale), amountMinor, setupMinor, trialDays, left, gone }]
  })
}

export const describePlan = (plan: Plan, locale: Locale) => ({
  slug: plan.slug,
  name: plan.name[locale],
  summary: plan.summary[locale],
  popular: plan.popular,
  cores: plan.cores,
  memoryGb: plan.memoryMb / 1024,
  diskGb: plan.diskGb,
  trafficTb: plan.trafficTb,
  maxPerCustomer: plan.maxPerCustomer,
})

/** What one saves by paying for a year at once, in whole percent, rounded down; undefined when that is nothing. */
function yearlySaving(monthMinor: bigint | undefined, yearMinor: bigint | undefined): number | undefined {
  if (monthMinor === undefined || yearMinor === undefined || monthMinor === 0n) return undefined
  const percent = Number(((monthMinor * 12n - yearMinor) * 100n) / (monthMinor * 12n))
  return percent > 0 ? percent : undefined
}

type Priced = { currency: string; period: Period; amountMinor: bigint; setupMinor: bigint }
/** What each period costs in one currency. */
export type Amounts = Partial<Record<Period, bigint>>

export const amountsIn = (currency: string, prices: readonly Priced[]): Amounts =>
  Object.fromEntries(
    prices.filter((price) => price.currency === currency).map((price) => [price.period, price.amountMinor]),
  )

/** A product's plans and extras as the tables of prices show them. */
export function tablesFor(product: CatalogProduct, shown: Shown, locale: Locale) {
  const sold = product.plans.flatMap(({ prices }) => prices).filter(({ currency }) => currency === shown.currency)
  return {
    periods: [...new Set(sold.map(({ period }) => period))].toSorted(comparePeriods),
    plans: product.plans.map((plan) => {
      const amounts = amountsIn(shown.currency, plan.prices)
      const price = priceOf(plan, shown.currency, shown.period)
      const saving = yearlySaving(amounts.month, amounts.year)
      return {
        ...describePlan(plan, locale),
        amounts,
        saving,
        setupMinor: price?.setupMinor ?? 0n,
        trialDays: price?.trialDays ?? null,
      }
    }),
    options: product.options.flatMap((option) => optionRows(option, shown, locale)),
  }
}
export type Tables = ReturnType<typeof tablesFor>

/** A row for an option, or one for each choice of it. */
function optionRows(option: PlanOption, { currency, period }: Shown, locale: Locale) {
  const row = (code: string, name: string, prices: readonly Priced[]) => {
    const price = prices.find((each) => each.currency === currency && each.period === period)
    const each = option.kind === 'quantity' || option.kind === 'slider'
    const { amountMinor, setupMinor = 0n } = price ?? {}
    return { code, name, summary: option.summary[locale], each, amountMinor, setupMinor }
  }
  if (option.kind !== 'choice') return [row(option.code, option.name[locale], option.prices)]
  return option.choices.map(({ code, prices }) =>
    row(`${option.code}-${code}`, optionName(option, code)[locale], prices),
  )
}

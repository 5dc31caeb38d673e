import type { DocumentPrice } from '#modules/catalog/catalog-document.ts'

export type PriceInterval = Pick<DocumentPrice, 'currency' | 'intervalUnit' | 'intervalCount'>

/** What prices are asked for: a month and a year in each currency, and whatever there is a price for already. */
export function priceRows(prices: readonly DocumentPrice[], currencies: readonly string[]): PriceInterval[] {
  const all = [...new Set([...currencies, ...prices.map(({ currency }) => currency)])].toSorted()
  const usual = all.flatMap((currency) =>
    (['month', 'year'] as const).map((intervalUnit): PriceInterval => ({ currency, intervalUnit, intervalCount: 1 })),
  )
  const more = prices.map(({ currency, intervalUnit, intervalCount }) => ({ currency, intervalUnit, intervalCount }))
  return [...new Map([...usual, ...more].map((row) => [priceField(row), row])).values()].toSorted((a, b) =>
    a.currency < b.currency ? -1 : a.currency > b.currency ? 1 : 0,
  )
}

export const priceField = (price: PriceInterval, part: 'price' | 'setup' | 'trial' = 'price'): string =>
  `${part}-${price.currency}-${price.intervalCount}-${price.intervalUnit}`

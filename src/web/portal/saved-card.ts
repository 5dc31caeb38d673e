import type { listPaymentMethods } from '#modules/billing/billing-queries.ts'

type SavedCard = Awaited<ReturnType<typeof listPaymentMethods>>[number]

const BRANDS: Record<string, string> = {
  amex: 'American Express',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  cartes_bancaires: 'Cartes Bancaires',
}

export type CardView = { id: string; brand: string; lastFour: string; until: string; expired: boolean }

/** Saved cards as people know them, each once: the gateway keeps one anew for every payment page it was typed into. */
export function cardViews(
  cards: readonly Pick<SavedCard, 'id' | 'brand' | 'lastFour' | 'expiryMonth' | 'expiryYear'>[],
  now: Temporal.Instant,
): CardView[] {
  const today = now.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth()
  const known = new Map<string, CardView>()
  for (const { id, brand, lastFour, expiryMonth, expiryYear } of cards) {
    // Other ways to pay have no end printed on them.
    if (expiryMonth === null || expiryYear === null) continue
    const until = `${String(expiryMonth).padStart(2, '0')}/${expiryYear}`
    // It can be used to the end of the month printed on it.
    const month = Temporal.PlainYearMonth.from({ year: expiryYear, month: expiryMonth })
    const expired = Temporal.PlainYearMonth.compare(month, today) < 0
    const key = `${brand} ${lastFour} ${until}`
    if (!known.has(key)) known.set(key, { id, brand: brandName(brand), lastFour, until, expired })
  }
  return [...known.values()]
}

const brandName = (brand: string): string => BRANDS[brand] ?? brand.slice(0, 1).toUpperCase() + brand.slice(1)

import type { ExpiringCard } from '#modules/billing/card-expiry.ts'
import type { listPaymentMethods } from '#modules/billing/billing-queries.ts'

type SavedCard = Awaited<ReturnType<typeof listPaymentMethods>>[number]

const BRANDS: Record<string, string> = {
  amex: 'American Express',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  sepa_debit: 'SEPA',
  cartes_bancaires: 'Cartes Bancaires',
}

/** `until` is empty for what does not expire, such as a direct debit. */
export type CardView = {
  id: string
  brand: string
  lastFour: string
  until: string | undefined
  expired: boolean
  isDefault: boolean
}

/** Saved cards as people know them, each once: the gateway keeps one anew for every payment page it was typed into. */
export function cardViews(
  cards: readonly Pick<SavedCard, 'id' | 'brand' | 'lastFour' | 'expiryMonth' | 'expiryYear' | 'isDefault'>[],
  now: Temporal.Instant,
): CardView[] {
  const today = now.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth()
  const known = new Map<string, CardView>()
  // The one that is charged stands for all of the same card.
  for (const card of cards.toSorted((a, b) => Number(b.isDefault) - Number(a.isDefault))) {
    const { id, brand, lastFour, isDefault } = card
    const month = expiryOf(card)
    const until = month && `${String(month.month).padStart(2, '0')}/${month.year}`
    // It can be used to the end of the month printed on it.
    const expired = month !== undefined && Temporal.PlainYearMonth.compare(month, today) < 0
    const key = `${brand} ${lastFour} ${until}`
    if (!known.has(key)) known.set(key, { id, brand: brandName(brand), lastFour, until, expired, isDefault })
  }
  return [...known.values()]
}

/** A card that expires, or has, as people know it. */
export const expiringView = ({ brand, lastFour, expiresOn, daysLeft }: ExpiringCard) => ({
  brand: brandName(brand),
  lastFour,
  day: expiresOn.toString(),
  expired: daysLeft < 0,
})

/** The card that is charged, as people know it; undefined when there is none that can be. */
export function chargedCard(
  cards: Parameters<typeof cardViews>[0],
  now: Temporal.Instant,
): Pick<CardView, 'brand' | 'lastFour'> | undefined {
  const card = cardViews(cards, now).find(({ isDefault, expired }) => isDefault && !expired)
  return card && { brand: card.brand, lastFour: card.lastFour }
}

const expiryOf = ({ expiryMonth, expiryYear }: Pick<SavedCard, 'expiryMonth' | 'expiryYear'>) =>
  expiryMonth !== null && expiryYear !== null
    ? Temporal.PlainYearMonth.from({ year: expiryYear, month: expiryMonth })
    : undefined

/** What people call a card's brand. */
export const brandName = (brand: string): string => BRANDS[brand] ?? brand.slice(0, 1).toUpperCase() + brand.slice(1)

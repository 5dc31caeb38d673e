import type { listPaymentMethods } from '#modules/billing/billing-queries.ts'

type SavedCard = Awaited<ReturnType<typeof listPaymentMethods>>[number]

const BRANDS: Record<string, string> = {
  amex: 'American Express',
  jcb: 'JCB',
  unionpay: 'UnionPay',
  cartes_bancaires: 'Cartes Bancaires',
}

/** A saved card as people know it. It can be used to the end of the month printed on it. */
export function cardView(
  { id, brand, lastFour, expiryMonth, expiryYear }: Omit<SavedCard, 'createdAt'>,
  now: Temporal.Instant,
): { id: string; brand: string; lastFour: string; until: string; expired: boolean } {
  const month = Temporal.PlainYearMonth.from({ year: expiryYear, month: expiryMonth })
  const today = now.toZonedDateTimeISO('UTC').toPlainDate().toPlainYearMonth()
  return {
    id,
    brand: BRANDS[brand] ?? brand.slice(0, 1).toUpperCase() + brand.slice(1),
    lastFour,
    until: `${String(expiryMonth).padStart(2, '0')}/${expiryYear}`,
    expired: Temporal.PlainYearMonth.compare(month, today) < 0,
  }
}

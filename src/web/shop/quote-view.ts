import { millionthsOf } from '#modules/billing/tax.ts'
import { shownBasisPoints, taxDocument } from '#modules/billing/tax.ts'
import { type Period, PERIODS } from '#modules/catalog/plan.ts'
import { renewalAmounts } from '#modules/orders/renewal-amounts.ts'
import type { Quote } from '#modules/orders/quote.ts'
import type { Locale } from '#platform/i18n.ts'

/** A quote as pages show it. Amounts are minor units of `currency`; dates ISO text. */
export type SummaryView = {
  currency: string
  /** Whether the lines hold the tax. */
  included: boolean
  /** Each tax, its rate in percent. */
  taxes: { name: string; percent: number; taxMinor: bigint }[]
  /** Why no tax is charged, where none is. */
  untaxed: 'reverse_charge' | 'other' | undefined
  /** The tax that is in the lines and not charged. */
  removedMinor: bigint
  items: {
    hostname: string
    period: Period
    amountMinor: bigint
    /** At their listed price, with what is taken off them. */
    lines: { name: string; quantity: number; amountMinor: bigint; discountMinor: bigint }[]
  }[]
  /** `cycles`: for how many payments, null for all. */
  coupons: { code: string; name: string; cycles: number | null; offMinor: bigint }[]
  discountMinor: bigint
  subtotalMinor: bigint
  taxMinor: bigint
  totalMinor: bigint
  /** What will be paid next and when, if it is paid for today: one for each period in use. */
  renewals: { period: Period; amountMinor: bigint; at: string }[]
}

export function presentQuote(quote: Quote, locale: Locale, now: Temporal.Instant): SummaryView {
  return {
    currency: quote.currency,
    included: quote.pricesIncludeTax,
    taxes: quote.taxes.map((tax) => ({
      name: tax.name,
      percent: millionthsOf(tax) / 10_000,
      taxMinor: tax.taxMinor,
    })),
    untaxed: untaxedOf(quote),
    removedMinor: quote.items.reduce((sum, item) => sum + item.amountMinor, 0n) - quote.subtotalMinor - heldBy(quote),
    items: quote.items.map((item) => ({
      hostname: item.configuration.hostname,
      period: item.configuration.period,
      amountMinor: item.amountMinor,
      lines: item.lines.map((line) => ({
        name: line.name[locale],
        quantity: line.quantity,
        amountMinor: line.amountMinor + line.discountMinor,
        discountMinor: line.discountMinor,
      })),
    })),
    coupons: quote.coupons.map(({ code, name, cycles, offMinor }) => ({ code, name, cycles, offMinor })),
    discountMinor: quote.discountMinor,
    subtotalMinor: quote.subtotalMinor,
    taxMinor: quote.taxMinor,
    totalMinor: quote.totalMinor,
    renewals: renewalsOf(quote, now),
  }
}

const untaxedOf = ({ treatment }: Quote): SummaryView['untaxed'] => {
  if (treatment.reverseCharge) return 'reverse_charge'
  return shownBasisPoints(treatment) === 0 ? 'other' : undefined
}

const heldBy = (quote: Quote): bigint => (quote.pricesIncludeTax ? quote.taxMinor : 0n)

const LENGTHS: Record<Period, Temporal.DurationLike> = { month: { months: 1 }, year: { years: 1 } }

/** Each period renews as a document of its own, so its tax is rounded by itself. */
function renewalsOf(quote: Quote, now: Temporal.Instant): SummaryView['renewals'] {
  const today = now.toZonedDateTimeISO(quote.seller.timeZone)
  return PERIODS.flatMap((period) => {
    const items = quote.items.filter((item) => item.configuration.period === period)
    if (items.length === 0) return []
    const amounts = items.flatMap((item) => renewalAmounts(quote, item))
    const { totalMinor } = taxDocument(amounts, quote.treatment, quote.pricesIncludeTax)
    return [{ period, amountMinor: totalMinor, at: today.add(LENGTHS[period]).toInstant().toString() }]
  })
}

import { taxDocument } from '#modules/billing/tax.ts'
import { type Period, PERIODS } from '#modules/catalog/plan.ts'
import { renewalAmounts } from '#modules/orders/renewal-amounts.ts'
import type { Quote } from '#modules/orders/quote.ts'
import type { Locale } from '#platform/i18n.ts'

/** A quote as pages show it. Amounts are minor units of `currency`; dates ISO text. */
export type SummaryView = {
  currency: string
  /** Whether the lines hold the tax, and its rate in percent. */
  included: boolean
  percent: number
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
    percent: quote.rule.rateBasisPoints / 100,
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

const LENGTHS: Record<Period, Temporal.DurationLike> = { month: { months: 1 }, year: { years: 1 } }

/** Each period renews as a document of its own, so its tax is rounded by itself. */
function renewalsOf(quote: Quote, now: Temporal.Instant): SummaryView['renewals'] {
  const today = now.toZonedDateTimeISO(quote.seller.timeZone)
  return PERIODS.flatMap((period) => {
    const items = quote.items.filter((item) => item.configuration.period === period)
    if (items.length === 0) return []
    const amounts = items.flatMap((item) => renewalAmounts(quote, item))
    const { totalMinor } = taxDocument(amounts, quote.rule.rateBasisPoints, quote.pricesIncludeTax)
    return [{ period, amountMinor: totalMinor, at: today.add(LENGTHS[period]).toInstant().toString() }]
  })
}

import { taxDocument } from '#modules/billing/tax.ts'
import { type Period, PERIODS } from '#modules/catalog/plan.ts'
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
    lines: { name: string; quantity: number; amountMinor: bigint }[]
  }[]
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
        amountMinor: line.amountMinor,
      })),
    })),
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
    const lines = quote.items.filter((item) => item.configuration.period === period).flatMap((item) => item.lines)
    if (lines.length === 0) return []
    const amounts = lines.map((line) => line.amountMinor)
    const { totalMinor } = taxDocument(amounts, quote.rule.rateBasisPoints, quote.pricesIncludeTax)
    return [{ period, amountMinor: totalMinor, at: today.add(LENGTHS[period]).toInstant().toString() }]
  })
}

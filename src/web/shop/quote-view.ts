import { millionthsOf } from '#modules/billing/tax.ts'
import { shownBasisPoints, taxDocument } from '#modules/billing/tax.ts'
import { comparePeriods, intervalOf, type Period } from '#modules/catalog/interval.ts'
import { renewalAmounts } from '#modules/orders/renewal-amounts.ts'
import type { QuotedItem } from '#modules/orders/price-item.ts'
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
    /** Days before the first paid period. */
    trialDays: number | null
    /** `once` is paid with the order alone. */
    lines: { name: string; once: boolean; quantity: number; amountMinor: bigint; discountMinor: bigint }[]
  }[]
  /** `cycles`: for how many payments, null for all. `later`: those of something that is tried out first. */
  coupons: { code: string; name: string; cycles: number | null; offMinor: bigint; later: boolean }[]
  discountMinor: bigint
  subtotalMinor: bigint
  taxMinor: bigint
  totalMinor: bigint
  /** What will be paid next and when, if it is paid for today: one for each period and trial in use, none for what does not renew. */
  renewals: { period: Period; trialDays: number | null; amountMinor: bigint; at: string }[]
  /** Something is paid once and stays. */
  stays: boolean
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
      trialDays: item.trialDays,
      amountMinor: item.amountMinor,
      lines: item.lines.map((line) => ({
        name: line.name[locale],
        once: line.kind === 'setup',
        quantity: line.quantity,
        amountMinor: line.amountMinor + line.discountMinor,
        discountMinor: line.discountMinor,
      })),
    })),
    coupons: quote.coupons.map(({ id, code, name, cycles, offMinor }) => ({
      code,
      name,
      cycles,
      offMinor,
      later: quote.items.some(({ trialDays, lines }) => trialDays !== null && lines.some(isOff(id))),
    })),
    discountMinor: quote.discountMinor,
    subtotalMinor: quote.subtotalMinor,
    taxMinor: quote.taxMinor,
    totalMinor: quote.totalMinor,
    renewals: renewalsOf(quote, now),
    stays: quote.items.some(({ configuration }) => configuration.period === 'once'),
  }
}

const isOff =
  (couponId: string) =>
  ({ kind, discounts }: QuotedItem['lines'][number]): boolean =>
    kind !== 'setup' && discounts.some(({ coupon }) => coupon === couponId)

const untaxedOf = ({ treatment }: Quote): SummaryView['untaxed'] => {
  if (treatment.reverseCharge) return 'reverse_charge'
  return shownBasisPoints(treatment) === 0 ? 'other' : undefined
}

const heldBy = (quote: Quote): bigint => (quote.pricesIncludeTax ? quote.taxMinor : 0n)

/** Each period renews as a document of its own, so its tax is rounded by itself; so does what is tried out first. */
function renewalsOf(quote: Quote, now: Temporal.Instant): SummaryView['renewals'] {
  const today = now.toZonedDateTimeISO(quote.seller.timeZone)
  const groups = Map.groupBy(
    quote.items.filter(({ configuration }) => configuration.period !== 'once'),
    ({ configuration, trialDays }) => `${configuration.period} ${trialDays ?? ''}`,
  )
  const renewals = [...groups.values()].map((items) => {
    const [{ trialDays, configuration }] = items as [QuotedItem]
    const { totalMinor } = taxDocument(
      items.flatMap((item) => renewalAmounts(quote, item)),
      quote.treatment,
      quote.pricesIncludeTax,
    )
    const { intervalUnit, intervalCount } = intervalOf(configuration.period)
    const at = today.add(trialDays === null ? { [`${intervalUnit}s`]: intervalCount } : { days: trialDays })
    return { period: configuration.period, trialDays, amountMinor: totalMinor, at: at.toInstant().toString() }
  })
  return renewals.toSorted((a, b) => comparePeriods(a.period, b.period) || (a.trialDays ?? 0) - (b.trialDays ?? 0))
}

import { type Discount, discountLines } from '#modules/billing/discount.ts'
import type { QuotedItem } from './price-item.ts'
import type { Quote } from './quote.ts'

/** What the lines of an item will cost at its next payment, a setup being paid once, after the discounts that still hold then. Minor units, as priced. */
export function renewalAmounts({ coupons }: Pick<Quote, 'coupons'>, item: QuotedItem): bigint[] {
  const listed = item.lines
    .filter(({ kind }) => kind !== 'setup')
    .map(({ unitMinor, quantity }) => unitMinor * BigInt(quantity))
  // A trial is no payment: the first one is still to come.
  const paidWithOrder = item.trialDays === null ? 1 : 0
  const going = coupons
    .filter(({ kind, cycles }) => kind !== 'free_setup' && (cycles === null || cycles > paidWithOrder))
    .flatMap((coupon): Discount[] => {
      const had = item.lines.flatMap((line) => line.discounts).filter((one) => one.coupon === coupon.id)
      if (had.length === 0) return []
      const share = had.reduce((sum, { off }) => sum + BigInt(off), 0n)
      const rule = 'amountMinor' in coupon.rule ? { amountMinor: share } : coupon.rule
      return [{ couponId: coupon.id, name: coupon.name, rule, covers: listed.map(() => true) }]
    })
  return discountLines(listed, going).map((line) => line.amountMinor)
}

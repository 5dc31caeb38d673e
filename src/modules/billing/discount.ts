import { allocate, roundHalfUp } from '#platform/money.ts'

/** What a coupon takes off: a share of each line, or an amount in minor units spread over them. */
export type DiscountRule = { percentBasisPoints: number } | { amountMinor: bigint }

/** A discount as lines are asked about it. `covers` says line by line whether it holds there. */
export type Discount = { couponId: string; name: string; rule: DiscountRule; covers: readonly boolean[] }

/** What one discount took off a line. Minor units as text, because documents keep it as JSON. */
export type DiscountReason = { coupon: string; name: string; off: string }

/** A line after its discounts. Minor units, as priced. */
export type DiscountedLine = { amountMinor: bigint; discountMinor: bigint; discounts: DiscountReason[] }

/**
 * Takes discounts off lines, one after the other in the order given, each from what the one before left. A percentage is
 * rounded half up once per line; an amount is spread in proportion by largest remainder. No line falls below zero. Renewals
 * do the same in SQL (renewal-discounts.ts).
 */
export function discountLines(amounts: readonly bigint[], discounts: readonly Discount[]): DiscountedLine[] {
  const lines = amounts.map((amountMinor): DiscountedLine => ({ amountMinor, discountMinor: 0n, discounts: [] }))
  for (const { couponId, name, rule, covers } of discounts) {
    const covered = lines.filter((_line, index) => covers[index])
    const off = takeOff(
      covered.map((line) => line.amountMinor),
      rule,
    )
    for (const [index, line] of covered.entries()) {
      line.amountMinor -= off[index]!
      line.discountMinor += off[index]!
      line.discounts.push({ coupon: couponId, name, off: String(off[index]!) })
    }
  }
  return lines
}

function takeOff(amounts: readonly bigint[], rule: DiscountRule): bigint[] {
  if ('percentBasisPoints' in rule)
    return amounts.map((amount) => roundHalfUp(amount * BigInt(rule.percentBasisPoints), 10_000n))
  const whole = amounts.reduce((sum, amount) => sum + amount, 0n)
  if (whole === 0n) return amounts.map(() => 0n)
  return allocate(rule.amountMinor < whole ? rule.amountMinor : whole, amounts)
}

/** What several discounts may be sorted by. */
type Ordered = { priority: number; id: string }

/** The declared order of coupons, whatever order their codes were typed in: by priority, the older first. */
export const inDeclaredOrder = <C extends Ordered>(coupons: readonly C[]): C[] =>
  coupons.toSorted((a, b) => a.priority - b.priority || (a.id < b.id ? -1 : 1))

/** What the discounts of a document's line say, read back from its reasons; none when it has no discount. */
export function discountsOf(reasons: unknown): DiscountReason[] {
  if (typeof reasons !== 'object' || reasons === null || !('discounts' in reasons)) return []
  return reasons.discounts as DiscountReason[]
}

/** What discounts take off the first paid period of a line that is tried out first; none where nothing is. */
export function discountsAfterTrial(reasons: unknown): DiscountReason[] {
  if (typeof reasons !== 'object' || reasons === null || !('trial' in reasons)) return []
  return discountsOf(reasons.trial)
}

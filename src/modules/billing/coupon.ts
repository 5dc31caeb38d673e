import type { CouponRedemptionState, CouponState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'
import type { Discount, DiscountRule } from './discount.ts'

export type Coupon = Schema['coupons']

export const couponMachine = stateMachine({
  noun: 'coupon',
  table: 'coupons',
  states: {
    draft: { activate: 'active', end: 'ended' },
    active: { end: 'ended' },
    ended: {},
  } satisfies Transitions<CouponState>,
})

export const redemptionMachine = stateMachine({
  noun: 'coupon_redemption',
  table: 'couponRedemptions',
  states: {
    reserved: { commit: 'committed', release: 'released' },
    committed: {},
    released: {},
  } satisfies Transitions<CouponRedemptionState>,
})

/** Why a code takes nothing off. */
export const COUPON_REFUSALS = [
  'coupon_unknown',
  'coupon_ended',
  'coupon_used_up',
  'coupon_already_used',
  'coupon_not_for_you',
  'coupon_first_order_only',
  'coupon_not_for_this',
] as const
export type CouponRefusal = (typeof COUPON_REFUSALS)[number]

/** Who orders, as far as coupons ask: null for somebody who is not signed in yet. */
export type CouponUser = { group: string | null; hasOrdered: boolean; usesOfThis: number } | null

/** A line as the scope of a coupon is asked about it. Minor units, as priced. */
export type CouponLine = {
  kind: 'plan' | 'option' | 'setup'
  productId: string
  planId: string
  interval: string
  /** At its listed price. */
  amountMinor: bigint
  /** Tried out first, for nothing: a coupon takes something off the periods that are paid then. */
  tried: boolean
}

/**
 * Whether a coupon holds for an order, and if not, why. A code that is not valid yet or still a draft is answered as one that
 * nobody made, so that trying codes tells nothing. Of somebody who is not signed in only what is known is asked; the rest is
 * asked when they order.
 */
export function refusalOf(
  coupon: (Coupon & { rule: DiscountRule | undefined }) | undefined,
  { now, user, lines }: { now: Temporal.Instant; user: CouponUser; lines: readonly CouponLine[] },
): CouponRefusal | undefined {
  if (!coupon || coupon.state === 'draft') return 'coupon_unknown'
  const { validFrom, validUntil } = coupon
  if (validFrom !== null && Temporal.Instant.compare(now, validFrom) < 0) return 'coupon_unknown'
  if (coupon.state === 'ended' || (validUntil !== null && Temporal.Instant.compare(validUntil, now) <= 0))
    return 'coupon_ended'
  if (coupon.maxUses !== null && coupon.uses >= coupon.maxUses) return 'coupon_used_up'
  if (user && coupon.maxUsesPerCustomer !== null && user.usesOfThis >= coupon.maxUsesPerCustomer)
    return 'coupon_already_used'
  if (coupon.customerGroup !== null && coupon.customerGroup !== user?.group) return 'coupon_not_for_you'
  if (user && coupon.firstOrderOnly && user.hasOrdered) return 'coupon_first_order_only'
  return lines.some((line) => isCovered(coupon, line)) ? undefined : 'coupon_not_for_this'
}

type Scope = Pick<Coupon, 'kind' | 'productIds' | 'planIds' | 'intervals'> & { rule: DiscountRule | undefined }

const isCovered = (coupon: Scope, line: CouponLine): boolean =>
  coupon.rule !== undefined && (coupon.kind !== 'free_setup' || line.kind === 'setup') && isInScope(coupon, line)

/**
 * Whether a coupon is for what is bought or renewed. An agreement that changed to something else keeps its discount only while
 * this is so; heldDiscounts (renewal-discounts.ts) asks the same in SQL.
 */
export function isInScope(
  { productIds, planIds, intervals }: Pick<Coupon, 'productIds' | 'planIds' | 'intervals'>,
  of: Pick<CouponLine, 'productId' | 'planId' | 'interval'>,
): boolean {
  const within = (scope: readonly string[], one: string): boolean => scope.length === 0 || scope.includes(one)
  return within(productIds, of.productId) && within(planIds, of.planId) && within(intervals, of.interval)
}

/** A coupon as what it takes off these lines. `coupon.rule` is known: refusalOf has let it through. */
export const discountBy = (coupon: Coupon & { rule: DiscountRule }, lines: readonly CouponLine[]): Discount => ({
  couponId: coupon.id,
  name: coupon.name,
  rule: coupon.rule,
  covers: lines.map((line) => isCovered(coupon, line)),
})

/** What a coupon takes off in a currency; undefined where it does not hold in that currency. Minor units. */
export function ruleOfCoupon(
  { kind, percentBasisPoints }: Pick<Coupon, 'kind' | 'percentBasisPoints'>,
  amountMinor: bigint | null,
): DiscountRule | undefined {
  if (kind === 'percent') return { percentBasisPoints: percentBasisPoints! }
  if (kind === 'free_setup') return { percentBasisPoints: 10_000 }
  return amountMinor === null ? undefined : { amountMinor }
}

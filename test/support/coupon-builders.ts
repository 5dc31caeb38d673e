import type { App } from '#app/app.ts'
import type { Coupon } from '#modules/billing/coupon.ts'
import type { Discount, DiscountRule } from '#modules/billing/discount.ts'
import { activateCoupon, type CouponInput, createCoupon } from '#modules/billing/save-coupon.ts'
import { newId } from '#platform/ids.ts'
import { staffAs } from './actors.ts'
import { tester } from './builders.ts'

/** 20 % off the first period of whatever is ordered, for everybody. */
export const couponInput = (overrides: Partial<CouponInput> = {}): CouponInput => ({
  code: `CODE-${newId('cpn').slice(-16)}`,
  name: 'Spring sale',
  kind: 'percent',
  percentBasisPoints: (overrides.kind ?? 'percent') === 'percent' ? 2_000 : null,
  amounts: [],
  productIds: [],
  planIds: [],
  intervals: [],
  customerGroup: null,
  firstOrderOnly: false,
  cycles: 1,
  maxUses: null,
  maxUsesPerCustomer: null,
  priority: 0,
  validFrom: null,
  validUntil: null,
  ...overrides,
})

/** A coupon that was given out. */
export async function buildCoupon(app: App, overrides: Partial<CouponInput> = {}): Promise<Coupon> {
  const { id } = await createCoupon(app, staffAs('billing'), couponInput(overrides))
  return activateCoupon(app, staffAs('billing'), { couponId: id })
}

type Granted = Omit<Discount, 'covers'> & { cyclesLeft: number | null }

/** Discounts as if an agreement had got them with its order, in this order; each with all of its lines in scope. */
export async function buildDiscounts(
  app: App,
  subscriptionId: string,
  wanted: readonly { rule: DiscountRule; cyclesLeft: number | null }[],
): Promise<(Granted & { covers: boolean[] })[]> {
  const granted: (Granted & { covers: boolean[] })[] = []
  for (const [position, { rule, cyclesLeft: left }] of wanted.entries()) {
    const coupon = await buildCoupon(app, { name: `Sale ${position}` })
    await app.transaction(tester, (tx) =>
      tx.db
        .insertInto('subscriptionDiscounts')
        .values({
          id: newId('sdc'),
          subscriptionId,
          couponId: coupon.id,
          position,
          percentBasisPoints: 'percentBasisPoints' in rule ? rule.percentBasisPoints : null,
          amountMinor: 'amountMinor' in rule ? rule.amountMinor : null,
          cyclesLeft: left,
          createdAt: tx.now,
        })
        .execute(),
    )
    granted.push({
      couponId: coupon.id,
      name: coupon.name,
      rule,
      cyclesLeft: left,
      covers: Array.from({ length: 9 }, () => true),
    })
  }
  return granted
}

/** How many renewals each discount of an agreement still holds for, in their order. */
export const cyclesLeft = async (app: App, subscriptionId: string): Promise<(number | null)[]> => {
  const rows = await app.db
    .selectFrom('subscriptionDiscounts')
    .select('cyclesLeft')
    .where('subscriptionId', '=', subscriptionId)
    .orderBy('position')
    .execute()
  return rows.map((row) => row.cyclesLeft)
}

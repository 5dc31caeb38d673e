import type { App } from '#app/app.ts'
import { type Discount, discountLines } from './discount.ts'

/** What the coupons of an agreement will take off its next renewal. Minor units, as priced. */
export type DiscountedRenewal = { amountMinor: bigint; coupons: { name: string; cyclesLeft: number | null }[] }

/** The next renewals of these agreements after their discounts; those without one are left out. The caller may see them. */
export async function discountedRenewals(
  app: App,
  subscriptionIds: readonly string[],
): Promise<Map<string, DiscountedRenewal>> {
  const discounts = await app.db
    .selectFrom('subscriptionDiscounts')
    .innerJoin('coupons', 'coupons.id', 'subscriptionDiscounts.couponId')
    .selectAll('subscriptionDiscounts')
    .select('coupons.name')
    .where('subscriptionId', 'in', [...subscriptionIds, ''])
    .where((where) => where.or([where('cyclesLeft', 'is', null), where('cyclesLeft', '>', 0)]))
    .orderBy('position')
    .orderBy('subscriptionDiscounts.id')
    .execute()
  if (discounts.length === 0) return new Map()
  const bySubscription = Map.groupBy(discounts, ({ subscriptionId }) => subscriptionId)
  const items = await app.db
    .selectFrom('subscriptionItems')
    .select(['subscriptionId', 'amountMinor'])
    .where('subscriptionId', 'in', [...bySubscription.keys()])
    .orderBy('position')
    .execute()
  const amounts = Map.groupBy(items, ({ subscriptionId }) => subscriptionId)
  return new Map(
    [...bySubscription].map(([id, live]) => {
      const listed = (amounts.get(id) ?? []).map(({ amountMinor }) => amountMinor)
      const off = live.map(({ couponId, name, percentBasisPoints, amountMinor }): Discount => ({
        couponId,
        name,
        rule: percentBasisPoints === null ? { amountMinor: amountMinor! } : { percentBasisPoints },
        covers: listed.map(() => true),
      }))
      const left = discountLines(listed, off).reduce((sum, line) => sum + line.amountMinor, 0n)
      return [id, { amountMinor: left, coupons: live.map(({ name, cyclesLeft }) => ({ name, cyclesLeft })) }]
    }),
  )
}

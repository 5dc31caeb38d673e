import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import type { InvoiceLine } from './invoice.ts'
import { type DiscountReason, discountsAfterTrial, discountsOf } from './discount.ts'

/**
 * What coupons that hold for more than the first period take off the renewals of an agreement: their percentage, or the part of
 * their amount that `lines`, which paid for its first period, had. Of a trial the first paid period is a renewal, and counts.
 * Setup is paid for once and has no renewals.
 */
export async function grantDiscounts(
  tx: Tx,
  input: { subscriptionId: string; couponIds: readonly string[]; lines: readonly Pick<InvoiceLine, 'reasons'>[] },
): Promise<void> {
  if (input.couponIds.length === 0) return
  const coupons = await tx.db
    .selectFrom('coupons')
    .select(['id', 'kind', 'percentBasisPoints', 'cycles'])
    .where('id', 'in', [...input.couponIds])
    .where('kind', '<>', 'free_setup')
    .orderBy('priority')
    .orderBy('id')
    .execute()
  const rows = coupons.flatMap(({ id, percentBasisPoints, cycles }, position) => {
    const ofIt = (discounts: DiscountReason[]) => discounts.filter(({ coupon }) => coupon === id)
    const tried = ofIt(input.lines.flatMap((line) => discountsAfterTrial(line.reasons)))
    const had = [...tried, ...ofIt(input.lines.flatMap((line) => discountsOf(line.reasons)))]
    const cyclesLeft = cycles === null || tried.length > 0 ? cycles : cycles - 1
    const amountMinor = percentBasisPoints === null ? had.reduce((sum, { off }) => sum + BigInt(off), 0n) : null
    if (had.length === 0 || amountMinor === 0n || cyclesLeft === 0) return []
    return {
      id: newId('sdc'),
      subscriptionId: input.subscriptionId,
      couponId: id,
      position,
      percentBasisPoints,
      amountMinor,
      cyclesLeft,
      createdAt: tx.now,
    }
  })
  if (rows.length > 0) await tx.db.insertInto('subscriptionDiscounts').values(rows).execute()
}

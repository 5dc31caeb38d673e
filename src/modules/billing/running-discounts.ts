import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { CouponLine } from './coupon.ts'
import { isInScope } from './coupon.ts'
import { type Discount, discountLines } from './discount.ts'

/** A discount that an agreement has at its renewals, and what its coupon is for. `amount` is minor units as text, as priced. */
export type RunningDiscount = Parameters<typeof isInScope>[0] & {
  couponId: string
  name: string
  percent: number | null
  amount: string | null
  cyclesLeft: number | null
}

/** Amounts of what is renewed, as priced, after those of the discounts that hold for it, in their order. */
export function afterDiscounts(
  amounts: readonly bigint[],
  running: readonly RunningDiscount[],
  of: Pick<CouponLine, 'productId' | 'planId' | 'interval'>,
): { amounts: bigint[]; held: RunningDiscount[] } {
  const held = running.filter((discount) => isInScope(discount, of))
  const off = held.map(({ couponId, name, percent, amount }): Discount => ({
    couponId,
    name,
    rule: percent === null ? { amountMinor: BigInt(amount!) } : { percentBasisPoints: percent },
    covers: amounts.map(() => true),
  }))
  return { amounts: discountLines(amounts, off).map(({ amountMinor }) => amountMinor), held }
}

/** What runs for an agreement once an open renewal of it is taken back, which gives its discounts their period back. */
export async function listRunningDiscounts(db: App['db'], subscriptionId: string): Promise<RunningDiscount[]> {
  const { rows } = await sql<RunningDiscount>`
    select d.coupon_id, u.name, d.percent_basis_points as percent, d.amount_minor::text as amount, d.cycles_left, u.product_ids, u.plan_ids, u.intervals
    from subscription_discounts d join coupons u on u.id = d.coupon_id
    where d.subscription_id = ${subscriptionId} and (coalesce(d.cycles_left, 1) > 0 or exists (
      select from invoice_lines l join invoices i on i.id = l.invoice_id
      where l.subscription_id = d.subscription_id and l.kind = 'plan' and not l.released and i.state = 'open' and i.purpose = 'renewal'
        and l.reasons->'discounts' @> jsonb_build_array(jsonb_build_object('coupon', d.coupon_id))))
    order by d.position, d.id`.execute(db)
  return rows
}

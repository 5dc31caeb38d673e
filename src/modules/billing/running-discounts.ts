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

/** What a coupon is for, and what it takes off an agreement. */
type CouponScope = Omit<RunningDiscount, 'cyclesLeft'>

/** The coupons named, as they hold for an agreement: by what it was granted, else by what the coupon itself says. */
export async function listCouponScopes(
  db: App['db'],
  { subscriptionId, couponIds }: { subscriptionId: string; couponIds: readonly string[] },
): Promise<CouponScope[]> {
  if (couponIds.length === 0) return []
  const { rows } = await sql<CouponScope>`
    select u.id as coupon_id, u.name, case when d.id is null then u.percent_basis_points else d.percent_basis_points end as percent,
      d.amount_minor::text as amount, u.product_ids, u.plan_ids, u.intervals
    from coupons u left join subscription_discounts d on d.coupon_id = u.id and d.subscription_id = ${subscriptionId}
    where u.id = any(${[...couponIds]}::text[])`.execute(db)
  return rows
}

/** Amounts of what is renewed, as priced, after those of the discounts that hold for it, in their order. */
export function afterDiscounts<D extends CouponScope>(
  amounts: readonly bigint[],
  running: readonly D[],
  of: Pick<CouponLine, 'productId' | 'planId' | 'interval'>,
): { amounts: bigint[]; held: D[] } {
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
    select d.coupon_id, u.name, d.percent_basis_points as percent, d.amount_minor::text as amount, d.cycles_left + b.given_back as cycles_left,
      u.product_ids, u.plan_ids, u.intervals
    from subscription_discounts d join coupons u on u.id = d.coupon_id cross join lateral (
      select count(*)::int as given_back from invoice_lines l join invoices i on i.id = l.invoice_id
      where l.subscription_id = d.subscription_id and l.kind = 'plan' and not l.released and i.state = 'open' and i.purpose = 'renewal'
        and l.reasons->'discounts' @> jsonb_build_array(jsonb_build_object('coupon', d.coupon_id))) b
    where d.subscription_id = ${subscriptionId} and coalesce(d.cycles_left + b.given_back, 1) > 0
    order by d.position, d.id`.execute(db)
  return rows
}

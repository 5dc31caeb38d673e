import { sql } from 'kysely'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { redemptionMachine } from './coupon.ts'
import type { AppliedCoupon } from './find-coupons.ts'

type Redemption = { couponId: string; customerId: string; orderId: string }

/**
 * Counts one use of each coupon for an order whose customer is locked; the redemptions themselves follow the order. However many
 * order at once, no limit is passed: the count and its limit meet in one statement. Throws `coupon_ended`, `coupon_used_up`,
 * `coupon_already_used`.
 */
export async function reserveCoupons(tx: Tx, customerId: string, coupons: readonly AppliedCoupon[]): Promise<void> {
  // In one order for everybody, so that two orders with the same coupons do not wait for each other.
  for (const { id } of coupons.toSorted((a, b) => (a.id < b.id ? -1 : 1))) {
    const { rows } = await sql<{ counted: boolean; ended: boolean; mine: boolean }>`
      with mine as (
        select coalesce(max(u.uses), 0) < coalesce(c.max_uses_per_customer, 2147483647) as free from coupons c
          left join coupon_customers u on u.coupon_id = c.id and u.customer_id = ${customerId} where c.id = ${id} group by c.id
      ), counted as (
        update coupons c set uses = c.uses + 1 from mine
        where c.id = ${id} and mine.free and c.state = 'active' and (c.max_uses is null or c.uses < c.max_uses)
          and (c.valid_until is null or c.valid_until > ${tx.now})
        returning c.id
      ), by_customer as (
        insert into coupon_customers as u (coupon_id, customer_id, uses) select id, ${customerId}, 1 from counted
        on conflict (coupon_id, customer_id) do update set uses = u.uses + 1
      )
      select exists (select from counted) as counted, (select free from mine) as mine,
        (select state <> 'active' from coupons where id = ${id}) as ended`.execute(tx.db)
    const { counted, ended, mine } = rows[0]!
    if (counted) continue
    if (!mine) throw new Problem('conflict', 'coupon_already_used', 'You have used this code already.')
    if (ended) throw new Problem('conflict', 'coupon_ended', 'This code is no longer valid.')
    throw new Problem('conflict', 'coupon_used_up', 'This code has been used up.')
  }
}

const INSERT_REDEMPTIONS = `
  insert into coupon_redemptions (id, coupon_id, customer_id, order_id, state, currency, off_minor, created_at, updated_at)
  select r.id, r.coupon_id, $2, $3, 'reserved', $4, r.off_minor, $5, $5
  from jsonb_to_recordset($1::jsonb) as r (id text, coupon_id text, off_minor bigint)`

/** Notes for which order the coupons are reserved; the order is written before it in this transaction. */
export async function noteRedemptions(
  tx: Tx,
  order: { id: string; customerId: string; currency: string },
  coupons: readonly AppliedCoupon[],
): Promise<void> {
  if (coupons.length === 0) return
  const rows = coupons.map(({ id, offMinor }) => ({ id: newId('cpr'), coupon_id: id, off_minor: String(offMinor) }))
  const { id, customerId, currency } = order
  tx.along({ sql: INSERT_REDEMPTIONS, parameters: [JSON.stringify(rows), customerId, id, currency, tx.now] })
  for (const row of rows)
    await tx.emit('coupon_redemption.reserved', row.id, {
      customerId,
      after: { couponId: row.coupon_id, orderId: id, offMinor: Number(row.off_minor), currency },
    })
}

/** The order was paid: its reservations are uses for good. Gives them. */
export async function commitRedemptions(tx: Tx, orderId: string): Promise<Redemption[]> {
  const reserved = await lockReserved(tx, orderId)
  for (const redemption of reserved) await transition(tx, redemptionMachine, redemption, 'commit')
  return reserved
}

/** The order will not be paid: its reservations are free for others again. */
export async function releaseRedemptions(tx: Tx, orderId: string): Promise<void> {
  for (const redemption of await lockReserved(tx, orderId)) {
    await transition(tx, redemptionMachine, redemption, 'release')
    await sql`
      with given_back as (update coupons set uses = uses - 1 where id = ${redemption.couponId})
      update coupon_customers set uses = uses - 1
      where coupon_id = ${redemption.couponId} and customer_id = ${redemption.customerId}`.execute(tx.db)
  }
}

async function lockReserved(tx: Tx, orderId: string) {
  const redemptions = await tx.db
    .selectFrom('couponRedemptions')
    .selectAll()
    .where('orderId', '=', orderId)
    .orderBy('couponId')
    .forUpdate()
    .execute()
  return redemptions.filter((redemption) => can(redemptionMachine, redemption, 'commit'))
}

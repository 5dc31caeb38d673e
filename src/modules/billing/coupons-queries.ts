import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { CouponRedemptionState, CouponState, Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Coupon } from './coupon.ts'
import { normaliseCouponCode } from './coupon-code.ts'

const couponMissing = (): Problem => new Problem('not_found', 'coupon_not_found', 'There is no such coupon.')

type Amount = { currency: string; amountMinor: bigint }
export type CouponDetail = Coupon & { amounts: Amount[] }

/** Staff: coupons, newest first unless told. `search` is a code, or a part of a code or name. */
export async function listCoupons(
  app: App,
  actor: Actor,
  filter: PageFilter & {
    state?: CouponState | undefined
    search?: string | undefined
    oldestFirst?: boolean | undefined
  },
): Promise<Page<CouponDetail>> {
  requirePermission(actor, 'coupon.read')
  const like = (text: string): string => `%${text.replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const rows = await app.db
    .selectFrom('coupons')
    .selectAll()
    .$if(filter.state !== undefined, (query) => query.where('state', '=', filter.state!))
    .$if(Boolean(filter.search), (query) =>
      query.where((where) =>
        where.or([
          where('codeKey', 'like', like(normaliseCouponCode(filter.search!))),
          where(sql`lower(name)`, 'like', like(filter.search!.toLowerCase())),
        ]),
      ),
    )
    .$if(filter.after !== undefined, (query) => query.where('id', filter.oldestFirst ? '>' : '<', filter.after!))
    .orderBy('id', filter.oldestFirst ? 'asc' : 'desc')
    .limit(filter.limit + 1)
    .execute()
  const page = pageOf(rows, filter.limit)
  const amounts = await amountsOf(
    app,
    page.rows.map(({ id }) => id),
  )
  return { ...page, rows: page.rows.map((coupon) => ({ ...coupon, amounts: amounts.get(coupon.id) ?? [] })) }
}

/** Staff: one coupon. Throws `coupon_not_found`. */
export async function getCoupon(app: App, actor: Actor, couponId: string): Promise<CouponDetail> {
  requirePermission(actor, 'coupon.read')
  const coupon = await app.db
    .selectFrom('coupons')
    .selectAll()
    .where('id', '=', couponId)
    .executeTakeFirstOrThrow(couponMissing)
  return { ...coupon, amounts: (await amountsOf(app, [couponId])).get(couponId) ?? [] }
}

async function amountsOf(app: App, couponIds: readonly string[]): Promise<Map<string, Amount[]>> {
  const rows = await app.db
    .selectFrom('couponAmounts')
    .selectAll()
    .where('couponId', 'in', [...couponIds, ''])
    .orderBy('currency')
    .execute()
  return Map.groupBy(rows, ({ couponId }) => couponId)
}

export type Redemption = Schema['couponRedemptions'] & { customerName: string }

/** Staff: who used a coupon for which order, newest first. */
export async function listRedemptions(
  app: App,
  actor: Actor,
  filter: PageFilter & { couponId: string; state?: CouponRedemptionState | undefined },
): Promise<Page<Redemption>> {
  requirePermission(actor, 'coupon.read')
  const rows = await app.db
    .selectFrom('couponRedemptions')
    .innerJoin('customers', 'customers.id', 'couponRedemptions.customerId')
    .selectAll('couponRedemptions')
    .select('customers.name as customerName')
    .where('couponId', '=', filter.couponId)
    .$if(filter.state !== undefined, (query) => query.where('couponRedemptions.state', '=', filter.state!))
    .$if(filter.after !== undefined, (query) => query.where('couponRedemptions.id', '<', filter.after!))
    .orderBy('couponRedemptions.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/**
 * Staff: what a coupon took off so far, per currency and as priced: off orders that were paid, and off renewals that were.
 * `agreements` are those it still holds for.
 */
export async function sumCoupon(app: App, actor: Actor, couponId: string) {
  requirePermission(actor, 'coupon.read')
  const [given, { rows }] = await Promise.all([
    sql<{ currency: string; offMinor: bigint }>`
      select currency, sum(off)::bigint as off_minor from (
        select currency, off_minor as off from coupon_redemptions where coupon_id = ${couponId} and state = 'committed'
        union all
        select i.currency, (r->>'off')::bigint from subscription_discounts d
          join invoice_lines l on l.subscription_id = d.subscription_id and not l.released
          join invoices i on i.id = l.invoice_id and i.state = 'paid' and i.purpose = 'renewal'
          cross join jsonb_array_elements(l.reasons->'discounts') r
        where d.coupon_id = ${couponId} and r->>'coupon' = ${couponId}) o
      group by currency order by currency`.execute(app.db),
    sql<{ agreements: number }>`
      select count(*)::int as agreements from subscription_discounts d join subscriptions s on s.id = d.subscription_id
      where d.coupon_id = ${couponId} and s.state <> 'cancelled' and coalesce(d.cycles_left, 1) > 0`.execute(app.db),
  ])
  return { given: given.rows, agreements: rows[0]!.agreements }
}

export async function lockCoupon(tx: Tx, couponId: string): Promise<Coupon> {
  return tx.db
    .selectFrom('coupons')
    .selectAll()
    .where('id', '=', couponId)
    .forUpdate()
    .executeTakeFirstOrThrow(couponMissing)
}

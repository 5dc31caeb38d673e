import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Tx } from '#platform/transaction.ts'
import type { QuotedItem } from './price-item.ts'
import { type CountedStock, requireStock } from './shortage.ts'

/** What a customer holds already: how many of each plan, and the products they tried out. */
export type CustomerHoldings = { plans: ReadonlyMap<string, number>; tried: ReadonlySet<string> }

export const NOTHING_HELD: CustomerHoldings = { plans: new Map(), tried: new Set() }

/** Reads it; under the customer's lock it cannot change before the order stands. */
export async function readHoldings(db: App['db'], customerId: string): Promise<CustomerHoldings> {
  const { rows } = await sql<{ planId: string | null; productId: string | null; count: number }>`
    select plan_id, null as product_id, count(*)::int as count from stock_holdings
    where customer_id = ${customerId} and released_at is null group by plan_id
    union all
    select null, product_id, 1 from trials where customer_id = ${customerId}`.execute(db)
  return {
    plans: new Map(rows.flatMap(({ planId, count }) => (planId === null ? [] : [[planId, count]]))),
    tried: new Set(rows.flatMap(({ productId }) => productId ?? [])),
  }
}

/**
 * Holds the counters of what is ordered until the order stands, and looks whether there is enough of it; what is held is counted
 * when the items are written. Throws `sold_out` naming each item.
 */
export async function requireStockFor(tx: Tx, items: readonly QuotedItem[]): Promise<void> {
  const planIds = [...new Set(items.filter(({ plan }) => plan.stock.length > 0).map(({ plan }) => plan.id))]
  if (planIds.length === 0) return
  const { rows } = await sql<CountedStock>`
    select plan_id, region_id, quantity - taken as "left" from plan_stock where plan_id = any(${planIds}::text[]) order by id for update`.execute(
    tx.db,
  )
  requireStock(items, rows)
}

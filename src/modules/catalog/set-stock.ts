import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { planMissing } from './stock-queries.ts'

/** `was` is what the change was made on; null is no limit, and no region is all of them together. */
export type StockLimit = { regionId: string | null; was: number | null; quantity: number | null }

/** How a form and the log name a limit. */
export const limitName = (regionId: string | null): string => regionId ?? 'all'

/**
 * Staff: sets how many of a plan may be held, at once and for all orders from then on. Throws `plan_not_found`, `stock_changed`
 * when a colleague changed a limit since, and `stock_below_taken` naming each limit that is less than what is held already.
 */
export async function setStock(
  app: App,
  actor: Actor,
  { planId, limits }: { planId: string; limits: readonly StockLimit[] },
): Promise<void> {
  requirePermission(actor, 'catalog.publish')
  await app.transaction(actor, async (tx) => {
    await tx.db
      .selectFrom('plans')
      .select('id')
      .where('id', '=', planId)
      .forNoKeyUpdate()
      .executeTakeFirstOrThrow(planMissing)
    // What a new limit counts is taken first: whoever gives a place back holds this before the counter.
    await sql`lock table stock_holdings in share row exclusive mode`.execute(tx.db)
    const changed = limits.filter(({ was, quantity }) => was !== quantity)
    const before = await readQuantities(tx, planId)
    if (changed.some(({ regionId, was }) => (before.get(limitName(regionId)) ?? null) !== was))
      throw new Problem('conflict', 'stock_changed', 'A colleague changed these limits. Look at them again first.')
    if (changed.length === 0) return
    await requireRoom(tx, planId, changed)
    await save(tx, planId, changed)
    await tx.emit('plan_stock.changed', planId, {
      before: Object.fromEntries(changed.map(({ regionId, was }) => [limitName(regionId), was])),
      after: Object.fromEntries(changed.map(({ regionId, quantity }) => [limitName(regionId), quantity])),
    })
  })
}

async function readQuantities(tx: Tx, planId: string): Promise<Map<string, number>> {
  const rows = await tx.db
    .selectFrom('planStock')
    .select(['regionId', 'quantity'])
    .where('planId', '=', planId)
    .execute()
  return new Map(rows.map(({ regionId, quantity }) => [limitName(regionId), quantity]))
}

async function requireRoom(tx: Tx, planId: string, limits: readonly StockLimit[]): Promise<void> {
  const { rows } = await sql<{ regionId: string; count: number }>`
    select region_id, count(*)::int as count from stock_holdings where plan_id = ${planId} and released_at is null group by region_id`.execute(
    tx.db,
  )
  const issues = limits.flatMap(({ regionId, quantity }) => {
    const taken = rows
      .filter((row) => regionId === null || row.regionId === regionId)
      .reduce((sum, { count }) => sum + count, 0)
    if (quantity === null || quantity >= taken) return []
    return [{ path: limitName(regionId), message: `${taken} are taken already. Set ${taken} to sell no more.` }]
  })
  if (issues.length > 0) throw new Problem('conflict', 'stock_below_taken', issues[0]!.message, { issues })
}

async function save(tx: Tx, planId: string, limits: readonly StockLimit[]): Promise<void> {
  const rows = JSON.stringify(limits.map((limit) => ({ id: newId('stk'), ...limit })))
  const wanted = sql`jsonb_to_recordset(${rows}::jsonb) as w (id text, "regionId" text, quantity int)`
  await sql`delete from plan_stock s using ${wanted}
    where s.plan_id = ${planId} and s.region_id is not distinct from w."regionId" and w.quantity is null`.execute(tx.db)
  await sql`insert into plan_stock (id, plan_id, region_id, quantity)
    select w.id, ${planId}, w."regionId", w.quantity from ${wanted} where w.quantity is not null
    on conflict (plan_id, region_id) do update set quantity = excluded.quantity`.execute(tx.db)
}

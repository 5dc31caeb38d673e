import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { lowestId } from '#platform/ids.ts'

/** Staff: orders placed from `since` (business time, at most two days back) until now, and how many of them are paid. */
export async function countOrders(
  app: App,
  actor: Actor,
  since: Temporal.Instant,
): Promise<{ placed: number; paid: number }> {
  requirePermission(actor, 'order.read')
  // Business time never runs slower than the wall clock.
  const oldest = app.clock.wallClock().subtract({ hours: 48 }).epochMilliseconds
  const { rows } = await sql<{ placed: number; paid: number }>`
    select count(*)::int as placed, count(*) filter (where state = 'active')::int as paid from orders
    where id >= ${lowestId('ord', oldest)} and created_at >= ${since} and created_at <= ${app.clock.now()}`.execute(
    app.db,
  )
  return rows[0]!
}

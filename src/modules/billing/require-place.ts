import { sql } from 'kysely'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Change } from './change.ts'
import type { ChangeBasis } from './change-basis.ts'

/**
 * Looks whether there is still a place for an agreement in the plan it changes to, holding its counters until it is taken. Throws
 * `sold_out` and `plan_limit_reached` with words; whatever comes at the same time, the database counts.
 */
export async function requirePlace(
  tx: Tx,
  change: Change,
  { subscription, held, service }: ChangeBasis,
): Promise<void> {
  const { planId } = change
  if (planId === subscription.planId) return
  const { rows } = await sql<{ left: number }>`
    select quantity - taken as "left" from plan_stock
    where plan_id = ${planId} and (region_id is null or region_id = ${service?.regionId ?? null}) order by id for update`.execute(
    tx.db,
  )
  if (rows.some(({ left }) => left < 1))
    throw new Problem(
      'conflict',
      'sold_out',
      'This plan has just been sold out where your server stands. Choose another.',
    )
  const { maxPerCustomer: most } = await tx.db
    .selectFrom('plans')
    .select('maxPerCustomer')
    .where('id', '=', planId)
    .executeTakeFirstOrThrow()
  if (most !== null && (held.get(planId) ?? 0) >= most)
    throw new Problem('conflict', 'plan_limit_reached', `You can have this plan at most ${most} times.`)
}

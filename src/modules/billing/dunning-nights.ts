import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import type { DunningAction } from '#platform/schema.ts'
import { getSellerTimeZone } from './seller.ts'

const DAYS = 30

/** What dunning did on one day of the seller's zone, how much of it came to nothing, and between which moments. */
export type DunningNight = {
  day: Temporal.PlainDate
  counts: Partial<Record<DunningAction, number>>
  skipped: number
  firstAt: Temporal.Instant
  lastAt: Temporal.Instant
}

/** Staff: the days of the last month on which dunning did something, the newest first. */
export async function listDunningNights(app: App, actor: Actor): Promise<DunningNight[]> {
  requirePermission(actor, 'invoice.read')
  const timeZone = await getSellerTimeZone(app)
  const since = app.clock.now().subtract({ hours: DAYS * 24 })
  const { rows } = await sql<DunningNight>`
    select day, coalesce(sum(n) filter (where skipped), 0)::int as skipped, min(first_at) as first_at, max(last_at) as last_at,
      coalesce(jsonb_object_agg(action, n) filter (where not skipped), '{}') as counts
    from (
      select (ran_at at time zone ${timeZone})::date as day, action, outcome = 'skipped' as skipped, count(*)::int as n,
        min(ran_at) as first_at, max(ran_at) as last_at
      from dunning_runs where ran_at > ${since} group by 1, 2, 3) d
    group by day order by day desc`.execute(app.db)
  return rows
}

/** How far dunning is behind: documents whose day has come and that wait, and since which day the oldest does. */
export type DunningLag = { waiting: number; since: Temporal.PlainDate | null; failures: number }

/** Staff: whether dunning keeps up, and for how many customers renewals could not be made. */
export async function getDunningLag(app: App, actor: Actor): Promise<DunningLag> {
  requirePermission(actor, 'invoice.read')
  const { rows } = await sql<DunningLag>`
    select count(*)::int as waiting, min(i.next_dunning_on) as since, (select count(*)::int from billing_failures) as failures
    from invoices i join legal_entities e on e.id = i.legal_entity_id
    where i.next_dunning_on <= (${app.clock.now()}::timestamptz at time zone e.time_zone)::date`.execute(app.db)
  return rows[0]!
}

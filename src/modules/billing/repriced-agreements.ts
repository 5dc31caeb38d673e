import { type RawBuilder, sql } from 'kysely'
import type { Repricing } from './repricing.ts'

/**
 * The agreements a repricing is for, as they stand: `id, customer_id, old_minor, first_on`. Those that pay the price already, that
 * end before it, or that were told of another price are none.
 */
export const agreementsOf = (repricing: Repricing): RawBuilder<unknown> => sql`
  select s.id, s.customer_id, i.unit_minor as old_minor, f.first_on
  from subscriptions s
    join subscription_items i on i.subscription_id = s.id and i.kind = 'plan' and i.quantity = 1
    cross join lateral (select first_period_on(s.anchor, s.interval_unit, s.interval_count, s.periods, ${repricing.effectiveOn}::date) as first_on) f
  where s.billed_by = 'us' and s.plan_id = ${repricing.planId} and s.currency = ${repricing.currency} and s.interval_unit = ${repricing.intervalUnit}
    and s.interval_count = ${repricing.intervalCount} and s.legal_entity_id = ${repricing.legalEntityId} and s.state <> 'cancelled'
    and (s.cancel_on is null or s.cancel_on > f.first_on) and i.unit_minor <> ${repricing.amountMinor}
    and not exists (select from repricing_items o where o.subscription_id = s.id and o.applied_at is null and o.dropped_at is null)`

/** Whether an agreement is still what was repriced: the same plan, paid as often, at the price of then. `c` is a change set for the period. */
export const isAsAnnounced = (change: RawBuilder<unknown> | undefined): RawBuilder<boolean> => {
  const agreed = sql`exists (select from subscription_items p where p.subscription_id = s.id and p.kind = 'plan' and p.quantity = 1
    and p.unit_minor = i.old_minor)`
  const own = sql<boolean>`(s.billed_by = 'us' and s.plan_id = r.plan_id and s.currency = r.currency and s.interval_unit = r.interval_unit
    and s.interval_count = r.interval_count and ${agreed})`
  if (!change) return own
  return sql<boolean>`case when ${change}.id is null then ${own} else ${change}.plan_id = r.plan_id and ${change}.interval_unit = r.interval_unit
    and ${change}.interval_count = r.interval_count and exists (select from jsonb_array_elements(${change}.items) as p
      where p->>'kind' = 'plan' and (p->>'quantity')::int = 1 and (p->>'unitMinor')::bigint = i.old_minor) end`
}

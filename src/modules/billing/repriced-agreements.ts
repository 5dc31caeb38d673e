import { type RawBuilder, sql } from 'kysely'
import type { Repricing } from './repricing.ts'

/** Whether `part` is what `repriced` is about: the plan of an agreement, or this option of it, or this choice. Both are names of rows. */
export const isRepricedPart = (part: RawBuilder<unknown>, repriced: RawBuilder<unknown>): RawBuilder<boolean> =>
  sql<boolean>`(case when ${repriced}.option_code is null then ${part}.kind = 'plan' and ${part}.quantity = 1
    else ${part}.kind = 'option' and ${part}.code = ${repriced}.option_code and ${part}.choice is not distinct from ${repriced}.choice end)`

/**
 * The agreements a repricing is for, as they stand: `id, customer_id, quantity, old_minor, first_on`, the price for one piece. Those
 * that pay it already, that end before it, or that were told of another price are none.
 */
export const agreementsOf = (repricing: Repricing): RawBuilder<unknown> => sql`
  select s.id, s.customer_id, i.quantity, i.unit_minor as old_minor, f.first_on
  from subscriptions s
    cross join (select ${repricing.optionCode}::text as option_code, ${repricing.choice}::text as choice) t
    join subscription_items i on i.subscription_id = s.id and ${isRepricedPart(sql`i`, sql`t`)}
    cross join lateral (select first_period_on(s.anchor, s.interval_unit, s.interval_count, s.periods, ${repricing.effectiveOn}::date) as first_on) f
  where s.billed_by = 'us' and s.plan_id = ${repricing.planId} and s.currency = ${repricing.currency} and s.interval_unit = ${repricing.intervalUnit}
    and s.interval_count = ${repricing.intervalCount} and s.legal_entity_id = ${repricing.legalEntityId} and s.state <> 'cancelled'
    and (s.cancel_on is null or s.cancel_on > f.first_on) and i.unit_minor <> ${repricing.amountMinor}
    and not exists (select from repricing_items o where o.subscription_id = s.id and o.applied_at is null and o.dropped_at is null)`

/** The parts of a change as rows, of the names that the parts of an agreement have. */
const partsOf = (change: RawBuilder<unknown>): RawBuilder<unknown> =>
  sql`(select x.kind, x.code, x.choice, x.quantity, x."unitMinor" as unit_minor
    from jsonb_to_recordset(${change}.items) as x (kind text, code text, choice text, quantity int, "unitMinor" bigint))`

/**
 * Whether an agreement is still what was repriced: the same plan, paid as often, its part at the price of then. `c` is a change set
 * for the period.
 */
export const isAsAnnounced = (change: RawBuilder<unknown> | undefined): RawBuilder<boolean> => {
  const agreed = sql`exists (select from subscription_items p where p.subscription_id = s.id and ${isRepricedPart(sql`p`, sql`i`)}
    and p.unit_minor = i.old_minor)`
  const own = sql<boolean>`(s.billed_by = 'us' and s.plan_id = r.plan_id and s.currency = r.currency and s.interval_unit = r.interval_unit
    and s.interval_count = r.interval_count and ${agreed})`
  if (!change) return own
  return sql<boolean>`case when ${change}.id is null then ${own} else ${change}.plan_id = r.plan_id and ${change}.interval_unit = r.interval_unit
    and ${change}.interval_count = r.interval_count and exists (select from ${partsOf(change)} p
      where ${isRepricedPart(sql`p`, sql`i`)} and p.unit_minor = i.old_minor) end`
}

/** How many pieces of the repriced part `i` the agreement has for the period that is billed: as agreed, or as the change `c` says. */
export const piecesOf = (change: RawBuilder<unknown>): RawBuilder<number> =>
  sql<number>`case when ${change}.id is null
    then (select p.quantity from subscription_items p where p.subscription_id = s.id and ${isRepricedPart(sql`p`, sql`i`)})
    else (select p.quantity from ${partsOf(change)} p where ${isRepricedPart(sql`p`, sql`i`)}) end`

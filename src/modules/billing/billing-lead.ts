import { type RawBuilder, sql } from 'kysely'

/** A trial is billed when its customer is told that it ends, however early the seller bills otherwise. */
export const TRIAL_LEAD_DAYS = 3

/**
 * Days before the end of what is paid at which an agreement `s` is billed next, `billed` being how many of its periods are: only
 * of a trial there may be none.
 */
export const leadOfS = (billed: RawBuilder<unknown> = sql`s.periods`): RawBuilder<number> => {
  const lead = sql`renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count)`
  return sql`case when ${billed} = 0 then least(${lead}, ${TRIAL_LEAD_DAYS}::int) else ${lead} end`
}

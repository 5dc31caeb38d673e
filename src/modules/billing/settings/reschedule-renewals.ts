import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'

const BATCH = 5_000

/**
 * After the days before the end of a period were changed: the next renewal of every agreement of a seller is made on the day
 * they say now. Those whose day has come are made with the next run. Many small statements; safe twice and to kill.
 */
export const rescheduleRenewals = job({
  name: 'billing.reschedule-renewals',
  queue: 'billing',
  payload: z.object({ legalEntityId: z.string() }),
  async run(app, { legalEntityId }, signal) {
    for (let after = ''; !signal.aborted;) {
      const last = await app.transaction(system('billing'), async (tx) => {
        const { rows } = await sql<{ id: string }>`
          with page as (
            select id from subscriptions where legal_entity_id = ${legalEntityId} and next_billing_on is not null and id > ${after}
            order by id limit ${BATCH} for update
          ), moved as (
            update subscriptions s set updated_at = ${tx.now},
              next_billing_on = s.billed_until - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count, s.periods, s.trial_ends_on)
            from page p where s.id = p.id
              and s.next_billing_on <> s.billed_until - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count, s.periods, s.trial_ends_on)
          )
          select max(id) as id from page`.execute(tx.db)
        return rows[0]?.id ?? undefined
      })
      if (last === undefined) return
      after = last
    }
  },
})

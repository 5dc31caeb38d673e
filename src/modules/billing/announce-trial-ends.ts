import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'

/** Days before the first payment at which a customer is told. */
const DAYS_BEFORE = 3
const CHUNK = 500

/** Tells the customers whose trial ends within three days, in the time zone of their seller; each once, and nobody who cancelled. */
export const announceTrialEnds = job({
  name: 'billing.announce-trial-ends',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(system('billing'), async (tx) => {
      const { rows } = await sql<{ id: string; customerId: string; endsOn: string }>`
        update subscriptions s set trial_announced_at = ${tx.now}
        from (
          select t.id from subscriptions t join legal_entities e on e.id = t.legal_entity_id
          where t.trial_ends_on is not null and t.trial_announced_at is null and t.state <> 'cancelled' and t.cancel_on is null
            and t.trial_ends_on <= (${tx.now}::timestamptz at time zone e.time_zone)::date + ${DAYS_BEFORE}::int
          order by t.trial_ends_on, t.id limit ${CHUNK} for update of t skip locked) due
        where s.id = due.id returning s.id, s.customer_id, s.trial_ends_on::text as ends_on`.execute(tx.db)
      for (const { id, customerId, endsOn } of rows)
        await tx.emit('subscription.trial_ending', id, { customerId, after: { endsOn } })
    })
  },
})

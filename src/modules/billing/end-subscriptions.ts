import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockSubscription } from './apply-change.ts'
import { cancelLocked } from './cancel-subscription.ts'
import { lockOpenDocuments } from './lock-open-documents.ts'

const actor = system('billing')
const CHUNK = 500

/** Ends one agreement whose last day is over, unless its cancellation was taken back meanwhile. */
export const endCancelled = job({
  name: 'billing.end-cancelled',
  queue: 'billing',
  payload: z.object({ subscriptionId: z.string() }),
  async run(app, { subscriptionId }) {
    await app.transaction(actor, async (tx) => {
      const documents = await lockOpenDocuments(tx, subscriptionId)
      const subscription = await lockSubscription(tx, subscriptionId)
      if (await isOver(tx, subscriptionId)) await cancelLocked(tx, subscription, documents)
    })
  },
})

/**
 * Finds the agreements whose day has come, in the time zone of their seller, and has each ended by itself: safe twice and in
 * parallel. What will be found again because its turn has not come is found by the next run.
 */
export const endSubscriptions = job({
  name: 'billing.end-subscriptions',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(actor, async (tx) => {
      const { rows } = await sql<{ id: string }>`
        select s.id from subscriptions s join legal_entities e on e.id = s.legal_entity_id
        where s.cancel_on is not null and s.state <> 'cancelled' and s.cancel_on <= (${tx.now}::timestamptz at time zone e.time_zone)::date
        order by s.cancel_on, s.id limit ${CHUNK}`.execute(tx.db)
      for (const { id } of rows) await tx.enqueue(endCancelled, { subscriptionId: id })
    })
  },
})

/** Whether the last day of a locked agreement is over where its seller is. */
async function isOver(tx: Tx, subscriptionId: string): Promise<boolean> {
  const { rows } = await sql`
    select from subscriptions s join legal_entities e on e.id = s.legal_entity_id
    where s.id = ${subscriptionId} and s.cancel_on <= (${tx.now}::timestamptz at time zone e.time_zone)::date`.execute(
    tx.db,
  )
  return rows.length > 0
}

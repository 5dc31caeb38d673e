import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Impersonation } from './impersonation.ts'

/** The colleague is themselves again in this session. Leaving twice is fine. */
export async function endImpersonation(app: App, actor: Actor): Promise<void> {
  if (actor.kind !== 'staff' || !actor.session) return
  const { id } = actor.session
  await app.transaction(actor, (tx) => endOpenImpersonation(tx, id))
}

/** Ends what a session sees as a customer, if anything. */
export async function endOpenImpersonation(tx: Tx, sessionId: string): Promise<void> {
  const ended = await tx.db
    .updateTable('impersonations')
    .set({ endedAt: sql<Temporal.Instant>`least(expires_at, ${tx.now}::timestamptz)` })
    .where('sessionId', '=', sessionId)
    .where('endedAt', 'is', null)
    .returningAll()
    .execute()
  for (const each of ended) await tellEnd(tx, each)
}

const tellEnd = (tx: Tx, { id, customerId, staffId, reason, createdAt, endedAt }: Impersonation): Promise<void> =>
  tx.emit('impersonation.ended', id, {
    customerId,
    after: { staffId, reason, seconds: Math.round(createdAt.until(endedAt!).total('seconds')) },
  })

/** Ends in the log what is over: by its time, or because its session ended or its colleague left. */
export const endImpersonations = job({
  name: 'accounts.end-impersonations',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    await app.transaction(system('accounts'), async (tx) => {
      const ended = await tx.db
        .updateTable('impersonations as i')
        .from('sessions as s')
        .set({
          endedAt: sql<Temporal.Instant>`greatest(i.created_at, least(i.expires_at, s.revoked_at, ${tx.now}::timestamptz))`,
        })
        .whereRef('s.id', '=', 'i.sessionId')
        .where('i.endedAt', 'is', null)
        .where(sql<boolean>`(i.expires_at <= ${tx.now} or s.revoked_at is not null)`)
        .returningAll('i')
        .execute()
      for (const each of ended) await tellEnd(tx, each)
    })
  },
})

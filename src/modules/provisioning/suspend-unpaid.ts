import { type RawBuilder, sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { inTurn } from './in-turn.ts'
import { suspendIfPossible } from './suspend-service.ts'

const actor = system('provisioning')

/**
 * When dunning comes to its end: suspends what an unpaid document was for. Whether it is still unpaid is looked at again under
 * the document's lock, so that money that came in the meantime wins. While an action runs on a server, its end is waited for.
 */
export const suspendUnpaid: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.suspend-unpaid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, payload) {
    const { subjectId: invoiceId } = payload
    const serviceIds = await listServicesOf(app, invoiceId)
    await inTurn(app, actor, { job: suspendUnpaid, payload }, serviceIds, (tx, id) => suspendOne(tx, invoiceId, id))
  },
})

/** The services of the agreements a document bills. */
export async function listServicesOf(app: App, invoiceId: string): Promise<string[]> {
  const rows = await app.db
    .selectFrom('invoiceLines')
    .innerJoin('services', 'services.subscriptionId', 'invoiceLines.subscriptionId')
    .select('services.id')
    .where('invoiceLines.invoiceId', '=', invoiceId)
    .where('invoiceLines.kind', '=', 'plan')
    .where('invoiceLines.released', '=', false)
    .orderBy('services.id')
    .execute()
  return rows.map(({ id }) => id)
}

/** Holds a document and tells whether it still asks to be paid, and staff did not say to wait with what is not. */
export async function lockUnpaid(tx: Tx, invoiceId: string): Promise<boolean> {
  const { rows } = await sql`
    select from invoices i join legal_entities e on e.id = i.legal_entity_id
    where i.id = ${invoiceId} and i.state = 'open' and ${isNotHeld(tx.now)} for update of i`.execute(tx.db)
  return rows.length > 0
}

/** Staff's word to wait does not stand, for a document `i` of the seller `e`. */
export const isNotHeld = (now: Temporal.Instant): RawBuilder<boolean> =>
  sql`coalesce(i.suspend_hold_until <= (${now}::timestamptz at time zone e.time_zone)::date, true)`

async function suspendOne(tx: Tx, invoiceId: string, serviceId: string): Promise<void> {
  if (!(await lockUnpaid(tx, invoiceId))) return
  if (!(await suspendIfPossible(tx, serviceId, { reason: 'non_payment' }))) return
  await tx.db
    .updateTable('dunningRuns')
    .set({ outcome: 'suspended' })
    .where('invoiceId', '=', invoiceId)
    .where('action', '=', 'suspend')
    .execute()
}

import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { suspendIfPossible } from './suspend-service.ts'

const actor = system('provisioning')

/**
 * When dunning comes to its end: suspends what an unpaid document was for. Whether it is still unpaid is looked at again under
 * the document's lock, so that money that came in the meantime wins.
 */
export const suspendUnpaid = job({
  name: 'provisioning.suspend-unpaid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: invoiceId }) {
    for (const serviceId of await listServicesOf(app, invoiceId))
      await app.transaction(actor, (tx) => suspendOne(tx, invoiceId, serviceId))
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

/** Holds a document and tells whether it still asks to be paid. */
export async function lockUnpaid(tx: Tx, invoiceId: string): Promise<boolean> {
  const invoice = await tx.db
    .selectFrom('invoices')
    .select('state')
    .where('id', '=', invoiceId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return invoice.state === 'open'
}

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

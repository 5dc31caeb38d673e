import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { MIRRORED, type RawObject } from './gateway-mirror.ts'
import { mirroredTypeOf, storeDeleted, storeFromEvent, storeMirrored } from './store-mirrored.ts'

const actor = system('stripe')
/** The events after which there is nothing to be asked for; an ended subscription stays. */
const DELETED = /^(customer|product|price|invoice)\.deleted$/

/** Copies one object anew. Throws `payment_gateway_unavailable`. */
export const mirrorObject = job({
  name: 'billing.mirror-object',
  queue: 'gateway',
  payload: z.object({ type: z.enum(MIRRORED), id: z.string() }),
  async run(app, { type, id }) {
    const asOf = app.clock.wallClock()
    const object = await app.paymentGateway.getObject(type, id)
    if (!object) return
    await app.transaction(actor, (tx) =>
      object['deleted'] === true
        ? storeDeleted(tx.db, type, object, asOf)
        : storeMirrored(tx.db, type, { objects: [object], asOf }),
    )
  },
})

/** Copies what an event brought, unless what is stored is newer; when nobody can tell, the object is asked for. */
export async function mirrorEvent(
  tx: Tx,
  event: { type: string; object: RawObject; createdAt: Temporal.Instant },
): Promise<void> {
  const type = mirroredTypeOf(event.object.object)
  if (!type) return
  if (DELETED.test(event.type)) return storeDeleted(tx.db, type, event.object, event.createdAt)
  const outcome = await storeFromEvent(tx.db, type, event.object, event.createdAt)
  if (outcome === 'unsure') await tx.enqueue(mirrorObject, { type, id: event.object.id })
}

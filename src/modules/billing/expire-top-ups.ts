import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { documentsUnderWay } from './billing-queries.ts'
import { voidUnpaid } from './close-attempt.ts'

const actor = system('billing')
const BATCH = 500

/** Gives up one document over credit that nobody paid; money that comes later is credit all the same. */
export const expireTopUp = job({
  name: 'billing.expire-top-up',
  queue: 'billing',
  payload: z.object({ invoiceId: z.string() }),
  async run(app, { invoiceId }) {
    await voidUnpaid(app, actor, invoiceId, (tx, { id, customerId }) => tx.emit('invoice.expired', id, { customerId }))
  },
})

/** Finds credit that was asked for and not paid in time, but for what money is on its way for. */
export const expireTopUps = job({
  name: 'billing.expire-top-ups',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(actor, async (tx) => {
      const due = await tx.db
        .selectFrom('invoices')
        .select('id')
        .where('purpose', '=', 'topup')
        .where('state', '=', 'open')
        .where('dueAt', '<=', tx.now)
        .where((where) => where('id', 'not in', documentsUnderWay(tx.db)))
        .orderBy('dueAt')
        .limit(BATCH)
        .execute()
      for (const { id } of due) await tx.enqueue(expireTopUp, { invoiceId: id })
    })
  },
})

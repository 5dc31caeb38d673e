import { z } from 'zod'
import { job } from '#platform/queue.ts'
import { settlePayment } from './settle-payment.ts'
import { system } from '#platform/actor.ts'

const MINUTES = 2
const BATCH = 500

/** Asks the gateway how one attempt stands, when no message of it came. */
export const checkPayment = job({
  name: 'billing.check-payment',
  queue: 'billing',
  payload: z.object({ paymentId: z.string() }),
  async run(app, { paymentId }) {
    await settlePayment(app, paymentId, 'look')
  },
})

/** Messages get lost: looks after every attempt that has been open for some minutes without news. */
export const checkPendingPayments = job({
  name: 'billing.check-pending-payments',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    await app.transaction(system('billing'), async (tx) => {
      const quiet = await tx.db
        .selectFrom('payments')
        .select('id')
        .where('state', '=', 'pending')
        .where((where) => where.or([where('sessionId', 'is not', null), where('channel', '=', 'saved_method')]))
        .where('updatedAt', '<', tx.now.subtract({ minutes: MINUTES }))
        .orderBy('updatedAt')
        .limit(BATCH)
        .execute()
      if (quiet.length === 0) return
      // Asked now: whoever waited longest is next, so that many abandoned pages do not hide a paid one.
      await tx.db
        .updateTable('payments')
        .set({ updatedAt: tx.now })
        .where(
          'id',
          'in',
          quiet.map(({ id }) => id),
        )
        .execute()
      for (const { id } of quiet) await tx.enqueue(checkPayment, { paymentId: id })
    })
  },
})

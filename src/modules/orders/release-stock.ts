import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

/** What a cancelled order held is there for others again; what it was to try out can still be tried. */
export async function releaseOrder(tx: Tx, orderId: string): Promise<void> {
  await tx.db
    .updateTable('stockHoldings')
    .set({ releasedAt: tx.now })
    .where('orderItemId', 'in', (query) => query.selectFrom('orderItems').select('id').where('orderId', '=', orderId))
    .where('releasedAt', 'is', null)
    .execute()
  await tx.db.deleteFrom('trials').where('orderId', '=', orderId).execute()
}

/** When a service is gone for good, its place is free. Said again it changes nothing. */
export const releaseStock = job({
  name: 'orders.release-stock',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: serviceId }) {
    await app.transaction(system('orders'), async (tx) => {
      await tx.db
        .updateTable('stockHoldings')
        .set({ releasedAt: tx.now })
        .where('orderItemId', 'in', (query) =>
          query
            .selectFrom('orderItems')
            .innerJoin('services', 'services.subscriptionId', 'orderItems.subscriptionId')
            .select('orderItems.id')
            .where('services.id', '=', serviceId),
        )
        .where('releasedAt', 'is', null)
        .execute()
    })
  },
})

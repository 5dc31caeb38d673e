import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { listPaidServices } from './list-paid-services.ts'
import { suspendIfPossible } from './suspend-service.ts'

/** `refund.suspension_due` → suspends what staff refunded and chose to suspend, until staff lift it. */
export const suspendRefunded = job({
  name: 'provisioning.suspend-refunded',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: refundId }) {
    for (const serviceId of await listPaidServices(app, { refundId }))
      await app.transaction(system('provisioning'), (tx) =>
        suspendIfPossible(tx, serviceId, { reason: 'by_staff', note: refundId }),
      )
  },
})

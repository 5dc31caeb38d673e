import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { listPaidServices } from './list-paid-services.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { suspendLocked } from './suspend-service.ts'

/** `refund.suspension_due` → suspends what staff refunded and chose to suspend, until staff lift it. */
export const suspendRefunded = job({
  name: 'provisioning.suspend-refunded',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: refundId }) {
    for (const serviceId of await listPaidServices(app, { refundId }))
      await app.transaction(system('provisioning'), async (tx) => {
        const service = await lockService(tx, serviceId)
        if (can(serviceMachine, service, 'resume') || can(serviceMachine, service, 'suspend'))
          await suspendLocked(tx, service, { reason: 'by_staff', note: refundId })
      })
  },
})

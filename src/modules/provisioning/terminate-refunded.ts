import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { type Job, job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { listPaidServices } from './list-paid-services.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { terminateApproved } from './terminate-service.ts'

const actor = system('provisioning')
const AGAIN_SECONDS = 900

/**
 * `refund.termination_due` → ends for good what staff refunded and chose to end. Above the hourly number of terminations it
 * waits its turn.
 */
export const terminateRefunded: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.terminate-refunded',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { eventId, subjectId: refundId }) {
    for (const serviceId of await listPaidServices(app, { refundId })) {
      const waits = await app
        .transaction(actor, async (tx) => {
          const service = await lockService(tx, serviceId)
          if (can(serviceMachine, service, 'terminate')) await terminateApproved(tx, { serviceId }, { refundId })
          return false
        })
        .catch((error: unknown) => {
          if (isProblem(error) && error.code === 'termination_needs_approval') return true
          throw error
        })
      if (waits)
        return app.transaction(actor, (tx) =>
          tx.enqueue(terminateRefunded, { eventId, subjectId: refundId }, { afterSeconds: AGAIN_SECONDS }),
        )
    }
  },
})

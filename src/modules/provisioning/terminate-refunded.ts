import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { inTurn } from './in-turn.ts'
import { listPaidServices } from './list-paid-services.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { terminateApproved } from './terminate-service.ts'

const actor = system('provisioning')

/**
 * `refund.termination_due` → ends for good what staff refunded and chose to end. Above the hourly number of terminations it
 * waits its turn.
 */
export const terminateRefunded: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.terminate-refunded',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, payload) {
    const { subjectId: refundId } = payload
    const serviceIds = await listPaidServices(app, { refundId })
    await inTurn(app, actor, { job: terminateRefunded, payload }, serviceIds, async (tx, serviceId) => {
      const service = await lockService(tx, serviceId)
      if (can(serviceMachine, service, 'terminate')) await terminateApproved(tx, { serviceId }, { refundId })
    })
  },
})

import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { inTurn } from './in-turn.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { listServicesOf, lockUnpaid } from './suspend-unpaid.ts'
import { terminateApproved } from './terminate-service.ts'

const actor = system('provisioning')

/**
 * The last step of dunning: ends for good what an unpaid document was for. Whether it is still unpaid, and the service still
 * suspended, is looked at again under lock. Above the hourly number of terminations it waits its turn, or for a person.
 */
export const terminateUnpaid: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.terminate-unpaid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, payload) {
    const { subjectId: invoiceId } = payload
    const serviceIds = await listServicesOf(app, invoiceId)
    await inTurn(app, actor, { job: terminateUnpaid, payload }, serviceIds, async (tx, serviceId) => {
      if (!(await lockUnpaid(tx, invoiceId))) return
      const service = await lockService(tx, serviceId)
      // Resumed by staff, or ended already; one that could not be suspended waits for a person.
      if (can(serviceMachine, service, 'resume')) await terminateApproved(tx, { serviceId }, { invoiceId })
    })
  },
})

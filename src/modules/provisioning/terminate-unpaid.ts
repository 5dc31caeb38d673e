import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { listServicesOf, lockUnpaid } from './suspend-unpaid.ts'
import { terminateInTurn } from './terminate-in-turn.ts'
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
    for (const serviceId of await listServicesOf(app, invoiceId)) {
      const done = await terminateInTurn(app, actor, { job: terminateUnpaid, payload }, async (tx) => {
        if (!(await lockUnpaid(tx, invoiceId))) return
        const service = await lockService(tx, serviceId)
        // Resumed by staff, or ended already.
        if (can(serviceMachine, service, 'resume')) await terminateApproved(tx, { serviceId }, { invoiceId })
      })
      if (!done) return
    }
  },
})

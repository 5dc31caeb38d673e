import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { type Job, job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { listServicesOf, lockUnpaid } from './suspend-unpaid.ts'
import { terminateApproved } from './terminate-service.ts'

const actor = system('provisioning')
const AGAIN_SECONDS = 900

/**
 * The last step of dunning: ends for good what an unpaid document was for. Whether it is still unpaid, and the service still
 * suspended, is looked at again under lock. Above the hourly number of terminations it waits its turn, or for a person.
 */
export const terminateUnpaid: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.terminate-unpaid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { eventId, subjectId: invoiceId }) {
    for (const serviceId of await listServicesOf(app, invoiceId)) {
      const waits = await app
        .transaction(actor, async (tx) => {
          if (!(await lockUnpaid(tx, invoiceId))) return false
          const service = await lockService(tx, serviceId)
          // Resumed by staff, or ended already.
          if (!can(serviceMachine, service, 'resume')) return false
          await terminateApproved(tx, { serviceId }, { invoiceId })
          return false
        })
        .catch((error: unknown) => {
          if (isProblem(error) && error.code === 'termination_needs_approval') return true
          throw error
        })
      if (waits)
        return app.transaction(actor, (tx) =>
          tx.enqueue(terminateUnpaid, { eventId, subjectId: invoiceId }, { afterSeconds: AGAIN_SECONDS }),
        )
    }
  },
})

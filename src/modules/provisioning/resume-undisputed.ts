import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { resumeIfHeld } from './resume-service.ts'
import { listDisputedServices, lockDispute } from './suspend-disputed.ts'

/** `dispute.won`, `dispute.warning_closed` → lifts the suspension for the dispute, and only that; other reasons stay. */
export const resumeUndisputed = job({
  name: 'provisioning.resume-undisputed',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: disputeId }) {
    for (const serviceId of await listDisputedServices(app, disputeId))
      await app.transaction(system('provisioning'), async (tx) => {
        if ((await lockDispute(tx, disputeId)) !== 'open') await resumeIfHeld(tx, serviceId, 'dispute')
      })
  },
})

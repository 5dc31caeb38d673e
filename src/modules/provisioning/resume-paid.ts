import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { type Job, job } from '#platform/queue.ts'
import { resumeIfHeld } from './resume-service.ts'

const actor = system('provisioning')
/** While something works on the server: until it is looked at again. */
const WAIT_SECONDS = 20

/**
 * When an agreement has been paid up: lifts the suspension for non-payment of its service, and only that; other reasons stay.
 * A suspension that is still being carried out is waited for, and so is a last backup: once that is whole the server stays.
 */
export const resumePaid: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.resume-paid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, payload) {
    const { subjectId: subscriptionId } = payload
    const service = await app.db
      .selectFrom('services')
      .select('id')
      .where('subscriptionId', '=', subscriptionId)
      .executeTakeFirst()
    if (!service) return
    try {
      await app.transaction(actor, (tx) => resumeIfHeld(tx, service.id, 'non_payment'))
    } catch (error) {
      if (!isProblem(error) || error.code !== 'action_running') throw error
      await app.transaction(actor, (tx) => tx.enqueue(resumePaid, payload, { afterSeconds: WAIT_SECONDS }))
    }
  },
})

import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { resumeIfHeld } from './resume-service.ts'

const actor = system('provisioning')

/**
 * When an agreement has been paid up: lifts the suspension for non-payment of its service, and only that; other reasons stay.
 * A suspension that is still being carried out is waited for.
 */
export const resumePaid = job({
  name: 'provisioning.resume-paid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: subscriptionId }) {
    const service = await app.db
      .selectFrom('services')
      .select('id')
      .where('subscriptionId', '=', subscriptionId)
      .executeTakeFirst()
    if (service) await app.transaction(actor, (tx) => resumeIfHeld(tx, service.id, 'non_payment'))
  },
})

import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import { inTurn } from './in-turn.ts'
import { resumeIfHeld } from './resume-service.ts'

const actor = system('provisioning')

/**
 * When an agreement has been paid up: lifts the suspension for non-payment of its service, and only that; other reasons stay.
 * A suspension that is still being carried out is waited for, however long it takes, and so is a last backup: who has paid is
 * answered again.
 */
export const resumePaid: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.resume-paid',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, payload) {
    const services = await app.db
      .selectFrom('services')
      .innerJoin('subscriptions', 'subscriptions.id', 'services.subscriptionId')
      .select('services.id')
      .where('subscriptions.id', '=', payload.subjectId)
      // Unpaid again since: another payment tells.
      .where('subscriptions.state', '<>', 'past_due')
      .execute()
    const ids = services.map(({ id }) => id)
    await inTurn(app, actor, { job: resumePaid, payload }, ids, (tx, id) => resumeIfHeld(tx, id, 'non_payment'))
  },
})

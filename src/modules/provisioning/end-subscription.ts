import { z } from 'zod'
import { cancelSubscription } from '#modules/billing/cancel-subscription.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'

/** When a service is gone for good, the agreement that pays for it ends. */
export const endSubscription = job({
  name: 'provisioning.end-subscription',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: serviceId }) {
    await app.transaction(system('provisioning'), async (tx) => {
      const service = await tx.db
        .selectFrom('services')
        .select('subscriptionId')
        .where('id', '=', serviceId)
        .executeTakeFirstOrThrow()
      await cancelSubscription(tx, service.subscriptionId)
    })
  },
})

import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { resumeLocked } from './resume-service.ts'

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
    await app.transaction(actor, async (tx) => {
      const serviceId = await findSuspended(tx, subscriptionId)
      if (serviceId === undefined) return
      const service = await lockService(tx, serviceId)
      await requireNoProcedure(tx, serviceId)
      await resumeLocked(tx, service, 'non_payment')
    })
  },
})

async function findSuspended(tx: Tx, subscriptionId: string): Promise<string | undefined> {
  const row = await tx.db
    .selectFrom('services')
    .innerJoin('serviceSuspensions', 'serviceSuspensions.serviceId', 'services.id')
    .select('services.id')
    .where('services.subscriptionId', '=', subscriptionId)
    .where('services.state', '<>', 'terminated')
    .where('serviceSuspensions.reason', '=', 'non_payment')
    .where('serviceSuspensions.liftedAt', 'is', null)
    .executeTakeFirst()
  return row?.id
}

import { z } from 'zod'
import type { App } from '#app/app.ts'
import { listSuspendedByDispute } from '#modules/billing/dispute-policy.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { listPaidServices } from './list-paid-services.ts'
import { suspendIfPossible } from './suspend-service.ts'

/**
 * `dispute.suspension_due` → suspends what a contested payment was for, where the policy of its product or
 * seller says so. Whether the bank is still deciding is looked at again under the dispute's lock.
 */
export const suspendDisputed = job({
  name: 'provisioning.suspend-disputed',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: disputeId }) {
    for (const serviceId of await listServicesToSuspend(app, disputeId))
      await app.transaction(system('provisioning'), async (tx) => {
        if ((await lockDispute(tx, disputeId)) === 'open') await suspendIfPossible(tx, serviceId, { reason: 'dispute' })
      })
  },
})

/** Of what the payment was for, what the policy suspends. */
async function listServicesToSuspend(app: App, disputeId: string): Promise<string[]> {
  const subscriptionIds = await listSuspendedByDispute(app.db, await paymentOf(app, disputeId))
  const rows = await app.db
    .selectFrom('services')
    .select('id')
    .where('subscriptionId', 'in', [...subscriptionIds, ''])
    .orderBy('id')
    .execute()
  return rows.map(({ id }) => id)
}

/** What the payment that a dispute is about was for. */
export const listDisputedServices = async (app: App, disputeId: string): Promise<string[]> =>
  listPaidServices(app, { paymentId: await paymentOf(app, disputeId) })

async function paymentOf(app: App, disputeId: string): Promise<string> {
  const { paymentId } = await app.db
    .selectFrom('disputes')
    .select('paymentId')
    .where('id', '=', disputeId)
    .executeTakeFirstOrThrow()
  return paymentId
}

/** Holds a dispute and tells how it stands. */
export async function lockDispute(tx: Tx, disputeId: string): Promise<string> {
  const { state } = await tx.db
    .selectFrom('disputes')
    .select('state')
    .where('id', '=', disputeId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return state
}

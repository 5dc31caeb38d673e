import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { type Job, job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { inTurn } from './in-turn.ts'
import { lockService } from './lock-service.ts'
import { createVps } from './create-vps.ts'
import { actionRunning, serviceMachine } from './service.ts'
import { terminateApproved } from './terminate-service.ts'

const actor = system('provisioning')

/**
 * When an agreement has ended: ends its server for good, on the same day. Above the hourly number of terminations it waits its
 * turn, or for a person. One that is gone already is left as it is.
 */
export const terminateCancelled: Job<{ eventId: string; subjectId: string }> = job({
  name: 'provisioning.terminate-cancelled',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, payload) {
    const { subjectId: subscriptionId } = payload
    const services = await app.db
      .selectFrom('services')
      .innerJoin('subscriptions', 'subscriptions.id', 'services.subscriptionId')
      .select('services.id')
      .where('subscriptions.id', '=', subscriptionId)
      .where('subscriptions.state', '=', 'cancelled')
      .execute()
    const ids = services.map(({ id }) => id)
    await inTurn(app, actor, { job: terminateCancelled, payload }, ids, (tx, id) => terminateOf(tx, id, subscriptionId))
  },
})

async function terminateOf(tx: Tx, serviceId: string, subscriptionId: string): Promise<void> {
  const service = await lockService(tx, serviceId)
  if (!can(serviceMachine, service, 'terminate') && can(serviceMachine, service, 'activate'))
    throw actionRunning(createVps.name)
  if (can(serviceMachine, service, 'terminate')) await terminateApproved(tx, { serviceId }, { subscriptionId })
}

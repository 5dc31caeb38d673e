import { z } from 'zod'
import { matchEntitlements } from '#modules/entitlements/match-entitlements.ts'
import { system } from '#platform/actor.ts'
import { startProcedure } from '#platform/procedure.ts'
import { job } from '#platform/queue.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { listServiceAddresses } from './list-service-addresses.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { resizeVps } from './resize-vps.ts'
import { type Service, serviceMachine } from './service.ts'

const actor = system('provisioning')

/**
 * When an agreement has changed: what its service may use, and the size of its machine, follow. Whatever else works on the
 * machine is waited for. Said again it changes nothing.
 */
export const changeService = job({
  name: 'provisioning.change-service',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: subscriptionId }) {
    await app.transaction(actor, (tx) => matchService(tx, subscriptionId))
  },
})

/**
 * Brings the service of an agreement to what is agreed, in the caller's transaction, and tells whether its machine has to be
 * changed for that. Throws `action_running`.
 */
export async function matchService(tx: Tx, subscriptionId: string): Promise<boolean> {
  const agreed = await readAgreed(tx, subscriptionId)
  if (!agreed) return false
  const { customerId, options } = agreed
  await matchEntitlements(tx, { customerId, subscriptionId, grants: [{ code: 'vps', quantity: 1 }, ...options] })
  const service = await lockService(tx, agreed.serviceId)
  if (!can(serviceMachine, service, 'suspend') && !can(serviceMachine, service, 'resume')) return false
  const wanted = wantedSize(service, agreed)
  const before = sizeOf(service)
  if (JSON.stringify(wanted) === JSON.stringify(before)) {
    // What could not be given is not agreed any more.
    if (service.changeFailedAt)
      await tx.db.updateTable('services').set({ changeFailedAt: null }).where('id', '=', service.id).execute()
    return false
  }
  await requireNoProcedure(tx, service.id)
  const addresses = await listServiceAddresses(tx.db, service.id)
  await startProcedure(tx, resizeVps, {
    subjectId: service.id,
    customerId,
    input: {
      wanted,
      before,
      addresses: addresses.map(({ address, family }) => ({ address, family })),
      running: service.state === 'active' && service.power !== 'stopped',
    },
  })
  await tx.emit('service.change_requested', service.id, { customerId, before, after: wanted })
  return true
}

type Agreed = {
  serviceId: string
  customerId: string
  planId: string
  cores: number
  memoryMb: number
  diskGb: number
  options: { code: string; quantity: number }[]
}

async function readAgreed(tx: Tx, subscriptionId: string): Promise<Agreed | undefined> {
  const row = await tx.db
    .selectFrom('subscriptions')
    .innerJoin('services', 'services.subscriptionId', 'subscriptions.id')
    .innerJoin('plans', 'plans.id', 'subscriptions.planId')
    .select([
      'services.id as serviceId',
      'services.customerId',
      'plans.id as planId',
      'plans.cores',
      'plans.memoryMb',
      'plans.diskGb',
    ])
    .where('subscriptions.id', '=', subscriptionId)
    .where('subscriptions.state', '<>', 'cancelled')
    .executeTakeFirst()
  if (!row) return undefined
  const options = await tx.db
    .selectFrom('subscriptionItems')
    .select(['code', 'quantity'])
    .where('subscriptionId', '=', subscriptionId)
    .where('kind', '=', 'option')
    .orderBy('position')
    .execute()
  return { ...row, options: options.flatMap(({ code, quantity }) => (code === null ? [] : [{ code, quantity }])) }
}

const sizeOf = ({ planId, cores, memoryMb, diskGb, addressCount }: Service) => ({
  planId,
  cores,
  memoryMb,
  diskGb,
  addressCount,
})

/** The size agreed. A service that stays on its plan keeps the size it was made with, whatever the plan says by now. */
function wantedSize(service: Service, { options, ...agreed }: Agreed): ReturnType<typeof sizeOf> {
  const addressCount = 1 + (options.find(({ code }) => code === 'extra-addresses')?.quantity ?? 0)
  const stays = service.planId === agreed.planId
  return sizeOf({
    ...service,
    ...(stays ? {} : { planId: agreed.planId, cores: agreed.cores, memoryMb: agreed.memoryMb }),
    diskGb: stays ? service.diskGb : Math.max(agreed.diskGb, service.diskGb),
    addressCount,
  })
}

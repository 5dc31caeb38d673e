import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { startProcedure } from '#platform/procedure.ts'
import type { SuspensionReason } from '#platform/schema.ts'
import { can, requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { type Service, serviceMachine } from './service.ts'
import { suspendVps } from './suspend-vps.ts'
import { pullsThePlug } from './suspension.ts'

/**
 * Staff and dunning: suspends a service for a reason. Its machine is switched off; the service counts as suspended once
 * the host says so. A further reason for a suspended service is only noted, the same reason again changes nothing.
 * Throws `service_provisioning`, … when the service cannot be suspended, `action_running` while another action runs.
 */
export async function suspendService(
  app: App,
  actor: Actor,
  input: { serviceId: string; reason: SuspensionReason; note?: string },
): Promise<Service> {
  requirePermission(actor, 'service.suspend')
  return app.transaction(actor, async (tx) => {
    const service = await lockService(tx, input.serviceId)
    await suspendLocked(tx, service, input)
    return service
  })
}

/** The same by itself, in the caller's transaction: one that cannot be suspended is left as it is. Gives whether it is or will be. */
export async function suspendIfPossible(
  tx: Tx,
  serviceId: string,
  why: { reason: SuspensionReason; note?: string },
): Promise<boolean> {
  const service = await lockService(tx, serviceId)
  if (!can(serviceMachine, service, 'resume') && !can(serviceMachine, service, 'suspend')) return false
  await suspendLocked(tx, service, why)
  return true
}

/** The same for a locked service, in the caller's transaction. */
async function suspendLocked(
  tx: Tx,
  service: Service,
  why: { reason: SuspensionReason; note?: string },
): Promise<void> {
  const isSuspended = can(serviceMachine, service, 'resume')
  if (!isSuspended) requireVerb(serviceMachine, service, 'suspend')
  await requireNoProcedure(tx, service.id)
  await addReason(tx, service, why)
  if (isSuspended) return
  await startProcedure(tx, suspendVps, {
    subjectId: service.id,
    customerId: service.customerId,
    input: { pullPlug: pullsThePlug(why.reason) },
  })
}

async function addReason(
  tx: Tx,
  { id: serviceId, customerId }: Service,
  { reason, note }: { reason: SuspensionReason; note?: string },
): Promise<void> {
  const added = await tx.db
    .insertInto('serviceSuspensions')
    .values({ id: newId('sus'), serviceId, reason, note: note ?? null, createdAt: tx.now })
    .onConflict((conflict) => conflict.columns(['serviceId', 'reason']).where('liftedAt', 'is', null).doNothing())
    .returning('id')
    .executeTakeFirst()
  if (added) await tx.emit('service.suspension_added', serviceId, { customerId, after: { reason } })
}

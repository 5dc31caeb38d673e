import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { startProcedure } from '#platform/procedure.ts'
import type { SuspensionReason } from '#platform/schema.ts'
import { can, requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { resumeVps } from './resume-vps.ts'
import { type Service, serviceMachine } from './service.ts'
import type { Suspension } from './suspension.ts'

/**
 * Staff and payments: lifts one reason of a suspension. When none is left the machine is started, and the service is
 * active once the host says that it runs; a start that failed may be asked for again. Throws `service_active`, … when it
 * is not suspended, `not_suspended_for_this` when only other reasons hold it, `action_running` while an action runs.
 */
export async function resumeService(
  app: App,
  actor: Actor,
  input: { serviceId: string; reason: SuspensionReason },
): Promise<Service> {
  requirePermission(actor, 'service.resume')
  return app.transaction(actor, async (tx) => {
    const service = await lockService(tx, input.serviceId)
    await resumeLocked(tx, service, input.reason)
    return service
  })
}

/** The same by itself, in the caller's transaction: one that is not held for this reason, or gone, is left as it is. */
export async function resumeIfHeld(tx: Tx, serviceId: string, reason: SuspensionReason): Promise<void> {
  const service = await lockService(tx, serviceId)
  const held = await tx.db
    .selectFrom('serviceSuspensions')
    .selectAll()
    .where('serviceId', '=', serviceId)
    .where('reason', '=', reason)
    .where('liftedAt', 'is', null)
    .executeTakeFirst()
  if (!held || service.state === 'terminated') return
  // A suspension that is still being carried out is waited for.
  await requireNoProcedure(tx, serviceId)
  if (can(serviceMachine, service, 'resume')) await resumeLocked(tx, service, reason)
  // The host would not switch it off, so there is nothing to start.
  else await lift(tx, service, held)
}

/** The same for a locked service, in the caller's transaction. */
async function resumeLocked(tx: Tx, service: Service, reason: SuspensionReason): Promise<void> {
  requireVerb(serviceMachine, service, 'resume')
  await requireNoProcedure(tx, service.id)
  const { id, customerId } = service
  const open = await tx.db
    .selectFrom('serviceSuspensions')
    .selectAll()
    .where('serviceId', '=', id)
    .where('liftedAt', 'is', null)
    .execute()
  const lifted = open.find((each) => each.reason === reason)
  if (!lifted && open.length > 0)
    throw new Problem('conflict', 'not_suspended_for_this', 'This server is suspended for another reason.')
  if (lifted) await lift(tx, service, lifted)
  if (open.length <= 1) await startProcedure(tx, resumeVps, { subjectId: id, customerId, input: {} })
}

async function lift(tx: Tx, { id, customerId }: Service, { id: suspensionId, reason }: Suspension): Promise<void> {
  await tx.db.updateTable('serviceSuspensions').set({ liftedAt: tx.now }).where('id', '=', suspensionId).execute()
  await tx.emit('service.suspension_lifted', id, { customerId, before: { reason } })
}

import type { App } from '#app/app.ts'
import { requireOnService } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { startProcedure } from '#platform/procedure.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { powerVps } from './power-vps.ts'
import { type PowerAction, requirePowerable } from './service.ts'

/**
 * Asks for a machine to be switched on, off or anew; a procedure does it and tells how it went. Throws
 * `service_not_found`, `permission_denied`, `service_suspended`, … when the service is not active, `action_running` while another action runs.
 */
export async function requestPowerAction(
  app: App,
  actor: Actor,
  input: { serviceId: string; action: PowerAction },
): Promise<{ procedureId: string }> {
  return app.transaction(actor, async (tx) => {
    const service = await lockService(tx, input.serviceId)
    requireOnService(actor, service.id, 'service.operate')
    requirePowerable(service)
    await requireNoProcedure(tx, service.id)
    const { id, customerId } = service
    const procedureId = await startProcedure(tx, powerVps, {
      subjectId: id,
      customerId,
      input: { action: input.action },
    })
    await tx.emit('service.action_requested', id, { customerId, after: { action: input.action, procedureId } })
    return { procedureId }
  })
}

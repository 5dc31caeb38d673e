import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { startProcedure } from '#platform/procedure.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import { matchService } from './change-service.ts'
import { createVps } from './create-vps.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { type Service, serviceMachine } from './service.ts'

/**
 * Staff: begins anew what failed: to build a service, or to give it the size that was agreed and paid for. Throws
 * `service_active`, … when nothing has failed, `action_running`.
 */
export async function retryService(app: App, actor: Actor, input: { serviceId: string }): Promise<Service> {
  requirePermission(actor, 'procedure.retry')
  return app.transaction(actor, async (tx) => {
    const service = await lockService(tx, input.serviceId)
    if (service.changeFailedAt && (await matchService(tx, service.subscriptionId))) return service
    requireVerb(serviceMachine, service, 'retry')
    await requireNoProcedure(tx, service.id)
    const begun = await transition(tx, serviceMachine, service, 'retry', { failure: null })
    await startProcedure(tx, createVps, { subjectId: service.id, customerId: service.customerId, input: {} })
    return begun
  })
}

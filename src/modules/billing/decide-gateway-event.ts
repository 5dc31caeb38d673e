import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { processGatewayEvent } from './process-gateway-event.ts'

export const EVENT_CHOICES = ['look_again', 'set_aside'] as const

/**
 * Staff: has a message that could not be matched looked at again, as after a mistake at the gateway was put right, or sets it
 * aside for good. Throws `gateway_event_not_found` when none such is in suspense.
 */
export async function decideGatewayEvent(
  app: App,
  actor: Actor,
  { gatewayEventId, choice }: { gatewayEventId: string; choice: (typeof EVENT_CHOICES)[number] },
): Promise<void> {
  requirePermission(actor, 'payment.refund')
  await app.transaction(actor, async (tx) => {
    const state = choice === 'look_again' ? 'received' : 'ignored'
    const event = await tx.db
      .updateTable('gatewayEvents')
      .set({ state, processedAt: choice === 'look_again' ? null : tx.now })
      .where('id', '=', gatewayEventId)
      .where('state', '=', 'suspense')
      .returning(['id', 'note'])
      .executeTakeFirst()
    if (!event) throw new Problem('not_found', 'gateway_event_not_found', 'No such message waits for a decision.')
    await tx.emit(choice === 'look_again' ? 'gateway_event.received' : 'gateway_event.ignored', event.id, {
      before: { state: 'suspense' },
      after: { state, note: event.note },
    })
    if (choice === 'look_again') await tx.enqueue(processGatewayEvent, { gatewayEventId: event.id })
  })
}

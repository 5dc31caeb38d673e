import type { App } from '#app/app.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import { checkRefund } from './check-refunds.ts'
import { failRefund, lockRefund } from './end-refund.ts'
import { refundMachine } from './refund.ts'
import { sendRefund } from './send-refund.ts'

/** What a person may decide of a refund nobody knows the outcome of. */
export const REFUND_CHOICES = ['look_again', 'send_again', 'give_up'] as const
export type RefundChoice = (typeof REFUND_CHOICES)[number]

/**
 * Staff: decides about a refund whose outcome is unknown, or asks the gateway about one under way. `send_again` looks at the
 * gateway first; `give_up` frees the money for another refund. Throws `refund_not_found`, `refund_succeeded`, `refund_failed`,
 * `refund_pending`.
 */
export async function decideRefund(
  app: App,
  actor: Actor,
  { refundId, choice }: { refundId: string; choice: RefundChoice },
): Promise<void> {
  requirePermission(actor, 'payment.refund')
  if (choice !== 'look_again') requireConfirmed(actor, app.clock.now())
  await app.transaction(actor, async (tx) => {
    const found = await tx.db
      .selectFrom('refunds')
      .select(['id', 'paymentId'])
      .where('id', '=', refundId)
      .executeTakeFirst()
    if (!found) throw new Problem('not_found', 'refund_not_found', 'There is no such refund.')
    const locked = await lockRefund(tx, found)
    if (choice === 'look_again') return tx.enqueue(checkRefund, { refundId })
    requireVerb(refundMachine, locked.refund, 'sendAgain')
    if (choice === 'give_up') return void (await failRefund(tx, locked, 'given_up'))
    await transition(tx, refundMachine, locked.refund, 'sendAgain', { sentAt: null })
    await tx.enqueue(sendRefund, { refundId })
  })
}

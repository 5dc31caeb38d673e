import type { Tx } from '#platform/transaction.ts'
import { endAttempt } from './end-attempt.ts'
import { type Payment, paymentMachine } from './payment.ts'
import { can } from '#platform/state-machine.ts'

/** The name under which staff find it. */
export const mismatchIdOf = ({ id }: Pick<Payment, 'id'>): string => `mismatch_${id}`

/**
 * Ends a locked attempt, on a page or with a saved method, of which the gateway tells something else than was asked for. What it took is
 * nobody's until staff decide, who find it among what cannot be matched, once. The documents may be paid in another way and
 * are reminded of; the method is not charged again by itself, since it may have been.
 */
export async function holdMismatch(
  tx: Tx,
  payment: Payment,
  said: { gatewayPaymentId: string; livemode: boolean; note: string },
): Promise<void> {
  if (can(paymentMachine, payment, 'fail'))
    await endAttempt(tx, payment, { failureCode: 'mismatch', advice: 'do_not_try_again' })
  const note = `Not taken as ours: ${said.note}.`
  const held = await tx.db
    .insertInto('gatewayEvents')
    .values({
      id: mismatchIdOf(payment),
      gateway: payment.gateway,
      type: 'payment_intent.mismatch',
      livemode: said.livemode,
      objectId: said.gatewayPaymentId,
      paymentId: payment.id,
      state: 'suspense',
      note,
      receivedAt: tx.now,
      processedAt: tx.now,
    })
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst()
  if (held) await tx.emit('gateway_event.suspense', held.id, { after: { type: 'payment_intent.mismatch', note } })
}

import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Payment, paymentMachine } from './payment.ts'

/** Gives up a locked attempt that can fail; its documents may be paid by another one. */
export async function endAttempt(
  tx: Tx,
  payment: Payment,
  why: { failureCode: string; advice?: string | null },
): Promise<Payment> {
  await tx.db.updateTable('paymentAllocations').set({ pending: false }).where('paymentId', '=', payment.id).execute()
  return transition(tx, paymentMachine, payment, 'fail', { failureCode: why.failureCode, advice: why.advice ?? null })
}

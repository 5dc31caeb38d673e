import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyPayment } from './apply-payment.ts'
import type { Invoice } from './invoice.ts'
import { type Payment, paymentMachine } from './payment.ts'

/** Records that a locked attempt brought its money, and gives it to its locked documents. */
export async function succeedPayment(
  tx: Tx,
  payment: Payment,
  documents: readonly Invoice[],
  gatewayPaymentId: string | null,
): Promise<Payment> {
  const succeeded = await transition(tx, paymentMachine, payment, 'succeed', {
    gatewayPaymentId,
    failureCode: null,
    advice: null,
    settledAt: tx.now,
  })
  await applyPayment(tx, succeeded, documents)
  return succeeded
}

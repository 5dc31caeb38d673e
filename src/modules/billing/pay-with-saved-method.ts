import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { beginPayment } from './begin-payment.ts'
import { chargePayment } from './charge-payment.ts'
import { HOURS_A_KEY_IS_KEPT } from './collect-invoice.ts'
import { listPending, lockPayable, underWay } from './payable.ts'
import type { Payment } from './payment.ts'

/**
 * Charges the customer's default way to pay for all that is open on these documents, in one charge; a job does it, and the
 * payment tells how it went. Throws `permission_denied`, `payment_method_missing`, `payment_pending`, and what lockPayable says.
 */
export async function payWithSavedMethod(
  app: App,
  actor: Actor,
  input: { invoiceIds: readonly string[] },
): Promise<Payment> {
  requireRight(actor, 'invoice.pay')
  return app.transaction(actor, async (tx) => {
    const documents = await lockPayable(tx, actor, input.invoiceIds)
    const ids = documents.map(({ id }) => id)
    if ((await listPending(tx.db, ids)).length > 0) throw underWay()
    const method = await tx.db
      .selectFrom('paymentMethods')
      .select('id')
      .where('customerId', '=', documents[0].customerId)
      .where('isDefault', '=', true)
      .where('forgottenAt', 'is', null)
      .executeTakeFirst()
    if (!method) throw new Problem('conflict', 'payment_method_missing', 'There is no saved payment method.')
    const payment = await beginPayment(tx, {
      documents,
      channel: 'saved_method',
      paymentMethodId: method.id,
      expiresAt: app.clock.wallClock().add({ hours: HOURS_A_KEY_IS_KEPT }),
    })
    await tx.enqueue(chargePayment, { paymentId: payment.id })
    return payment
  })
}

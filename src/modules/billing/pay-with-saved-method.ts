import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { beginPayment } from './begin-payment.ts'
import { chargePayment } from './charge-payment.ts'
import { closeOpenPages } from './close-open-pages.ts'
import { HOURS_A_KEY_IS_KEPT } from './collect-invoice.ts'
import { getPayable, listPending, lockPayable, underWay } from './payable.ts'
import { requirePart } from './part-payment.ts'
import type { Payment } from './payment.ts'

/**
 * Charges the customer's default way to pay for all that is open on these documents, in one charge, or for a part of a single one:
 * `amountMinor`, in minor units. A job does it, and the payment tells how it went. A page that
 * is open for them is closed first. With the same `idempotencyKey` it gives the first
 * attempt and charges nothing again. Throws `permission_denied`, `payment_method_missing`, `payment_pending`, `payment_part_invalid`,
 * and what lockPayable says.
 */
export async function payWithSavedMethod(
  app: App,
  actor: Actor,
  input: { invoiceIds: readonly string[]; amountMinor?: bigint; idempotencyKey?: string },
): Promise<Payment> {
  requireRight(actor, 'invoice.pay')
  const made = await findMade(app, actor, input)
  if (made) return made
  const payable = await getPayable(app.db, actor, input.invoiceIds)
  await closeOpenPages(
    app,
    payable.map(({ id }) => id),
  )
  return app.transaction(actor, async (tx) => {
    const documents = await lockPayable(tx, actor, input.invoiceIds)
    // The one who clicked first held the documents until now.
    const madeMeanwhile = await findMade(tx, actor, input)
    if (madeMeanwhile) return madeMeanwhile
    const ids = documents.map(({ id }) => id)
    if ((await listPending(tx.db, ids)).length > 0) throw underWay()
    if (input.amountMinor !== undefined) requirePart(app.paymentGateway, documents[0], input.amountMinor)
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
      amountMinor: input.amountMinor,
      paymentMethodId: method.id,
      idempotencyKey: input.idempotencyKey,
      expiresAt: app.clock.wallClock().add({ hours: HOURS_A_KEY_IS_KEPT }),
    })
    await tx.enqueue(chargePayment, { paymentId: payment.id })
    return payment
  })
}

/** The attempt that was made under this key before. */
async function findMade(
  { db }: Pick<Tx, 'db'> | Pick<App, 'db'>,
  actor: Actor,
  { idempotencyKey }: { idempotencyKey?: string },
): Promise<Payment | undefined> {
  if (idempotencyKey === undefined) return undefined
  return db
    .selectFrom('payments')
    .selectAll()
    .where('customerId', '=', actingCustomerId(actor))
    .where('idempotencyKey', '=', idempotencyKey)
    .executeTakeFirst()
}

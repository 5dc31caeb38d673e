import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import { beginPayment } from './begin-payment.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { invoiceMachine } from './invoice.ts'
import type { Payment } from './payment.ts'
import { succeedPayment } from './succeed-payment.ts'

/**
 * Staff: records money that came in outside the gateway, such as by bank transfer, for a document. It may be a part of what is
 * open; what is more becomes the customer's credit. `amountMinor` is in the document's currency, `receivedOn` the day of the
 * bank statement in the seller's time zone. The same reference is recorded once. Throws `invoice_paid`, `invoice_void`,
 * `payment_pending` while a payment of the document is under way, `transfer_recorded`, `received_in_future`.
 */
export async function recordTransfer(
  app: App,
  actor: Actor,
  input: {
    invoiceId: string
    channel: 'bank_transfer' | 'manual'
    amountMinor: bigint
    reference: string
    receivedOn: Temporal.PlainDate
  },
): Promise<Payment> {
  requirePermission(actor, 'payment.record')
  return app.transaction(actor, async (tx) => {
    const invoice = await lockInvoice(tx, input.invoiceId)
    requireVerb(invoiceMachine, invoice, 'pay')
    if (await findPendingPayment(tx.db, invoice.id))
      throw new Problem('conflict', 'payment_pending', 'A payment of this invoice is already under way.')
    const known = await tx.db
      .selectFrom('payments')
      .select('id')
      .where('gateway', '=', 'bank')
      .where('reference', '=', input.reference)
      .executeTakeFirst()
    if (known) throw transferRecorded()
    const { timeZone } = await tx.db
      .selectFrom('legalEntities')
      .select('timeZone')
      .where('id', '=', invoice.legalEntityId)
      .executeTakeFirstOrThrow()
    if (Temporal.PlainDate.compare(input.receivedOn, tx.now.toZonedDateTimeISO(timeZone).toPlainDate()) > 0)
      throw new Problem('invalid', 'received_in_future', 'This day has not come yet.')
    const payment = await beginPayment(tx, {
      documents: [invoice],
      channel: input.channel,
      amountMinor: input.amountMinor,
      expiresAt: tx.now,
    })
    await tx.db
      .updateTable('payments')
      .set({ reference: input.reference, receivedOn: input.receivedOn })
      .where('id', '=', payment.id)
      .execute()
    return succeedPayment(tx, payment, [invoice], null)
  })
}

export const transferRecorded = (): Problem =>
  new Problem('conflict', 'transfer_recorded', 'Money with this reference was recorded already.')

import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'

/**
 * Staff: gives an open document up. Reminders, attempts and suspension for it end; it can still be paid, and money that comes
 * late counts. Nothing is booked: what is open was never earned, since a document is earned when it is paid, and what was paid
 * on it in part stays counted on it. Throws `invoice_paid`, `invoice_void`, `payment_pending` while money may be under way.
 */
export async function writeOffInvoice(
  app: App,
  actor: Actor,
  input: { invoiceId: string; reason: string },
): Promise<Invoice> {
  requirePermission(actor, 'invoice.void')
  return app.transaction(actor, async (tx) => {
    const invoice = await lockInvoice(tx, input.invoiceId)
    requireVerb(invoiceMachine, invoice, 'writeOff')
    if (await findPendingPayment(tx.db, invoice.id))
      throw new Problem('conflict', 'payment_pending', 'A payment of this invoice is already under way.')
    const { id, customerId, currency, totalMinor, paidMinor } = invoice
    const given = await transition(tx, invoiceMachine, invoice, 'writeOff', { nextDunningOn: null })
    await tx.emit('invoice.written_off', id, {
      customerId,
      after: { amountMinor: totalMinor - paidMinor, currency, reason: input.reason },
    })
    return given
  })
}

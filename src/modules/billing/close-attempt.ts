import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { settlePayment } from './settle-payment.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * Closes the page on which a document could be paid this moment, so that nobody pays for what will not come. Money that came
 * meanwhile is recorded. Throws `payment_gateway_unavailable` while a payment is under way that cannot be closed.
 */
async function closeAttempt(app: App, invoiceId: string): Promise<void> {
  const pending = await findPendingPayment(app.db, invoiceId)
  if (!pending) return
  const { outcome } = await settlePayment(app, pending.id, 'close')
  if (outcome === 'open')
    throw new Problem(
      'unavailable',
      'payment_gateway_unavailable',
      'A payment of this is under way. Please try again in a moment.',
      { retryAfterSeconds: 60 },
    )
}

/**
 * Voids a document once nobody can pay it any more. One that was paid or given up meanwhile stays, and is given as it is; `told`
 * says why before it is void. Throws as closeAttempt.
 */
export async function voidUnpaid(
  app: App,
  actor: Actor,
  invoiceId: string,
  told: (tx: Tx, invoice: Invoice) => Promise<void>,
): Promise<Invoice> {
  for (;;) {
    await closeAttempt(app, invoiceId)
    const ended = await app.transaction(actor, async (tx) => {
      const invoice = await lockInvoice(tx, invoiceId)
      if (!can(invoiceMachine, invoice, 'void')) return invoice
      // Somebody opened another page meanwhile, which has to be closed as well.
      if (await findPendingPayment(tx.db, invoice.id)) return undefined
      await told(tx, invoice)
      return voidInvoice(tx, invoice)
    })
    if (ended) return ended
  }
}

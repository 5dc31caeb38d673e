import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { formatMoney } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { can } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyCredit, creditToUse } from './apply-credit.ts'
import { getInvoice, lockInvoice } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { numberInvoices } from './number-invoices.ts'
import { listPending, lockPayable, underWay } from './payable.ts'
import { isUnderWay } from './payment.ts'
import { settlePayment } from './settle-payment.ts'

/** How often somebody may open a page for the document while theirs is being closed. */
const TRIES = 3

/**
 * How much of a customer's credit would pay of a document of theirs now, in minor units of its currency: nothing where there is none,
 * and never for credit that is bought. The caller may see the document.
 */
export async function creditForInvoice(
  { db, paymentGateway }: Pick<App, 'db' | 'paymentGateway'>,
  invoice: Invoice,
): Promise<bigint> {
  if (invoice.purpose === 'topup' || !can(invoiceMachine, invoice, 'pay')) return 0n
  const { credit } = await db
    .selectFrom('creditGrants')
    .select(sql<bigint>`coalesce(sum(remaining_minor), 0)::bigint`.as('credit'))
    .where('customerId', '=', invoice.customerId)
    .where('currency', '=', invoice.currency)
    .where('remainingMinor', '>', 0n)
    .executeTakeFirstOrThrow()
  return creditToUse({
    open: invoice.totalMinor - invoice.paidMinor,
    credit,
    least: paymentGateway.leastMinor(invoice.currency),
  })
}

/**
 * Pays a document from the customer's credit, the oldest first, as far as it goes: a rest is never too little for a card.
 * `amountMinor` is what they were shown; where it would be another amount by now, nothing is used. A page that is open for the document
 * is closed first. Throws `permission_denied`, `credit_missing`, `credit_not_for_topup`, `credit_changed`, `payment_pending`,
 * `invoice_paid`, `invoice_void`, and `payment_gateway_unavailable` when the page cannot be closed now.
 */
export async function payInvoiceFromCredit(
  app: App,
  actor: Actor,
  input: { invoiceId: string; amountMinor?: bigint | undefined },
): Promise<{ invoice: Invoice; usedMinor: bigint }> {
  requireRight(actor, 'invoice.pay')
  for (let tried = 0; tried < TRIES; tried += 1) {
    const done = await app.transaction(actor, (tx) => useUnlessPage(app, tx, actor, input))
    if ('usedMinor' in done)
      return { usedMinor: done.usedMinor, invoice: await getInvoice(app, actor, input.invoiceId) }
    const closed = await settlePayment(app, done.pageOf, 'close')
    if (closed.outcome === 'open') break
  }
  throw underWay()
}

/** The same, unless a page is open on which the document may still be paid. */
async function useUnlessPage(
  app: App,
  tx: Tx,
  actor: Actor,
  input: { invoiceId: string; amountMinor?: bigint | undefined },
): Promise<{ usedMinor: bigint } | { pageOf: string }> {
  const [invoice] = await lockPayable(tx, actor, [input.invoiceId])
  if (invoice.purpose === 'topup')
    throw new Problem('conflict', 'credit_not_for_topup', 'Credit that is bought is not paid from credit.')
  const [pending] = await listPending(tx.db, [invoice.id])
  if (pending && isUnderWay(pending)) throw underWay()
  const usable = await creditForInvoice({ db: tx.db, paymentGateway: app.paymentGateway }, invoice)
  if (usable === 0n) throw new Problem('conflict', 'credit_missing', `There is no credit in ${invoice.currency}.`)
  requireShown(invoice, usable, input.amountMinor)
  if (pending) return { pageOf: pending.id }
  const usedMinor = await applyCredit(tx, invoice, app.paymentGateway)
  // Another document took it since; what was written is taken back with the refusal.
  requireShown(invoice, usedMinor, input.amountMinor)
  // Somebody waits for their invoice; that of an order is numbered with its own.
  const { state } = await lockInvoice(tx, invoice.id)
  if (state === 'paid' && invoice.purpose !== 'order') await tx.enqueue(numberInvoices, {})
  return { usedMinor }
}

function requireShown({ currency }: Invoice, wouldUse: bigint, shown: bigint | undefined): void {
  if (shown === undefined || shown === wouldUse) return
  const amount = formatMoney(wouldUse, currency, 'en')
  throw new Problem('conflict', 'credit_changed', `It would be ${amount} of your credit by now. Nothing was used.`)
}

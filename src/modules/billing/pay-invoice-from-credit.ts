import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { formatMoney } from '#platform/i18n.ts'
import { Problem } from '#platform/problem.ts'
import { can } from '#platform/state-machine.ts'
import { applyCredit, creditToUse } from './apply-credit.ts'
import { getInvoice, lockInvoice } from './billing-queries.ts'
import { closeOpenPages } from './close-open-pages.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { numberInvoices } from './number-invoices.ts'
import { getPayable, listPending, lockPayable, type Payables, underWay } from './payable.ts'

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
  await requireUsable(app, app.db, await getPayable(app.db, actor, [input.invoiceId]), input.amountMinor)
  await closeOpenPages(app, [input.invoiceId])
  const usedMinor = await app.transaction(actor, async (tx) => {
    const documents = await lockPayable(tx, actor, [input.invoiceId])
    if ((await listPending(tx.db, [input.invoiceId])).length > 0) throw underWay()
    await requireUsable(app, tx.db, documents, input.amountMinor)
    const used = await applyCredit(tx, documents[0], app.paymentGateway)
    // Another document took it since; what was written is taken back with the refusal.
    requireShown(documents[0], used, input.amountMinor)
    // Somebody waits for their invoice; that of an order is numbered with its own.
    const { state, purpose } = await lockInvoice(tx, input.invoiceId)
    if (state === 'paid' && purpose !== 'order') await tx.enqueue(numberInvoices, {})
    return used
  })
  return { usedMinor, invoice: await getInvoice(app, actor, input.invoiceId) }
}

async function requireUsable(
  { paymentGateway }: App,
  db: App['db'],
  [invoice]: Payables,
  shownMinor: bigint | undefined,
): Promise<void> {
  if (invoice.purpose === 'topup')
    throw new Problem('conflict', 'credit_not_for_topup', 'Credit that is bought is not paid from credit.')
  const usable = await creditForInvoice({ db, paymentGateway }, invoice)
  if (usable === 0n) throw new Problem('conflict', 'credit_missing', `There is no credit in ${invoice.currency}.`)
  requireShown(invoice, usable, shownMinor)
}

function requireShown({ currency }: Invoice, wouldUse: bigint, shown: bigint | undefined): void {
  if (shown === undefined || shown === wouldUse) return
  const amount = formatMoney(wouldUse, currency, 'en')
  throw new Problem('conflict', 'credit_changed', `It would be ${amount} of your credit by now. Nothing was used.`)
}

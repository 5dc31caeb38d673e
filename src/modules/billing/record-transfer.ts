import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { beginPayment } from './begin-payment.ts'
import { findPendingPayment, lockInvoice } from './billing-queries.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { underWay } from './payable.ts'
import { isUnderWay, type Payment } from './payment.ts'
import { settlePayment } from './settle-payment.ts'
import { succeedPayment } from './succeed-payment.ts'

type Received = {
  invoiceId: string
  channel: 'bank_transfer' | 'manual'
  amountMinor: bigint
  reference: string
  receivedOn: Temporal.PlainDate
}

/** How often somebody else may open a page for the document while theirs is being closed. */
const TRIES = 3

/**
 * Staff: records money that came in outside the gateway, such as by bank transfer, for a document. It may be a part of what is
 * open; what is more, and all of it when the document is paid or void, becomes the customer's credit, which staff find among what
 * cannot be matched. A page that is open for the document is closed first, so that nothing is paid twice. `amountMinor` is in the
 * document's currency, `receivedOn` the day of the bank statement in the seller's time zone. The same reference is recorded once.
 * Throws `payment_pending` while other money of the document is on its way, `transfer_recorded`, `received_in_future`, and
 * `payment_gateway_unavailable` when the page cannot be closed now.
 */
export async function recordTransfer(app: App, actor: Actor, input: Received): Promise<Payment> {
  requirePermission(actor, 'payment.record')
  for (let tried = 0; tried < TRIES; tried += 1) {
    const recorded = await app.transaction(actor, (tx) => recordUnlessPage(tx, input))
    if (recorded.outcome === 'recorded') return recorded.payment
    const closed = await settlePayment(app, recorded.paymentId, 'close')
    if (closed.outcome === 'open') break
  }
  throw underWay()
}

type Recorded = { outcome: 'recorded'; payment: Payment } | { outcome: 'page_open'; paymentId: string }

/** The same, unless a page is open on which the document may still be paid. */
async function recordUnlessPage(tx: Tx, input: Received): Promise<Recorded> {
  const invoice = await lockInvoice(tx, input.invoiceId)
  if (invoice.state === 'draft') requireVerb(invoiceMachine, invoice, 'pay')
  await requireNew(tx, invoice, input)
  const pending = await findPendingPayment(tx.db, invoice.id)
  if (pending && isUnderWay(pending)) throw underWay()
  if (pending) return { outcome: 'page_open', paymentId: pending.id }
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
  return { outcome: 'recorded', payment: await succeedPayment(tx, payment, [invoice], null) }
}

/** Refuses money that was recorded already, and money from a day to come. */
async function requireNew(tx: Tx, { legalEntityId }: Invoice, input: Received): Promise<void> {
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
    .where('id', '=', legalEntityId)
    .executeTakeFirstOrThrow()
  if (Temporal.PlainDate.compare(input.receivedOn, tx.now.toZonedDateTimeISO(timeZone).toPlainDate()) > 0)
    throw new Problem('invalid', 'received_in_future', 'This day has not come yet.')
}

export const transferRecorded = (): Problem =>
  new Problem('conflict', 'transfer_recorded', 'Money with this reference was recorded already.')

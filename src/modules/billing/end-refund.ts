import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockPaidDocuments } from './apply-payment.ts'
import { lockPayment } from './billing-queries.ts'
import type { Invoice } from './invoice.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { post, refundMade, refundReturned } from './ledger.ts'
import { numberCreditNotes } from './number-credit-notes.ts'
import type { Payment } from './payment.ts'
import { giveCredit } from './refund-credit.ts'
import { type Refund, refundMachine } from './refund.ts'

export type LockedRefund = { refund: Refund; payment: Payment; documents: Invoice[] }

/** Holds a refund with its payment and documents, in the order in which everybody holds them. */
export async function lockRefund(tx: Tx, { id, paymentId }: Pick<Refund, 'id' | 'paymentId'>): Promise<LockedRefund> {
  const documents = await lockPaidDocuments(tx, paymentId)
  const payment = await lockPayment(tx, paymentId)
  const refund = await tx.db
    .selectFrom('refunds')
    .selectAll()
    .where('id', '=', id)
    .forUpdate()
    .executeTakeFirstOrThrow()
  return { refund, payment, documents }
}

/**
 * Records that the money of a locked refund is on its way back: the documents it was for are corrected, the books follow, and
 * what staff chose for the service is asked for.
 */
export async function succeedRefund(
  tx: Tx,
  { refund, documents }: Omit<LockedRefund, 'payment'>,
  gatewayRefundId: string | null,
): Promise<Refund> {
  const corrected = await correctDocuments(tx, refund, documents)
  const done = await transition(tx, refundMachine, refund, 'succeed', {
    gatewayRefundId,
    creditNoteId: corrected[0] ?? null,
    failureCode: null,
  })
  if (done.destination === 'credit') await giveCredit(tx, done, done.amountMinor, 'credit_note')
  else await post(tx, [refundMade(done, done.destination === 'gateway' ? 'clearing' : 'bank')])
  if (corrected.length > 0) await tx.enqueue(numberCreditNotes, {})
  const about = { customerId: done.customerId, after: { paymentId: done.paymentId } }
  if (done.goodwillMinor > 0n) await tx.emit('refund.unexplained', done.id, about)
  if (done.service === 'suspend') await tx.emit('refund.suspension_due', done.id, about)
  if (done.service === 'terminate') await tx.emit('refund.termination_due', done.id, about)
  return done
}

async function correctDocuments(tx: Tx, { id, reason }: Refund, documents: readonly Invoice[]): Promise<string[]> {
  const wanted = await tx.db
    .selectFrom('refundDocuments')
    .selectAll()
    .where('refundId', '=', id)
    .orderBy('invoiceId')
    .execute()
  const notes: string[] = []
  for (const { invoiceId, amountMinor } of wanted) {
    const invoice = documents.find((document) => document.id === invoiceId)!
    const note = await issueCreditNote(tx, invoice, { grossMinor: amountMinor, reason })
    await tx.db
      .updateTable('refundDocuments')
      .set({ creditNoteId: note.id })
      .where('refundId', '=', id)
      .where('invoiceId', '=', invoiceId)
      .execute()
    notes.push(note.id)
  }
  return notes
}

/**
 * Records that the money of a locked refund did not leave, or came back: the payment counts it no longer. Credit it was taking
 * is given back. One that had succeeded leaves its credit notes standing, so the customer is owed the money: it becomes their
 * credit, and staff are told by the event.
 */
export async function failRefund(tx: Tx, { refund, payment }: LockedRefund, failureCode: string): Promise<Refund> {
  const hadLeft = refund.state === 'succeeded'
  const failed = await transition(tx, refundMachine, refund, 'fail', { failureCode })
  await tx.db
    .updateTable('payments')
    .set(({ eb }) => ({ refundedMinor: eb('refundedMinor', '-', refund.amountMinor), updatedAt: tx.now }))
    .where('id', '=', payment.id)
    .execute()
  if (hadLeft) await post(tx, [refundReturned(failed, 'clearing')])
  await giveCredit(
    tx,
    failed,
    hadLeft ? failed.amountMinor - failed.goodwillMinor : failed.creditMinor,
    'refund_failed',
  )
  return failed
}

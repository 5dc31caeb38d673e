import { newId } from '#platform/ids.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { beginPaidPeriods } from './begin-paid-periods.ts'
import { saveGrant } from './grant-credit.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { invoiceEarned, paymentReceived, post } from './ledger.ts'
import { numberInvoices } from './number-invoices.ts'
import type { Payment } from './payment.ts'

type Allocation = Schema['paymentAllocations']

/** Holds the documents a payment was made for, in one order for everybody, before the payment itself is held. */
export async function lockPaidDocuments(tx: Tx, paymentId: string): Promise<Invoice[]> {
  return tx.db
    .selectFrom('invoices')
    .selectAll()
    .where('id', 'in', (query) =>
      query.selectFrom('paymentAllocations').select('invoiceId').where('paymentId', '=', paymentId),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
}

/**
 * Gives money that came in to the documents it was made for; those it covers are paid. What they do not take, because they
 * are void or paid by other means, is the customer's credit, and staff are told. `documents` and the payment are locked.
 */
export async function applyPayment(tx: Tx, payment: Payment, documents: readonly Invoice[]): Promise<void> {
  const allocations = await tx.db
    .selectFrom('paymentAllocations')
    .selectAll()
    .where('paymentId', '=', payment.id)
    .orderBy('invoiceId')
    .execute()
  let applied = 0n
  for (const allocation of allocations) {
    const document = documents.find(({ id }) => id === allocation.invoiceId)!
    const taken = takenBy(document, allocation)
    applied += taken
    await settleAllocation(tx, allocation, taken)
    if (taken > 0n) await countAsPaid(tx, document, taken)
  }
  await post(tx, [paymentReceived(payment, applied)])
  // Somebody waits for their invoice; others get its number within a minute.
  if (payment.channel === 'checkout' && documents.some(({ purpose }) => purpose !== 'order'))
    await tx.enqueue(numberInvoices, {})
  const surplus = payment.amountMinor - applied
  if (surplus > 0n) await keepSurplus(tx, payment, surplus, documents)
}

function takenBy(document: Invoice, { amountMinor }: Allocation): bigint {
  if (!can(invoiceMachine, document, 'pay')) return 0n
  const open = document.totalMinor - document.paidMinor
  return amountMinor < open ? amountMinor : open
}

/** An attempt that is over holds its documents no longer. */
async function settleAllocation(tx: Tx, allocation: Allocation, appliedMinor: bigint): Promise<void> {
  await tx.db
    .updateTable('paymentAllocations')
    .set({ pending: false, appliedMinor })
    .where('paymentId', '=', allocation.paymentId)
    .where('invoiceId', '=', allocation.invoiceId)
    .execute()
}

/**
 * Counts money or credit as paid on a locked document that can be paid; once all of it is, the document is paid and what it
 * sold has begun. Minor units of the document's currency.
 */
export async function countAsPaid(tx: Tx, document: Invoice, amountMinor: bigint): Promise<void> {
  const paidMinor = document.paidMinor + amountMinor
  if (paidMinor === document.totalMinor) {
    const paid = await transition(tx, invoiceMachine, document, 'pay', {
      paidAt: tx.now,
      paidMinor,
      nextDunningOn: null,
    })
    if (paid.purpose === 'topup') await saveTopUp(tx, paid)
    else await post(tx, [invoiceEarned(paid)])
    await beginPaidPeriods(tx, paid)
    // Others have their receipt with their number. What coupons made free gets none; its customer hears of it all the same.
    const isFreeRenewal = paid.purpose === 'renewal' && paid.totalMinor === 0n
    if (paid.number !== null || isFreeRenewal)
      await tx.emit('invoice.receipt_due', paid.id, { customerId: paid.customerId })
    return
  }
  await tx.db.updateTable('invoices').set({ paidMinor, updatedAt: tx.now }).where('id', '=', document.id).execute()
  await tx.emit('invoice.part_paid', document.id, {
    customerId: document.customerId,
    before: { paidMinor: document.paidMinor },
    after: { paidMinor },
  })
}

/** Credit that was bought is owed to the customer; nothing is earned until it is used. */
const saveTopUp = (tx: Tx, { id, customerId, currency, totalMinor }: Invoice): Promise<unknown> =>
  saveGrant(tx, {
    customerId,
    currency,
    amountMinor: totalMinor,
    source: 'topup',
    reference: id,
    from: 'receivable',
  })

/** Nothing is revived: the money is the customer's, and staff decide with them. */
async function keepSurplus(tx: Tx, payment: Payment, surplus: bigint, documents: readonly Invoice[]): Promise<void> {
  const voided = documents.some((document) => !can(invoiceMachine, document, 'pay') && document.state === 'void')
  await tx.db
    .insertInto('creditGrants')
    .values({
      id: newId('crg'),
      customerId: payment.customerId,
      currency: payment.currency,
      amountMinor: surplus,
      remainingMinor: surplus,
      source: voided ? 'void_document' : 'overpayment',
      reference: payment.id,
      createdAt: tx.now,
    })
    .execute()
  await tx.emit('payment.surplus', payment.id, {
    customerId: payment.customerId,
    after: { invoiceId: payment.invoiceId, amountMinor: surplus, currency: payment.currency },
  })
}

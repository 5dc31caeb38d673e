import { assert } from '#platform/problem.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import type { CreditNote } from './credit-note.ts'
import type { Invoice } from './invoice.ts'
import type { Payment } from './payment.ts'
import type { Refund } from './refund.ts'

type LedgerAccount =
  | 'receivable'
  | 'revenue'
  | 'tax'
  | 'clearing'
  | 'bank'
  | 'credit'
  | 'disputes'
  | 'bad_debt'
  | 'goodwill'

/** One movement of money between accounts. Debit is positive; the entries sum to zero. Minor units of `currency`. */
export type Posting = {
  kind:
    | 'invoice'
    | 'payment'
    | 'credit_grant'
    | 'credit_use'
    | 'credit_note'
    | 'refund'
    | 'refund_failed'
    | 'dispute'
    | 'write_off'
  /** The fact posted; a kind is posted once for it. */
  reference: string
  customerId: string
  currency: string
  entries: Partial<Record<LedgerAccount, bigint>>
}

/** What the customer owes for an invoice, and what we earned and hold as tax. */
export const invoiceEarned = (invoice: Invoice): Posting => ({
  kind: 'invoice',
  reference: invoice.id,
  customerId: invoice.customerId,
  currency: invoice.currency,
  entries: { receivable: invoice.totalMinor, revenue: -invoice.subtotalMinor, tax: -invoice.taxMinor },
})

/** Where the money of a payment sits: with the gateway, or at our own bank. */
export const moneyAccount = ({ channel }: Pick<Payment, 'channel'>): 'clearing' | 'bank' =>
  channel === 'checkout' || channel === 'saved_method' ? 'clearing' : 'bank'

/** Money that came in; what no document takes of it is the customer's credit. */
export const paymentReceived = (payment: Payment, appliedMinor: bigint): Posting => ({
  kind: 'payment',
  reference: payment.id,
  customerId: payment.customerId,
  currency: payment.currency,
  entries: {
    [moneyAccount(payment)]: payment.amountMinor,
    receivable: -appliedMinor,
    credit: appliedMinor - payment.amountMinor,
  },
})

/** Credit that a customer was given, and where it came from. */
export const creditGranted = (
  grant: { id: string; customerId: string; currency: string; amountMinor: bigint },
  from: 'receivable' | 'goodwill' | 'clearing',
): Posting => ({
  kind: 'credit_grant',
  reference: grant.id,
  customerId: grant.customerId,
  currency: grant.currency,
  entries: { [from]: grant.amountMinor, credit: -grant.amountMinor },
})

/** Goodwill credit that was taken back. */
export const creditWithdrawn = (use: {
  id: string
  customerId: string
  currency: string
  amountMinor: bigint
}): Posting => ({
  kind: 'credit_use',
  reference: use.id,
  customerId: use.customerId,
  currency: use.currency,
  entries: { credit: use.amountMinor, goodwill: -use.amountMinor },
})

/** Credit for days that were paid and will not be used: what was earned with them, and the tax on it, is given back. */
export const creditForUnused = (
  grant: { id: string; customerId: string; currency: string; amountMinor: bigint },
  taxMinor: bigint,
): Posting => ({
  kind: 'credit_grant',
  reference: grant.id,
  customerId: grant.customerId,
  currency: grant.currency,
  entries: { revenue: grant.amountMinor - taxMinor, tax: taxMinor, credit: -grant.amountMinor },
})

/** Credit that pays for a document. */
export const creditUsed = (use: {
  id: string
  customerId: string
  currency: string
  amountMinor: bigint
}): Posting => ({
  kind: 'credit_use',
  reference: use.id,
  customerId: use.customerId,
  currency: use.currency,
  entries: { credit: use.amountMinor, receivable: -use.amountMinor },
})

/** What is taken back of an invoice: the customer is owed it until it is refunded or becomes credit. */
export const creditNoteIssued = (note: CreditNote): Posting => ({
  kind: 'credit_note',
  reference: note.id,
  customerId: note.customerId,
  currency: note.currency,
  entries: { receivable: -note.totalMinor, revenue: note.subtotalMinor, tax: note.taxMinor },
})

/** Money sent back, out of where it sits; what nothing of ours explains is goodwill. */
export const refundMade = (refund: Refund, from: 'clearing' | 'bank'): Posting => ({
  kind: 'refund',
  reference: refund.id,
  customerId: refund.customerId,
  currency: refund.currency,
  entries: {
    receivable: refund.amountMinor - refund.goodwillMinor,
    goodwill: refund.goodwillMinor,
    [from]: -refund.amountMinor,
  },
})

/** A refund that the bank sent back: the money is with us again, and the customer is owed it. */
export const refundReturned = (refund: Refund, to: 'clearing' | 'bank'): Posting => ({
  kind: 'refund_failed',
  reference: refund.id,
  customerId: refund.customerId,
  currency: refund.currency,
  entries: {
    receivable: refund.goodwillMinor - refund.amountMinor,
    goodwill: -refund.goodwillMinor,
    [to]: refund.amountMinor,
  },
})

/** Contested money, as it went to the bank, came back or was lost: each movement of a dispute is posted once. */
export const disputeMoved = (
  dispute: { id: string; customerId: string; currency: string; postings: number },
  moved: { disputes: bigint; badDebt: bigint },
): Posting => ({
  kind: 'dispute',
  reference: `${dispute.id}:${dispute.postings + 1}`,
  customerId: dispute.customerId,
  currency: dispute.currency,
  entries: { disputes: moved.disputes, bad_debt: moved.badDebt, clearing: -moved.disputes - moved.badDebt },
})

/** Writes movements into the ledger, where nothing is ever changed. */
export async function post(tx: Tx, postings: readonly Posting[]): Promise<void> {
  const rows = postings.map((posting) => ({ id: newId('ltx'), posting }))
  for (const { posting } of rows) {
    const sum = Object.values(posting.entries).reduce((a, b) => a + b, 0n)
    assert(sum === 0n, `the entries of ${posting.kind} ${posting.reference} sum to ${sum}`)
  }
  if (rows.length === 0) return
  await tx.db
    .insertInto('ledgerTransactions')
    .values(
      rows.map(({ id, posting }) => ({
        id,
        kind: posting.kind,
        reference: posting.reference,
        customerId: posting.customerId,
        createdAt: tx.now,
      })),
    )
    .execute()
  const entries = rows.flatMap(({ id, posting }) =>
    Object.entries(posting.entries)
      .filter(([, amount]) => amount !== 0n)
      .map(([account, amountMinor]) => ({ transactionId: id, account, currency: posting.currency, amountMinor })),
  )
  if (entries.length > 0) await tx.db.insertInto('ledgerEntries').values(entries).execute()
}

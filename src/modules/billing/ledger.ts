import { assert } from '#platform/problem.ts'
import { newId } from '#platform/ids.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'
import type { Payment } from './payment.ts'

type LedgerAccount = 'receivable' | 'revenue' | 'tax' | 'clearing' | 'credit'

/** One movement of money between accounts. Debit is positive; the entries sum to zero. Minor units of `currency`. */
export type Posting = {
  kind: 'invoice' | 'payment' | 'surplus'
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

/** Money that came in for an invoice. */
export const paymentReceived = (payment: Payment): Posting => ({
  kind: 'payment',
  reference: payment.id,
  customerId: payment.customerId,
  currency: payment.currency,
  entries: { clearing: payment.amountMinor, receivable: -payment.amountMinor },
})

/** Money that came in for an invoice which asks for none: it becomes the customer's credit. */
export const surplusReceived = (payment: Payment): Posting => ({
  kind: 'surplus',
  reference: payment.id,
  customerId: payment.customerId,
  currency: payment.currency,
  entries: { clearing: payment.amountMinor, credit: -payment.amountMinor },
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

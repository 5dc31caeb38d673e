import { newId } from '#platform/ids.ts'
import { assert } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Change } from './change.ts'
import { ChangeDetail } from './change-detail.ts'
import { lockInvoice } from './billing-queries.ts'
import { invoiceWords } from './invoice-words.ts'
import { issueCreditNote } from './issue-credit-note.ts'
import { creditForUnused, post } from './ledger.ts'
import { numberCreditNotes } from './number-credit-notes.ts'
import { giveCredit } from './refund-credit.ts'

/** All that a change gives back for unused days, tax included, whether it is the customer's credit or pays for a new period. */
export const creditedBy = ({ corrections, undocumented }: ChangeDetail): bigint =>
  corrections.reduce(
    (sum, line) => sum + BigInt(line.amountMinor) + BigInt(line.taxMinor),
    BigInt(undocumented.grossMinor),
  )

/** Holds the documents that a change corrects, before its agreement. */
export async function lockCorrected(tx: Tx, change: Pick<Change, 'detail'>): Promise<void> {
  const { corrections } = ChangeDetail.parse(change.detail)
  const ids = [...new Set(corrections.map(({ invoiceId }) => invoiceId))]
  if (ids.length === 0) return
  await tx.db.selectFrom('invoices').select('id').where('id', 'in', ids).orderBy('id').forUpdate().execute()
}

/**
 * What the unused days were worth becomes the customer's credit, as quoted: by a credit note for each document that paid for
 * them, with the tax that was charged then. For days that no document of ours paid for there is nothing to correct, and
 * what was earned with them is given back at today's tax.
 */
export async function creditUnused(tx: Tx, change: Change, detail: ChangeDetail): Promise<void> {
  for (const [invoiceId, lines] of Map.groupBy(detail.corrections, (line) => line.invoiceId)) {
    const invoice = await lockInvoice(tx, invoiceId)
    const gross = lines.map(({ invoiceLineId, ...line }) => ({
      invoiceLineId,
      grossMinor: BigInt(line.amountMinor) + BigInt(line.taxMinor),
    }))
    const note = await issueCreditNote(tx, invoice, {
      lines: gross,
      reason: invoiceWords[invoice.locale].unusedDays,
      changeId: change.id,
      extra: { changeId: change.id },
    })
    const quotedMinor = lines.reduce((sum, line) => sum + BigInt(line.taxMinor), 0n)
    assert(
      note.taxMinor === quotedMinor,
      `change ${change.id} gives ${note.taxMinor} of tax back, quoted ${quotedMinor}`,
    )
    await giveCredit(tx, note, note.totalMinor, 'credit_note')
  }
  if (detail.corrections.length > 0) await tx.enqueue(numberCreditNotes, {})
  await creditUndocumented(tx, change, detail.undocumented)
}

async function creditUndocumented(tx: Tx, change: Change, { grossMinor, taxMinor }: ChangeDetail['undocumented']) {
  const amountMinor = BigInt(grossMinor)
  if (amountMinor === 0n) return
  const { customerId, currency } = change
  const grant = { id: newId('crg'), customerId, currency, amountMinor }
  await tx.db
    .insertInto('creditGrants')
    .values({ ...grant, remainingMinor: amountMinor, source: 'change', reference: change.id, createdAt: tx.now })
    .execute()
  await post(tx, [creditForUnused(grant, BigInt(taxMinor))])
  await tx.emit('credit.granted', grant.id, { customerId, after: { amountMinor, currency, changeId: change.id } })
}

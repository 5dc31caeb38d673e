import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { askApproval } from '#modules/accounts/ask-approval.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockInvoice } from './billing-queries.ts'
import type { CreditNote } from './credit-note.ts'
import type { Invoice } from './invoice.ts'
import { issueCreditNote, requireCorrectable } from './issue-credit-note.ts'
import { numberCreditNotes } from './number-credit-notes.ts'
import { giveCredit } from './refund-credit.ts'

/** Amounts per line with tax, minor units of the invoice's currency; written as text where it waits for a colleague. */
export const CorrectInvoiceInput = z.strictObject({
  invoiceId: z.string(),
  lines: z
    .array(z.strictObject({ invoiceLineId: z.string(), grossMinor: z.coerce.bigint().positive() }))
    .min(1)
    .max(500),
  currency: z.string(),
  reason: z.string().trim().min(1).max(200),
  /** What the lines come to, for whoever is asked to agree. */
  amountMinor: z.string().optional(),
})
export type CorrectInvoiceInput = z.output<typeof CorrectInvoiceInput>

/**
 * Staff: takes single lines of a paid invoice back, wholly or in part, whatever it was paid with: the customer gets a credit
 * note and the amount as credit. To send money out, refund the payment instead. Where the house wants a second colleague for
 * refunds, one is asked for. Throws `invoice_not_found`, `invoice_not_correctable`, `credit_note_too_high`,
 * `confirmation_needed`, `permission_denied`, `approval_pending`.
 */
export async function correctInvoice(
  app: App,
  actor: Actor,
  input: CorrectInvoiceInput,
): Promise<{ approvalId: string | null; note: CreditNote | null }> {
  requirePermission(actor, 'payment.refund')
  requireConfirmed(actor, app.clock.now())
  return app.transaction(actor, async (tx) => {
    const invoice = await lockCorrectable(tx, input)
    const { invoiceId: subjectId, lines, ...rest } = input
    const asText = lines.map((line) => ({ ...line, grossMinor: String(line.grossMinor) }))
    const amountMinor = String(sumOf(input))
    const approval = await askApproval(tx, {
      act: 'invoice.correct',
      subjectId,
      customerId: invoice.customerId,
      input: { invoiceId: subjectId, ...rest, lines: asText, amountMinor },
    })
    if (approval) return { approvalId: approval.id, note: null }
    return { approvalId: null, note: await correct(tx, invoice, input, {}) }
  })
}

/** The same within the transaction of whoever agreed to it. */
export async function correctApproved(tx: Tx, input: CorrectInvoiceInput, extra: object): Promise<void> {
  await correct(tx, await lockCorrectable(tx, input), input, extra)
}

const sumOf = ({ lines }: CorrectInvoiceInput): bigint => lines.reduce((sum, line) => sum + line.grossMinor, 0n)

async function lockCorrectable(tx: Tx, input: CorrectInvoiceInput): Promise<Invoice> {
  const invoice = await lockInvoice(tx, input.invoiceId)
  requireCorrectable(invoice)
  if (sumOf(input) > (await readLeft(tx, invoice)) || invoice.currency !== input.currency)
    throw new Problem('conflict', 'credit_note_too_high', 'That is more than is left of this invoice to be corrected.')
  return invoice
}

/** What neither a credit note nor a refund under way has taken back. */
async function readLeft(tx: Tx, { id, totalMinor, creditedMinor }: Invoice): Promise<bigint> {
  const { rows } = await sql<{ reserved: bigint }>`
    select coalesce(sum(d.amount_minor), 0)::bigint as reserved from refund_documents d join refunds r on r.id = d.refund_id
    where d.invoice_id = ${id} and r.state in ('pending', 'needs_person')`.execute(tx.db)
  return totalMinor - creditedMinor - rows[0]!.reserved
}

async function correct(tx: Tx, invoice: Invoice, input: CorrectInvoiceInput, extra: object): Promise<CreditNote> {
  const note = await issueCreditNote(tx, invoice, { lines: input.lines, reason: input.reason, extra })
  await giveCredit(tx, note, note.totalMinor, 'credit_note')
  await tx.enqueue(numberCreditNotes, {})
  return note
}

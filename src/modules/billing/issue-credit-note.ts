import { sql } from 'kysely'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { correctLines, type CorrectedLine, grossLeft, type LineLeft, spreadCorrection } from './correction.ts'
import type { CreditNote } from './credit-note.ts'
import type { Invoice } from './invoice.ts'
import { invoiceWords } from './invoice-words.ts'
import { creditNoteIssued, post } from './ledger.ts'
import { partsOf } from './tax.ts'

type Left = LineLeft & { description: string }

/** How much is taken back: of single lines, or of all together. Minor units with tax. */
type Amounts = { grossMinor: bigint } | { lines: readonly { invoiceLineId: string; grossMinor: bigint }[] }

/**
 * Corrects a locked, paid invoice wholly or partly: what was earned and held as tax is taken back, and the customer is owed it.
 * Seller, buyer and language are the invoice's. It gets its number by itself, after the invoice has one. Throws
 * what requireCorrectable says, `credit_note_too_high` beyond what is left of a line.
 */
export async function issueCreditNote(
  tx: Tx,
  invoice: Invoice,
  input: Amounts & { reason: string; changeId?: string; extra?: object },
): Promise<CreditNote> {
  requireCorrectable(invoice)
  const left = await listLinesLeft(tx, invoice.id)
  const note = await saveNote(tx, invoice, { left, corrected: correctLines(left, amountsOf(left, input)), ...input })
  await post(tx, [creditNoteIssued(note)])
  return note
}

/** Whether anything of an invoice may be taken back by a credit note still. */
export const canCorrect = ({
  state,
  purpose,
  creditedMinor,
  totalMinor,
}: Pick<Invoice, 'state' | 'purpose' | 'creditedMinor' | 'totalMinor'>): boolean =>
  state === 'paid' && purpose !== 'topup' && creditedMinor < totalMinor

/**
 * Throws `invoice_not_correctable` for an invoice that is not paid (one that is open is voided), and for credit that was bought:
 * nothing was earned with it, and the customer has it already.
 */
export function requireCorrectable({ state, purpose }: Pick<Invoice, 'state' | 'purpose'>): void {
  const refuse = (message: string): Problem => new Problem('conflict', 'invoice_not_correctable', message)
  if (state !== 'paid')
    throw refuse('Only a paid invoice is corrected by a credit note. One that is open is voided instead.')
  if (purpose === 'topup')
    throw refuse(
      'Credit that was bought is not corrected: the customer has it already. Refund its payment to send it back.',
    )
}

/**
 * Takes a numbered invoice back that was voided before it was paid: a credit note over all of it. Nothing was earned with it, so
 * the books do not move.
 */
export async function cancelByCreditNote(tx: Tx, invoice: Invoice): Promise<CreditNote> {
  const left = await listLinesLeft(tx, invoice.id)
  const corrected = left.map(({ id, amountMinor, taxMinor }) => ({ id, amountMinor, taxMinor }))
  return saveNote(tx, invoice, { left, corrected, reason: invoiceWords[invoice.locale].cancelled })
}

async function saveNote(
  tx: Tx,
  invoice: Invoice,
  {
    left,
    corrected,
    reason,
    changeId,
    extra,
  }: { left: Left[]; corrected: CorrectedLine[]; reason: string; changeId?: string; extra?: object },
): Promise<CreditNote> {
  const subtotalMinor = corrected.reduce((sum, line) => sum + line.amountMinor, 0n)
  const taxMinor = corrected.reduce((sum, line) => sum + line.taxMinor, 0n)
  const totalMinor = subtotalMinor + taxMinor
  const { id: invoiceId, customerId, legalEntityId, currency, seller, buyer, locale } = invoice
  const note = await tx.db
    .insertInto('creditNotes')
    .values({
      id: newId('crn'),
      customerId,
      legalEntityId,
      invoiceId,
      currency,
      subtotalMinor,
      taxMinor,
      totalMinor,
      reason,
      changeId: changeId ?? null,
      seller: JSON.stringify(seller),
      buyer: JSON.stringify(buyer),
      locale,
      createdAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await insertLines(tx, note.id, left, corrected)
  await tx.db
    .updateTable('invoices')
    .set(({ eb }) => ({ creditedMinor: eb('creditedMinor', '+', totalMinor), updatedAt: tx.now }))
    .where('id', '=', invoiceId)
    .execute()
  await tx.emit('credit_note.issued', note.id, {
    customerId,
    after: { invoiceId, totalMinor, currency, ...extra },
  })
  return note
}

/** The lines of an invoice with what no credit note has taken back, in the order of the document. */
async function listLinesLeft(tx: Tx, invoiceId: string): Promise<Left[]> {
  const { rows } = await sql<Left>`
    select l.id, l.description, l.tax_basis_points, l.amount_minor - coalesce(sum(c.amount_minor), 0)::bigint as amount_minor,
      l.tax_minor - coalesce(sum(c.tax_minor), 0)::bigint as tax_minor
    from invoice_lines l left join credit_note_lines c on c.invoice_line_id = l.id
    where l.invoice_id = ${invoiceId} group by l.id order by l.position`.execute(tx.db)
  const taxes = await tx.db
    .selectFrom('invoiceTaxes')
    .select(['rateBasisPoints', 'finerMillionths', 'compound'])
    .where('invoiceId', '=', invoiceId)
    .orderBy('position')
    .execute()
  // One treatment taxes a whole document; those from before taxes were kept say only what their lines do.
  const taxParts = taxes.length > 0 ? partsOf(taxes) : undefined
  return rows.map((row) => ({ ...row, taxParts }))
}

function amountsOf(left: readonly Left[], input: Amounts): bigint[] {
  if ('grossMinor' in input) {
    if (input.grossMinor <= 0n || input.grossMinor > grossLeft(left)) throw tooHigh()
    return spreadCorrection(left, input.grossMinor)
  }
  const wanted = new Map(input.lines.map(({ invoiceLineId, grossMinor }) => [invoiceLineId, grossMinor]))
  const amounts = left.map((line) => wanted.get(line.id) ?? 0n)
  const total = amounts.reduce((a, b) => a + b, 0n)
  const fits = left.every((line, index) => isWithin(amounts[index]!, line.amountMinor + line.taxMinor))
  if (!fits || total <= 0n || total > grossLeft(left)) throw tooHigh()
  return amounts
}

/** Not beyond what is left, in whichever direction the line goes; a line that gave something back is taken whole. */
const isWithin = (amount: bigint, left: bigint): boolean =>
  left >= 0n ? amount >= 0n && amount <= left : amount === 0n || amount === left

const tooHigh = (): Problem =>
  new Problem('conflict', 'credit_note_too_high', 'That is more than is left of this invoice to be corrected.')

async function insertLines(
  tx: Tx,
  creditNoteId: string,
  left: readonly Left[],
  corrected: readonly CorrectedLine[],
): Promise<void> {
  const lines = new Map(left.map((line) => [line.id, line]))
  await tx.db
    .insertInto('creditNoteLines')
    .values(
      corrected.map(({ id, amountMinor, taxMinor }, position) => ({
        id: newId('cnl'),
        creditNoteId,
        invoiceLineId: id,
        position,
        description: lines.get(id)!.description,
        amountMinor,
        taxBasisPoints: lines.get(id)!.taxBasisPoints,
        taxMinor,
      })),
    )
    .execute()
}

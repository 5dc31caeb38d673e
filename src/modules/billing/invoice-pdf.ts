import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { getCreditNoteDetail } from './credit-note-queries.ts'
import { getInvoiceDetail } from './billing-queries.ts'
import { correctedTaxes } from './document-taxes.ts'
import { formatCreditNoteTitle } from './invoice-title.ts'
import { invoiceDocument } from './invoice-document.ts'
import { printPdf } from './print-pdf.ts'
import { findTransferDetails } from './transfer.ts'

/**
 * An invoice as a PDF: A4, in the buyer's language, dates in the seller's time zone. Always made from what is stored, so it
 * says the same whenever it is asked for. Throws `invoice_not_found`, also for another customer's.
 */
export async function renderInvoicePdf(app: App, actor: Actor, invoiceId: string): Promise<Uint8Array> {
  const detail = await getInvoiceDetail(app, actor, invoiceId)
  const transfer = await findTransferDetails(app, detail.invoice)
  // An order that is paid by card is closed before a bank would be done.
  const waits = transfer?.chosen || detail.invoice.purpose === 'renewal' || detail.invoice.purpose === 'manual'
  const document = invoiceDocument(detail, await zoneOf(app, detail.invoice), {
    transfer: waits ? transfer : undefined,
  })
  return printPdf(document)
}

/** A credit note, printed as the invoice it corrects. Throws `credit_note_not_found`, also for another customer's. */
export async function renderCreditNotePdf(app: App, actor: Actor, creditNoteId: string): Promise<Uint8Array> {
  const { note, lines, invoice, taxes, taxBeforeMinor } = await getCreditNoteDetail(app, actor, creditNoteId)
  const { id, number, issuedAt, createdAt, subtotalMinor, taxMinor, totalMinor, seller, buyer, locale } = note
  const printed = { number, issuedAt, createdAt, subtotalMinor, taxMinor, totalMinor, seller, buyer, locale }
  const correction = {
    title: formatCreditNoteTitle(note),
    invoiceNumber: invoice.number ?? invoice.id.slice(-8).toUpperCase(),
    reason: note.reason,
    taxes: correctedTaxes({ note, lines, taxes, taxBeforeMinor }),
  }
  const originals = await app.db.selectFrom('invoiceLines').selectAll().where('invoiceId', '=', invoice.id).execute()
  const detail = {
    // It asks for nothing and nothing is paid on it.
    invoice: { ...invoice, ...printed, id, state: 'draft' as const, paidMinor: 0n },
    taxes,
    lines: lines.map((line) => ({
      ...originals.find((original) => original.id === line.invoiceLineId)!,
      description: line.description,
      quantity: 1,
      unitMinor: line.amountMinor,
      amountMinor: line.amountMinor,
      taxMinor: line.taxMinor,
      taxBasisPoints: line.taxBasisPoints,
    })),
  }
  return printPdf(invoiceDocument(detail, await zoneOf(app, invoice), { correction }))
}

async function zoneOf(app: App, { legalEntityId }: { legalEntityId: string }): Promise<string> {
  const { timeZone } = await app.db
    .selectFrom('legalEntities')
    .select('timeZone')
    .where('id', '=', legalEntityId)
    .executeTakeFirstOrThrow()
  return timeZone
}

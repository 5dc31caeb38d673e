import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { getInvoiceDetail } from './billing-queries.ts'
import { getCreditNoteDetail } from './credit-note-queries.ts'
import { creditNoteUbl, invoiceUbl } from './invoice-ubl.ts'

/**
 * An invoice as an electronic one (EN 16931, UBL 2.1), and the name of its file. Throws `invoice_not_found`, also for another
 * customer's, and `invoice_not_electronic`.
 */
export async function renderInvoiceUbl(
  app: App,
  actor: Actor,
  invoiceId: string,
): Promise<{ xml: string; fileName: string }> {
  const detail = await getInvoiceDetail(app, actor, invoiceId)
  return { xml: invoiceUbl(detail, await zoneOf(app, detail.invoice)), fileName: fileNameOf(detail.invoice.number) }
}

/** The same of a credit note. Throws `credit_note_not_found`, also for another customer's, and `invoice_not_electronic`. */
export async function renderCreditNoteUbl(
  app: App,
  actor: Actor,
  creditNoteId: string,
): Promise<{ xml: string; fileName: string }> {
  const detail = await getCreditNoteDetail(app, actor, creditNoteId)
  return { xml: creditNoteUbl(detail, await zoneOf(app, detail.invoice)), fileName: fileNameOf(detail.note.number) }
}

async function zoneOf(app: App, { legalEntityId }: { legalEntityId: string }): Promise<string> {
  const { timeZone } = await app.db
    .selectFrom('legalEntities')
    .select('timeZone')
    .where('id', '=', legalEntityId)
    .executeTakeFirstOrThrow()
  return timeZone
}

/** A number may hold slashes. */
const fileNameOf = (number: string | null): string => `${number?.replaceAll('/', '-')}.xml`

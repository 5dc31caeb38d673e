import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import pdfmake from 'pdfmake'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { getInvoiceDetail } from './billing-queries.ts'
import { invoiceDocument } from './invoice-document.ts'

const folder = join(dirname(createRequire(import.meta.url).resolve('pdfmake/package.json')), 'fonts', 'Roboto')
const fonts = {
  normal: join(folder, 'Roboto-Regular.ttf'),
  bold: join(folder, 'Roboto-Medium.ttf'),
  italics: join(folder, 'Roboto-Italic.ttf'),
  bolditalics: join(folder, 'Roboto-MediumItalic.ttf'),
}
const own = new Set(Object.values(fonts))

pdfmake.setFonts({ Roboto: fonts })
// A document holds words of customers: nothing in it may open a file or an address.
pdfmake.setLocalAccessPolicy((path) => own.has(path))
pdfmake.setUrlAccessPolicy(() => false)

/**
 * An invoice as a PDF: A4, in the buyer's language, dates in the seller's time zone. Always made from what is stored, so it
 * says the same whenever it is asked for. Throws `invoice_not_found`, also for another customer's.
 */
export async function renderInvoicePdf(app: App, actor: Actor, invoiceId: string): Promise<Uint8Array> {
  const detail = await getInvoiceDetail(app, actor, invoiceId)
  const { timeZone } = await app.db
    .selectFrom('legalEntities')
    .select('timeZone')
    .where('id', '=', detail.invoice.legalEntityId)
    .executeTakeFirstOrThrow()
  return pdfmake.createPdf(invoiceDocument(detail, timeZone)).getBuffer()
}

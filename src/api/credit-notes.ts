import { z } from 'zod'
import { getCreditNoteDetail } from '#modules/billing/credit-note-queries.ts'
import type { Party } from '#modules/billing/invoice.ts'
import { renderCreditNoteUbl } from '#modules/billing/render-invoice-ubl.ts'
import { formatCreditNoteTitle } from '#modules/billing/invoice-title.ts'
import { minor, pathId } from './codecs.ts'
import { CreditNoteSummary } from './credit-note-body.ts'
import { PartyBody } from './invoices.ts'
import { route } from './route.ts'

const tag = 'Invoices'
const CreditNoteParams = z.strictObject({ creditNoteId: pathId })

const CreditNoteBody = CreditNoteSummary.extend({
  seller: PartyBody,
  buyer: PartyBody,
  lines: z.array(
    z
      .object({
        description: z.string(),
        amountMinor: minor.meta({ description: 'Without tax.' }),
        taxBasisPoints: z.int(),
        taxMinor: minor,
      })
      .meta({ id: 'CreditNoteLine' }),
  ),
}).meta({ id: 'CreditNote', description: 'A correction of an invoice, wholly or in part.' })

export const readCreditNote = route({
  method: 'get',
  path: '/credit-notes/{creditNoteId}',
  operationId: 'getCreditNote',
  tag,
  summary: 'One credit note with its lines',
  params: CreditNoteParams,
  success: { status: 200, description: 'The credit note.', body: CreditNoteBody },
  problems: ['credit_note_not_found'],
  run: async ({ app, actor, params }) => {
    const { note, lines } = await getCreditNoteDetail(app, actor, params.creditNoteId)
    return { ...note, seller: note.seller as Party, buyer: note.buyer as Party, lines }
  },
})

export const readCreditNotePdf = route({
  method: 'get',
  path: '/credit-notes/{creditNoteId}/pdf',
  operationId: 'getCreditNotePdf',
  tag,
  summary: 'A credit note as a PDF',
  params: CreditNoteParams,
  success: { status: 200, description: 'An A4 document in the language of the buyer.', media: 'application/pdf' },
  problems: ['credit_note_not_found'],
  run: async ({ app, actor, params, headers }) => {
    const { note } = await getCreditNoteDetail(app, actor, params.creditNoteId)
    // Loaded when the first one is asked for: nobody else pays for the memory of fonts and layout.
    const { renderCreditNotePdf } = await import('#modules/billing/invoice-pdf.ts')
    const pdf = await renderCreditNotePdf(app, actor, note.id)
    const name = formatCreditNoteTitle(note).replaceAll(/[^\w-]+/g, '-')
    headers.set('content-type', 'application/pdf')
    headers.set('content-disposition', `attachment; filename="${name}.pdf"`)
    return new Response(new Uint8Array(pdf), { headers })
  },
})

export const readCreditNoteXml = route({
  method: 'get',
  path: '/credit-notes/{creditNoteId}/xml',
  operationId: 'getCreditNoteXml',
  tag,
  summary: 'A credit note as an electronic one',
  description: 'EN 16931 in the syntax of UBL 2.1, with the invoice it corrects. One without a number is none yet.',
  params: CreditNoteParams,
  success: { status: 200, description: 'The credit note as XML.', media: 'application/xml' },
  problems: ['credit_note_not_found', 'invoice_not_electronic'],
  run: async ({ app, actor, params, headers }) => {
    const { xml, fileName } = await renderCreditNoteUbl(app, actor, params.creditNoteId)
    headers.set('content-type', 'application/xml')
    headers.set('content-disposition', `attachment; filename="${fileName}"`)
    return new Response(xml, { headers })
  },
})

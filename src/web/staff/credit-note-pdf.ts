import { getCreditNoteDetail } from '#modules/billing/credit-note-queries.ts'
import { renderCreditNotePdf } from '#modules/billing/invoice-pdf.ts'
import { formatCreditNoteTitle } from '#modules/billing/invoice-title.ts'
import { staffScope } from './access.ts'
import type { Route } from './+types/credit-note-pdf'

/** The document as the customer gets it, shown in the browser. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const { note } = await getCreditNoteDetail(app, actor, params.creditNoteId)
  const pdf = await renderCreditNotePdf(app, actor, note.id)
  const name = formatCreditNoteTitle(note).replaceAll(/[^\w-]+/g, '-')
  return new Response(new Uint8Array(pdf), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${name}.pdf"`,
      'cache-control': 'private, no-store',
    },
  })
}

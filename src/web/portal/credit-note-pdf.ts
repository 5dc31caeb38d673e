import { redirect } from 'react-router'
import { getCreditNoteDetail } from '#modules/billing/credit-note-queries.ts'
import { formatCreditNoteTitle } from '#modules/billing/invoice-title.ts'
import { isProblem } from '#platform/problem.ts'
import { paths } from '../paths.ts'
import { pathId, portalScope } from './scope.ts'
import type { Route } from './+types/credit-note-pdf'

/** The correction of an invoice, to keep. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const { note } = await getCreditNoteDetail(app, actor, pathId(params.creditNoteId, 'crn')).catch((error: unknown) => {
    // A file has no page to say so on; the list of documents has.
    throw isProblem(error) && error.kind === 'not_found' ? redirect(paths.invoice(params.creditNoteId)) : error
  })
  // Loaded when the first one is asked for: nobody else pays for the memory of fonts and layout.
  const { renderCreditNotePdf } = await import('#modules/billing/invoice-pdf.ts')
  const pdf = await renderCreditNotePdf(app, actor, note.id)
  const name = formatCreditNoteTitle(note).replaceAll(/[^\w-]+/g, '-')
  return new Response(new Uint8Array(pdf), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${name}.pdf"`,
      'cache-control': 'private, no-store',
    },
  })
}

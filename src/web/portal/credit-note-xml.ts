import { redirect } from 'react-router'
import { renderCreditNoteUbl } from '#modules/billing/render-invoice-ubl.ts'
import { isProblem } from '#platform/problem.ts'
import { paths } from '../paths.ts'
import { xmlFile } from '../xml-file.ts'
import { pathId, portalScope } from './scope.ts'
import type { Route } from './+types/credit-note-xml'

/** The correction of an invoice, for machines to keep. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const creditNoteId = pathId(params.creditNoteId, 'crn')
  return xmlFile(
    await renderCreditNoteUbl(app, actor, creditNoteId).catch((error: unknown) => {
      // A file has no page to say so on; the list of documents has.
      if (!isProblem(error)) throw error
      if (error.kind === 'not_found') throw redirect(paths.invoice(creditNoteId))
      throw error.code === 'invoice_not_electronic' ? redirect(paths.invoices()) : error
    }),
  )
}

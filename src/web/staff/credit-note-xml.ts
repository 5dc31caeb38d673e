import { redirect } from 'react-router'
import { renderCreditNoteUbl } from '#modules/billing/render-invoice-ubl.ts'
import { isProblem } from '#platform/problem.ts'
import { paths } from '../paths.ts'
import { xmlFile } from '../xml-file.ts'
import { staffScope } from './access.ts'
import type { Route } from './+types/credit-note-xml'

/** The correction for machines, as the customer gets it. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  return xmlFile(
    await renderCreditNoteUbl(app, actor, params.creditNoteId).catch((error: unknown) => {
      const none = isProblem(error) && error.code === 'invoice_not_electronic'
      throw none ? redirect(paths.staffInvoices()) : error
    }),
  )
}

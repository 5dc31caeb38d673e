import { redirect } from 'react-router'
import { renderInvoiceUbl } from '#modules/billing/render-invoice-ubl.ts'
import { isProblem } from '#platform/problem.ts'
import { paths } from '../paths.ts'
import { xmlFile } from '../xml-file.ts'
import { pathId, portalScope } from './scope.ts'
import type { Route } from './+types/invoice-xml'

/** The document for machines to keep. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const invoiceId = pathId(params.invoiceId, 'inv')
  const file = await renderInvoiceUbl(app, actor, invoiceId).catch((error: unknown) => {
    // A file has no page to say so on; the invoice's own does.
    const none = isProblem(error) && (error.kind === 'not_found' || error.code === 'invoice_not_electronic')
    throw none ? redirect(paths.invoice(invoiceId)) : error
  })
  return xmlFile(file)
}

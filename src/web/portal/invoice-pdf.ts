import { redirect } from 'react-router'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import { formatInvoiceTitle } from '#modules/billing/invoice-title.ts'
import { isProblem } from '#platform/problem.ts'
import { paths } from '../paths.ts'
import { pathId, portalScope } from './scope.ts'
import type { Route } from './+types/invoice-pdf'

/** The document to keep. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = portalScope(context)
  const invoiceId = pathId(params.invoiceId, 'inv')
  const invoice = await getInvoice(app, actor, invoiceId).catch((error: unknown) => {
    // A file has no page to say so on; the invoice's own does.
    throw isProblem(error) && error.kind === 'not_found' ? redirect(paths.invoice(invoiceId)) : error
  })
  // Loaded when the first one is asked for: nobody else pays for the memory of fonts and layout.
  const { renderInvoicePdf } = await import('#modules/billing/invoice-pdf.ts')
  const pdf = await renderInvoicePdf(app, actor, invoice.id)
  const name = formatInvoiceTitle(invoice).replaceAll(/[^\w-]+/g, '-')
  return new Response(new Uint8Array(pdf), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `attachment; filename="${name}.pdf"`,
      'cache-control': 'private, no-store',
    },
  })
}

import { getInvoice } from '#modules/billing/billing-queries.ts'
import { renderInvoicePdf } from '#modules/billing/invoice-pdf.ts'
import { formatInvoiceTitle } from '#modules/billing/invoice-title.ts'
import { staffScope } from './access.ts'
import type { Route } from './+types/invoice-pdf'

/** The document as the customer gets it, shown in the browser. */
export async function loader({ params, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const invoice = await getInvoice(app, actor, params.invoiceId)
  const pdf = await renderInvoicePdf(app, actor, invoice.id)
  const name = formatInvoiceTitle(invoice).replaceAll(/[^\w-]+/g, '-')
  return new Response(new Uint8Array(pdf), {
    headers: {
      'content-type': 'application/pdf',
      'content-disposition': `inline; filename="${name}.pdf"`,
      'cache-control': 'private, no-store',
    },
  })
}

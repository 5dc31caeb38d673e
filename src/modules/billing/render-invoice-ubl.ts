import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { getInvoiceDetail } from './billing-queries.ts'
import { invoiceUbl } from './invoice-ubl.ts'

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
  const { timeZone } = await app.db
    .selectFrom('legalEntities')
    .select('timeZone')
    .where('id', '=', detail.invoice.legalEntityId)
    .executeTakeFirstOrThrow()
  return { xml: invoiceUbl(detail, timeZone), fileName: `${detail.invoice.number?.replaceAll('/', '-')}.xml` }
}

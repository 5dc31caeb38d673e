import type { App } from '#app/app.ts'
import { type Invoice, invoiceMachine } from '#modules/billing/invoice.ts'
import { getSellerTimeZone } from '#modules/billing/seller.ts'
import { transferReference } from '#modules/billing/transfer-reference.ts'
import { toDecimal } from '#platform/money.ts'
import { can } from '#platform/state-machine.ts'

/** What the form on the page of a document begins with; undefined where nothing is to be recorded, or not by whoever looks. */
export async function recordView(app: App, invoice: Invoice, may: boolean) {
  if (!may || !can(invoiceMachine, invoice, 'pay')) return undefined
  const { id, currency, totalMinor, paidMinor } = invoice
  const today = app.clock.now().toZonedDateTimeISO(await getSellerTimeZone(app))
  return {
    payable: { id, currency, openText: toDecimal(totalMinor - paidMinor, currency) },
    today: today.toPlainDate().toString(),
    reference: transferReference(invoice),
    promised: invoice.transferChosenAt !== null,
  }
}

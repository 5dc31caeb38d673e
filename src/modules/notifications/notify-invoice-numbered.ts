import { z } from 'zod'
import { customerNotice, reaction } from './notify-of-event.ts'

/** In which state the document was; older events do not say it, and were all of paid ones. */
const Numbered = z.object({ state: z.string().default('paid') }).nullable()
const wasPaid = (after: unknown): boolean => (Numbered.parse(after)?.state ?? 'paid') === 'paid'

/** `invoice.numbered` → the receipt. A document that was numbered before it was paid has it once it is. */
export const notifyInvoiceNumbered = customerNotice('notify-invoice-numbered', ({ after }) =>
  wasPaid(after) ? 'invoice-receipt' : undefined,
)

/** `invoice.paid` → the receipt of a document that had its number already. */
export const notifyInvoicePaid = reaction('notify-invoice-paid', async (app, { subjectId, customerId }) => {
  const numbered = await app.db
    .selectFrom('events')
    .select('after')
    .where('subjectId', '=', subjectId)
    .where('name', '=', 'invoice.numbered')
    .executeTakeFirst()
  if (!numbered || wasPaid(numbered.after)) return undefined
  const customer = await app.db
    .selectFrom('invoices')
    .innerJoin('customers', 'customers.id', 'invoices.customerId')
    .select(['customers.email', 'customers.locale'])
    .where('invoices.id', '=', subjectId)
    .executeTakeFirstOrThrow()
  return { template: 'invoice-receipt', recipient: customer.email, locale: customer.locale, customerId, subjectId }
})

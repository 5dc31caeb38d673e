import { z } from 'zod'
import { customerNotice } from './notify-of-event.ts'

/** In which state the document was; older events do not say it, and were all of paid ones. */
const Numbered = z.object({ state: z.string().default('paid') }).nullable()

/** `invoice.numbered` → the receipt. A document that was numbered before it was paid has it once it is. */
export const notifyInvoiceNumbered = customerNotice('notify-invoice-numbered', ({ after }) =>
  (Numbered.parse(after)?.state ?? 'paid') === 'paid' ? 'invoice-receipt' : undefined,
)

/** `invoice.receipt_due` → the receipt of a document that had its number when it was paid. */
export const notifyReceiptDue = customerNotice('notify-receipt-due', () => 'invoice-receipt')

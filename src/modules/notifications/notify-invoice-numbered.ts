import { customerNotice } from './notify-of-event.ts'

/** `invoice.numbered` → the receipt. */
export const notifyInvoiceNumbered = customerNotice('notify-invoice-numbered', () => 'invoice-receipt')

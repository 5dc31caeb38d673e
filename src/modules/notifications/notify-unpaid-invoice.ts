import { z } from 'zod'
import { customerNotice, customerNotices, reaction } from './notify-of-event.ts'

const Opened = z.object({ totalMinor: z.number() })

/** `invoice.renewal_open` → what the next period costs. One that coupons make free asks for nothing; its receipt tells. */
export const notifyRenewalsOpen = customerNotices('notify-renewals-open', ({ after }) =>
  Opened.parse(after).totalMinor === 0 ? undefined : 'renewal-invoice',
)
const Written = z.object({ mail: z.boolean() })

/** `invoice.written_by_hand` → what staff ask to be paid for, if they wanted it to be told. */
export const notifyInvoiceByHand = customerNotice('notify-invoice-by-hand', ({ after }) =>
  Written.parse(after).mail ? 'manual-invoice' : undefined,
)
/** `invoice.reminder_due` → it is due soon, or overdue. */
export const notifyRemindersDue = customerNotices('notify-reminders-due', () => 'invoice-reminder')
/** `invoice.suspension_warning_due` → it is overdue. */
export const notifySuspensionWarnings = customerNotices('notify-suspension-warnings', () => 'suspension-warning')
/** `invoice.termination_warning_due` → it will be deleted. */
export const notifyTerminationWarnings = customerNotices('notify-termination-warnings', () => 'termination-warning')

/** `payment.failed` → the saved card was refused. Who pays on a page sees it there. */
export const notifyPaymentFailed = reaction('notify-payment-failed', async (app, event) => {
  const payment = await app.db
    .selectFrom('payments as p')
    .innerJoin('customers as c', 'c.id', 'p.customerId')
    .select(['p.channel', 'p.customerId', 'c.email', 'c.locale'])
    .where('p.id', '=', event.subjectId)
    .executeTakeFirstOrThrow()
  if (payment.channel !== 'saved_method') return undefined
  return {
    template: 'payment-failed',
    recipient: payment.email,
    locale: payment.locale,
    customerId: payment.customerId,
    subjectId: event.subjectId,
  }
})

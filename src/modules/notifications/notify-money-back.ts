import { z } from 'zod'
import { customerNotice, reaction } from './notify-of-event.ts'
import { staffNotice } from './staff-notice.ts'

/** `refund.succeeded` → that money goes back. */
export const notifyRefundMade = customerNotice('notify-refund-made', () => 'refund-made')
/** `credit_note.numbered` → the document. */
export const notifyCreditNote = customerNotice('notify-credit-note', () => 'credit-note')

const Before = z.object({ state: z.string() })

/** `refund.failed` → to the customer, when they were told before that the money goes back. */
export const notifyRefundReturned = reaction('notify-refund-returned', async (app, event) => {
  if (Before.parse(event.before).state !== 'succeeded' || event.customerId === null) return undefined
  const customer = await app.db
    .selectFrom('customers')
    .select(['email', 'locale'])
    .where('id', '=', event.customerId)
    .executeTakeFirstOrThrow()
  const { customerId, subjectId } = event
  return { template: 'refund-returned', recipient: customer.email, locale: customer.locale, customerId, subjectId }
})

/** `refund.failed` → to colleagues who may do something about it. */
export const notifyStaffRefundFailed = staffNotice(
  'notify-staff-refund-failed',
  'staff-refund-failed',
  'payment.refund',
)
/** `refund.unexplained` → the same, of money that went back beyond what was owed. */
export const notifyStaffRefundUnexplained = staffNotice(
  'notify-staff-refund-unexplained',
  'staff-refund-unexplained',
  'payment.refund',
)
/** `refund.needs_person` → the same. */
export const notifyStaffRefundUnknown = staffNotice(
  'notify-staff-refund-unknown',
  'staff-refund-unknown',
  'payment.refund',
)
/** `dispute.open`, `dispute.warning` → the same. */
export const notifyStaffDispute = staffNotice('notify-staff-dispute', 'staff-dispute', 'payment.refund')

/** `proof_run.red` → the same, when it found what no proof before it had. */
export const notifyStaffProof = staffNotice(
  'notify-staff-proof',
  'staff-proof',
  'payment.refund',
  async (app, subjectId) => {
    const { newFindings } = await app.db
      .selectFrom('proofRuns')
      .select('newFindings')
      .where('id', '=', subjectId)
      .executeTakeFirstOrThrow()
    return newFindings > 0
  },
)

/** `invoice.tax_outdated` → to colleagues who set the taxes. */
export const notifyStaffTaxOutdated = staffNotice('notify-staff-tax-outdated', 'staff-tax-outdated', 'tax.manage')

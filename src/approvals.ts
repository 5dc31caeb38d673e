import { BegunImpersonation, begin } from '#modules/accounts/begin-impersonation.ts'
import { LiftedApprovals, liftApprovals } from '#modules/accounts/change-approvals.ts'
import { changeApprovedRole, ChangeStaffRoleInput } from '#modules/accounts/change-staff-role.ts'
import type { ApprovedActs } from '#modules/accounts/decide-approval.ts'
import { correctApproved, CorrectInvoiceInput } from '#modules/billing/correct-invoice.ts'
import { refundApproved, RefundPaymentInput } from '#modules/billing/refund-payment.ts'
import { TerminateServiceInput, terminateApproved } from '#modules/provisioning/terminate-service.ts'

/** Approved act → what is done, and what both who asks and who agrees must be allowed. */
export const approvedActs: ApprovedActs = {
  'service.terminate': {
    permission: 'service.terminate',
    run: (tx, input, asker, { id }) => terminateApproved(tx, TerminateServiceInput.parse(input), told(asker, id)),
  },
  'staff.role_changed': {
    permission: 'staff.manage',
    run: (tx, input, asker, { id }) =>
      changeApprovedRole(tx, ChangeStaffRoleInput.parse(input), asker, told(asker, id)),
  },
  'customer.impersonate': {
    permission: 'customer.impersonate',
    run: async (tx, input, asker, { id }) => {
      await begin(tx, BegunImpersonation.parse(input), told(asker, id))
    },
  },
  'payment.refund': {
    permission: 'payment.refund',
    run: (tx, input, asker, { id }) => refundApproved(tx, RefundPaymentInput.parse(input), told(asker, id)),
  },
  'invoice.correct': {
    permission: 'payment.refund',
    run: (tx, input, asker, { id }) => correctApproved(tx, CorrectInvoiceInput.parse(input), told(asker, id)),
  },
  'approvals.lifted': {
    permission: 'staff.manage',
    run: (tx, input, asker, { id }) => liftApprovals(tx, LiftedApprovals.parse(input).lifted, told(asker, id)),
  },
}

/** The event of an approved act names who wanted it beside who agreed. */
const told = ({ userId }: { userId: string }, approvalId: string) => ({ approvalId, askedBy: userId })

import { notifyUserRegistered } from '#modules/notifications/notify-user-registered.ts'
import { notifyUserRegistrationRepeated } from '#modules/notifications/notify-user-registration-repeated.ts'
import { notifyUserVerificationRequested } from '#modules/notifications/notify-user-verification-requested.ts'
import { notifyUserPasswordResetRequested } from '#modules/notifications/notify-user-password-reset-requested.ts'
import { notifyUserEmailChanged, notifyUserEmailChangeRequested } from '#modules/notifications/notify-user-email.ts'
import { notifyUserPasswordChanged } from '#modules/notifications/notify-user-password-changed.ts'
import {
  notifyUserSecondFactorDisabled,
  notifyUserSecondFactorEnabled,
} from '#modules/notifications/notify-user-second-factor.ts'
import { notifyApiTokenCreated } from '#modules/notifications/notify-api-token-created.ts'
import { notifyUserSignedIn } from '#modules/notifications/notify-user-signed-in.ts'
import {
  notifyUserIdentityConnected,
  notifyUserIdentityDisconnected,
} from '#modules/notifications/notify-user-identity.ts'
import { notifyCustomerClosed, notifyDataExportReady } from '#modules/notifications/notify-personal-data.ts'
import { blotEvents } from '#modules/support/blot-events.ts'
import { notifyInvitationPending } from '#modules/notifications/notify-invitation-pending.ts'
import {
  notifyUserPasskeyAdded,
  notifyUserPasskeyFactorDisabled,
  notifyUserPasskeyFactorEnabled,
  notifyUserPasskeyRemoved,
} from '#modules/notifications/notify-user-passkeys.ts'
import {
  notifyInvoiceByHand,
  notifyPaymentFailed,
  notifyRemindersDue,
  notifyRenewalsOpen,
  notifySuspensionWarnings,
  notifyTerminationWarnings,
} from '#modules/notifications/notify-unpaid-invoice.ts'
import {
  notifyCreditNote,
  notifyRefundMade,
  notifyRefundReturned,
  notifyStaffDispute,
  notifyStaffProof,
  notifyStaffTaxOutdated,
  notifyStaffRefundFailed,
  notifyStaffRefundUnexplained,
  notifyStaffRefundUnknown,
} from '#modules/notifications/notify-money-back.ts'
import { notifyOrderPending, notifyTransferChosen } from '#modules/notifications/notify-order-pending.ts'
import { notifyAgain } from '#modules/notifications/resend-notification.ts'
import { notifyInvoiceNumbered, notifyReceiptDue } from '#modules/notifications/notify-invoice-numbered.ts'
import { notifyServiceActive } from '#modules/notifications/notify-service-active.ts'
import {
  notifyServiceFailed,
  notifyStaffBackupFailed,
  notifyStaffChangeFailed,
} from '#modules/notifications/notify-service-failed.ts'
import { notifyServiceSuspended } from '#modules/notifications/notify-service-suspended.ts'
import {
  notifyCancellationRequested,
  notifyCancellationUndone,
  notifyCardExpiring,
  notifyChangeApplied,
  notifyMovedOver,
  notifyPriceChange,
  notifyPriceChangeCancelled,
  notifySubscriptionCancelled,
  notifyTrialEnding,
} from '#modules/notifications/notify-subscription.ts'
import { notifyServiceTerminated } from '#modules/notifications/notify-service-terminated.ts'
import {
  notifyStaffEnded,
  notifyStaffInvited,
  notifyStaffRoleChanged,
  notifyStaffSecondFactorReset,
} from '#modules/notifications/notify-staff.ts'
import { retaxRenewals } from '#modules/billing/retax-renewals.ts'
import { noteVatNumber } from '#modules/billing/note-vat-number.ts'
import { useCreditLater } from '#modules/billing/use-credit.ts'
import { fulfilOrder } from '#modules/orders/fulfil-order.ts'
import { carryOutWish } from '#modules/billing/adoption/follow-subscription.ts'
import { repairMoney } from '#modules/billing/repair-finding.ts'
import { repairEntitlements } from '#modules/entitlements/repair-entitlements.ts'
import { releaseStock } from '#modules/orders/release-stock.ts'
import { importHeldRefunds } from '#modules/billing/import-refunds.ts'
import { resumeUndisputed } from '#modules/provisioning/resume-undisputed.ts'
import { suspendDisputed } from '#modules/provisioning/suspend-disputed.ts'
import { suspendRefunded } from '#modules/provisioning/suspend-refunded.ts'
import { terminateRefunded } from '#modules/provisioning/terminate-refunded.ts'
import { resumePaid } from '#modules/provisioning/resume-paid.ts'
import { suspendUnpaid } from '#modules/provisioning/suspend-unpaid.ts'
import { terminateUnpaid } from '#modules/provisioning/terminate-unpaid.ts'
import { changeService } from '#modules/provisioning/change-service.ts'
import { terminateCancelled } from '#modules/provisioning/terminate-cancelled.ts'
import { endSubscription } from '#modules/provisioning/end-subscription.ts'
import type { Job } from '#platform/queue.ts'
import type { Reactions } from '#platform/transaction.ts'

/** What a reaction is told: which event, and what it was about. */
export type Reaction = Job<{ eventId: string; subjectId: string }>

/** Event → jobs: everything that happens by itself after something happened. */
export const reactionTable: Record<string, readonly Reaction[]> = {
  'adoption.wished': [carryOutWish],
  'adoption.moved': [notifyMovedOver],
  'customer.updated': [noteVatNumber, retaxRenewals],
  'customer.tax_changed': [retaxRenewals],
  'customer.vat_confirmed': [retaxRenewals],
  'customer.vat_refused': [retaxRenewals],
  'customer.vat_unchecked': [retaxRenewals],
  'tax_rule.added': [retaxRenewals],
  'tax_rule.ended': [retaxRenewals],
  'invoice.tax_outdated': [notifyStaffTaxOutdated],
  'invoice.paid': [fulfilOrder],
  'invoice.receipt_due': [notifyReceiptDue],
  'invoice.written_by_hand': [notifyInvoiceByHand],
  'invoice.transfer_chosen': [notifyTransferChosen],
  'payment.failed': [notifyPaymentFailed, useCreditLater],
  'payment.surplus': [useCreditLater],
  'credit.granted': [useCreditLater],
  'invoice.suspension_due': [suspendUnpaid],
  'invoice.termination_due': [terminateUnpaid],
  'subscription.caught_up': [resumePaid],
  'refund.suspension_due': [suspendRefunded],
  'refund.termination_due': [terminateRefunded],
  'refund.succeeded': [notifyRefundMade],
  'refund.failed': [importHeldRefunds, notifyRefundReturned, notifyStaffRefundFailed],
  'refund.unexplained': [notifyStaffRefundUnexplained],
  'refund.needs_person': [notifyStaffRefundUnknown],
  'credit_note.numbered': [notifyCreditNote],
  'dispute.open': [notifyStaffDispute],
  'dispute.warning': [notifyStaffDispute],
  'dispute.suspension_due': [suspendDisputed],
  'dispute.won': [resumeUndisputed],
  'dispute.warning_closed': [resumeUndisputed],
  'proof_finding.repairing': [repairMoney, repairEntitlements],
  'proof_run.red': [notifyStaffProof],
  'subscription.changed': [changeService],
  'change.applied': [notifyChangeApplied],
  'subscription.cancellation_requested': [notifyCancellationRequested],
  'subscription.cancellation_undone': [notifyCancellationUndone],
  'subscription.trial_ending': [notifyTrialEnding],
  'subscription.cancelled': [terminateCancelled, notifySubscriptionCancelled],
  'user.registered': [notifyUserRegistered],
  'user.registration_repeated': [notifyUserRegistrationRepeated],
  'user.verification_requested': [notifyUserVerificationRequested],
  'user.password_reset_requested': [notifyUserPasswordResetRequested],
  'user.email_change_requested': [notifyUserEmailChangeRequested],
  'user.email_changed': [notifyUserEmailChanged],
  'user.password_changed': [notifyUserPasswordChanged],
  'user.second_factor_enabled': [notifyUserSecondFactorEnabled],
  'user.second_factor_disabled': [notifyUserSecondFactorDisabled],
  'invitation.pending': [notifyInvitationPending],
  'user.passkey_added': [notifyUserPasskeyAdded],
  'user.passkey_removed': [notifyUserPasskeyRemoved],
  'user.passkey_factor_enabled': [notifyUserPasskeyFactorEnabled],
  'user.passkey_factor_disabled': [notifyUserPasskeyFactorDisabled],
  'user.signed_in': [notifyUserSignedIn],
  'api_token.created': [notifyApiTokenCreated],
  'user.identity_connected': [notifyUserIdentityConnected],
  'user.identity_disconnected': [notifyUserIdentityDisconnected],
  'data_export.ready': [notifyDataExportReady],
  'customer.closed': [notifyCustomerClosed],
  'customer.erased': [blotEvents],
  'user.erased': [blotEvents],
  'staff.invited': [notifyStaffInvited],
  'staff.role_changed': [notifyStaffRoleChanged],
  'staff.ended': [notifyStaffEnded],
  'staff.second_factor_reset': [notifyStaffSecondFactorReset],
  'notification.resent': [notifyAgain],
  'order.pending': [notifyOrderPending],
  'invoice.numbered': [notifyInvoiceNumbered],
  'service.active': [notifyServiceActive],
  'service.failed': [notifyServiceFailed],
  'service.change_failed': [notifyStaffChangeFailed],
  'service.backup_failed': [notifyStaffBackupFailed],
  'service.suspended': [notifyServiceSuspended],
  'service.terminated': [endSubscription, releaseStock, notifyServiceTerminated],
}

/** What a reaction to many is told. */
type ReactionToMany = Job<{ events: { eventId: string; subjectId: string }[] }>

/** The same, for what a night does to thousands: one job for all that one transaction told, in parts of this size. */
export const manyReactionTable: Record<string, ReactionToMany> = {
  'invoice.renewal_open': notifyRenewalsOpen,
  'payment_method.expiring': notifyCardExpiring,
  'repricing.customer_spared': notifyPriceChangeCancelled,
  'repricing.customer_told': notifyPriceChange,
  'invoice.reminder_due': notifyRemindersDue,
  'invoice.suspension_warning_due': notifySuspensionWarnings,
  'invoice.termination_warning_due': notifyTerminationWarnings,
}
const PART = 500

export const reactions: Reactions = (events) => [
  ...events.flatMap(({ eventId, name, subjectId }) =>
    (reactionTable[name] ?? []).map((job) => ({ job: job as never, payload: { eventId, subjectId } })),
  ),
  ...Object.entries(manyReactionTable).flatMap(([name, job]) => {
    const told = events.filter((event) => event.name === name)
    return Array.from({ length: Math.ceil(told.length / PART) }, (_, part) => ({
      job: job as never,
      payload: {
        events: told.slice(part * PART, (part + 1) * PART).map(({ eventId, subjectId }) => ({ eventId, subjectId })),
      },
    }))
  }),
]

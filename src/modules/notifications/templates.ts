import { alreadyRegistered } from './templates/already-registered.ts'
import { changeEmail } from './templates/change-email.ts'
import { emailChanged } from './templates/email-changed.ts'
import { invitation } from './templates/invitation.ts'
import { apiTokenCreated } from './templates/api-token-created.ts'
import { creditNote } from './templates/credit-note.ts'
import { refundMade, refundReturned } from './templates/refund-made.ts'
import { staffDispute, staffRefundFailed, staffRefundUnexplained, staffRefundUnknown } from './templates/staff-money.ts'
import { staffProof } from './templates/staff-proof.ts'
import { invoiceReceipt } from './templates/invoice-receipt.ts'
import { identityConnected, identityDisconnected } from './templates/identity-changed.ts'
import { accountClosed, dataExportReady } from './templates/personal-data.ts'
import { newSignIn } from './templates/new-sign-in.ts'
import { orderReceived } from './templates/order-received.ts'
import {
  passkeyAdded,
  passkeyFactorDisabled,
  passkeyFactorEnabled,
  passkeyRemoved,
} from './templates/passkey-changed.ts'
import {
  invoiceReminder,
  manualInvoice,
  renewalInvoice,
  suspensionWarning,
  terminationWarning,
} from './templates/unpaid-invoice.ts'
import { movedOver } from './templates/moved-over.ts'
import { priceChange, priceChangeCancelled } from './templates/price-changes.ts'
import { paymentFailed } from './templates/payment-failed.ts'
import { passwordChanged } from './templates/password-changed.ts'
import { resetPassword } from './templates/reset-password.ts'
import { secondFactorDisabled, secondFactorEnabled } from './templates/second-factor-changed.ts'
import { serviceFailed } from './templates/service-failed.ts'
import { serviceReady } from './templates/service-ready.ts'
import { serviceResumed } from './templates/service-resumed.ts'
import { serviceSuspended } from './templates/service-suspended.ts'
import { serviceTerminated } from './templates/service-terminated.ts'
import {
  cancellationConfirmed,
  cancellationUndone,
  changeConfirmed,
  subscriptionEnded,
} from './templates/subscription-changes.ts'
import { staffEnded, staffRoleChanged, staffSecondFactorReset } from './templates/staff-changes.ts'
import { staffInvitation } from './templates/staff-invitation.ts'
import { staffBackupFailed } from './templates/staff-backup-failed.ts'
import { staffTaxOutdated } from './templates/staff-tax-outdated.ts'
import { staffChangeFailed } from './templates/staff-change-failed.ts'
import type { Template } from './templates/template.ts'
import { cardExpiring } from './templates/card-expiring.ts'
import { trialEnds } from './templates/trial-ends.ts'
import { transferDetails } from './templates/transfer-details.ts'
import { verifyEmail } from './templates/verify-email.ts'

/** Every mail we write. The name is stored with the notification, so renaming one is a migration. */
export const templates = {
  'verify-email': verifyEmail,
  'already-registered': alreadyRegistered,
  'reset-password': resetPassword,
  'password-changed': passwordChanged,
  'change-email': changeEmail,
  'email-changed': emailChanged,
  'second-factor-enabled': secondFactorEnabled,
  'second-factor-disabled': secondFactorDisabled,
  invitation,
  'passkey-added': passkeyAdded,
  'passkey-removed': passkeyRemoved,
  'passkey-factor-enabled': passkeyFactorEnabled,
  'passkey-factor-disabled': passkeyFactorDisabled,
  'new-sign-in': newSignIn,
  'data-export-ready': dataExportReady,
  'account-closed': accountClosed,
  'identity-connected': identityConnected,
  'identity-disconnected': identityDisconnected,
  'api-token-created': apiTokenCreated,
  'order-received': orderReceived,
  'transfer-details': transferDetails,
  'invoice-receipt': invoiceReceipt,
  'renewal-invoice': renewalInvoice,
  'manual-invoice': manualInvoice,
  'invoice-reminder': invoiceReminder,
  'suspension-warning': suspensionWarning,
  'termination-warning': terminationWarning,
  'payment-failed': paymentFailed,
  'refund-made': refundMade,
  'refund-returned': refundReturned,
  'credit-note': creditNote,
  'service-ready': serviceReady,
  'service-failed': serviceFailed,
  'service-suspended': serviceSuspended,
  'service-resumed': serviceResumed,
  'service-terminated': serviceTerminated,
  'staff-dispute': staffDispute,
  'staff-refund-failed': staffRefundFailed,
  'staff-refund-unexplained': staffRefundUnexplained,
  'staff-refund-unknown': staffRefundUnknown,
  'staff-change-failed': staffChangeFailed,
  'staff-tax-outdated': staffTaxOutdated,
  'staff-backup-failed': staffBackupFailed,
  'staff-proof': staffProof,
  'change-confirmed': changeConfirmed,
  'price-change': priceChange,
  'price-change-cancelled': priceChangeCancelled,
  'cancellation-confirmed': cancellationConfirmed,
  'cancellation-undone': cancellationUndone,
  'trial-ends': trialEnds,
  'card-expiring': cardExpiring,
  'subscription-ended': subscriptionEnded,
  'moved-over': movedOver,
  'staff-invitation': staffInvitation,
  'staff-role-changed': staffRoleChanged,
  'staff-ended': staffEnded,
  'staff-second-factor-reset': staffSecondFactorReset,
} satisfies Record<string, Template>

export type TemplateName = keyof typeof templates
export const TEMPLATE_NAMES = Object.keys(templates) as TemplateName[]

import { forgetIdempotencyKeys } from '#api/forget-idempotency-keys.ts'
import { expireApprovals } from '#modules/accounts/decide-approval.ts'
import { endImpersonations } from '#modules/accounts/end-impersonation.ts'
import { forgetSignIns } from '#modules/accounts/forget-sign-ins.ts'
import { eraseCustomer } from '#modules/support/erase-customer.ts'
import { eraseCustomers } from '#modules/support/erase-customers.ts'
import { exportPersonalData } from '#modules/support/export-personal-data.ts'
import { sealLog } from '#modules/accounts/seal-log.ts'
import { rotateSigningKeys } from '#modules/accounts/rotate-signing-keys.ts'
import { announceCardExpiry } from '#modules/billing/announce-card-expiry.ts'
import { announceTrialEnds } from '#modules/billing/announce-trial-ends.ts'
import { publishPlanned } from '#modules/catalog/publish-version.ts'
import { spareRepriced, tellRepriced } from '#modules/billing/announce-repricing.ts'
import { followSubscription, followSubscriptions } from '#modules/billing/adoption/follow-subscription.ts'
import { applyRepricings } from '#modules/billing/apply-repricings.ts'
import { catchUpGatewayEvents } from '#modules/billing/catch-up-gateway-events.ts'
import { checkPayment, checkPendingPayments } from '#modules/billing/check-pending-payments.ts'
import { forgetAtGateway } from '#modules/billing/change-payment-method.ts'
import { chargePayment } from '#modules/billing/charge-payment.ts'
import { endCancelled, endSubscriptions } from '#modules/billing/end-subscriptions.ts'
import { applyScheduledChange, expireChange, wakeChanges } from '#modules/billing/expire-changes.ts'
import { mirrorGateway } from '#modules/billing/mirror-gateway.ts'
import { mirrorObject } from '#modules/billing/mirror-event.ts'
import { runForecast } from '#modules/billing/forecasts/run-forecast.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { expireTopUp, expireTopUps } from '#modules/billing/expire-top-ups.ts'
import { applyCreditLater } from '#modules/billing/apply-credit.ts'
import { rescheduleRenewals } from '#modules/billing/settings/reschedule-renewals.ts'
import { retaxLeftRenewals } from '#modules/billing/retax-renewals.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { checkVatNumber, checkVatNumbers } from '#modules/billing/check-vat-number.ts'
import { checkRefund, checkRefunds } from '#modules/billing/check-refunds.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { sendRefund } from '#modules/billing/send-refund.ts'
import { proveNightly, runProof } from '#modules/billing/run-proof.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { processGatewayEvent } from '#modules/billing/process-gateway-event.ts'
import { deliverTestMail } from '#modules/notifications/send-test-mail.ts'
import { sendEmail } from '#modules/notifications/send-email.ts'
import { expireOrder, expireOrders } from '#modules/orders/cancel-order.ts'
import { deleteBackups } from '#modules/provisioning/delete-backups.ts'
import { reconcileServices } from '#modules/provisioning/reconcile-services.ts'
import { wakeProcedures } from '#modules/provisioning/wake-procedures.ts'
import { manyReactionTable, reactionTable } from '#app/reactions.ts'
import { runProcedure } from '#platform/procedure.ts'
import type { Job } from '#platform/queue.ts'

/** Every job of this release; a worker finds the one a queued message names here. */
export const jobs: readonly Job<never>[] = [
  announceCardExpiry,
  announceTrialEnds,
  publishPlanned,
  tellRepriced,
  spareRepriced,
  applyRepricings,
  followSubscription,
  followSubscriptions,
  catchUpGatewayEvents,
  checkPayment,
  checkPendingPayments,
  checkVatNumber,
  checkVatNumbers,
  endImpersonations,
  expireApprovals,
  expireOrder,
  expireOrders,
  forgetIdempotencyKeys,
  forgetSignIns,
  rotateSigningKeys,
  sealLog,
  exportPersonalData,
  eraseCustomers,
  eraseCustomer,
  numberInvoices,
  rescheduleRenewals,
  deliverTestMail,
  numberCreditNotes,
  sendRefund,
  checkRefund,
  checkRefunds,
  applyCreditLater,
  expireTopUp,
  expireTopUps,
  chargePayment,
  forgetAtGateway,
  mirrorGateway,
  mirrorObject,
  runDunning,
  runForecast,
  proveNightly,
  runProof,
  endCancelled,
  endSubscriptions,
  applyScheduledChange,
  expireChange,
  wakeChanges,
  renewSubscriptions,
  retaxLeftRenewals,
  processGatewayEvent,
  reconcileServices,
  deleteBackups,
  runProcedure,
  sendEmail,
  wakeProcedures,
  ...new Set(Object.values(reactionTable).flat()),
  ...Object.values(manyReactionTable),
] as unknown as readonly Job<never>[]

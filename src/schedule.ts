import { forgetIdempotencyKeys } from '#api/forget-idempotency-keys.ts'
import { expireApprovals } from '#modules/accounts/decide-approval.ts'
import { endImpersonations } from '#modules/accounts/end-impersonation.ts'
import { forgetSignIns } from '#modules/accounts/forget-sign-ins.ts'
import { rotateSigningKeys } from '#modules/accounts/rotate-signing-keys.ts'
import { sealLog } from '#modules/accounts/seal-log.ts'
import { publishPlanned } from '#modules/catalog/publish-version.ts'
import { followSubscriptions } from '#modules/billing/adoption/follow-subscription.ts'
import { applyRepricings } from '#modules/billing/apply-repricings.ts'
import { announceCardExpiry } from '#modules/billing/announce-card-expiry.ts'
import { announceTrialEnds } from '#modules/billing/announce-trial-ends.ts'
import { catchUpGatewayEvents } from '#modules/billing/catch-up-gateway-events.ts'
import { checkPendingPayments } from '#modules/billing/check-pending-payments.ts'
import { endSubscriptions } from '#modules/billing/end-subscriptions.ts'
import { expireTopUps } from '#modules/billing/expire-top-ups.ts'
import { wakeChanges } from '#modules/billing/expire-changes.ts'
import { mirrorGateway } from '#modules/billing/mirror-gateway.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { retaxLeftRenewals } from '#modules/billing/retax-renewals.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { checkVatNumbers } from '#modules/billing/check-vat-number.ts'
import { checkRefunds } from '#modules/billing/check-refunds.ts'
import { numberCreditNotes } from '#modules/billing/number-credit-notes.ts'
import { proveNightly } from '#modules/billing/run-proof.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { expireOrders } from '#modules/orders/cancel-order.ts'
import { deleteBackups } from '#modules/provisioning/delete-backups.ts'
import { reconcileServices } from '#modules/provisioning/reconcile-services.ts'
import { wakeProcedures } from '#modules/provisioning/wake-procedures.ts'
import { eraseCustomers } from '#modules/support/erase-customers.ts'
import type { Scheduled } from '#platform/queue.ts'

/** Clock → jobs. Minutes are UTC; what is due is decided by business time, inside the job. */
export const schedule: readonly Scheduled[] = [
  { cron: '* * * * *', job: publishPlanned },
  { cron: '* * * * *', job: expireOrders },
  { cron: '* * * * *', job: expireTopUps },
  { cron: '* * * * *', job: checkPendingPayments },
  { cron: '* * * * *', job: wakeChanges },
  { cron: '* * * * *', job: endSubscriptions },
  { cron: '* * * * *', job: renewSubscriptions },
  { cron: '* * * * *', job: applyRepricings },
  { cron: '* * * * *', job: runDunning },
  { cron: '* * * * *', job: announceTrialEnds },
  { cron: '* * * * *', job: numberInvoices },
  { cron: '* * * * *', job: checkVatNumbers },
  { cron: '* * * * *', job: numberCreditNotes },
  { cron: '* * * * *', job: checkRefunds },
  { cron: '* * * * *', job: wakeProcedures },
  { cron: '* * * * *', job: reconcileServices },
  { cron: '* * * * *', job: deleteBackups },
  { cron: '* * * * *', job: endImpersonations },
  { cron: '* * * * *', job: expireApprovals },
  { cron: '* * * * *', job: sealLog },
  { cron: '* * * * *', job: mirrorGateway },
  { cron: '*/5 * * * *', job: catchUpGatewayEvents, atStart: true },
  { cron: '*/5 * * * *', job: announceCardExpiry, atStart: true },
  { cron: '*/5 * * * *', job: followSubscriptions, atStart: true },
  { cron: '*/5 * * * *', job: proveNightly, atStart: true },
  { cron: '11 */6 * * *', job: retaxLeftRenewals },
  { cron: '17 * * * *', job: forgetIdempotencyKeys },
  { cron: '21 * * * *', job: eraseCustomers },
  { cron: '18 * * * *', job: forgetSignIns },
  { cron: '19 * * * *', job: rotateSigningKeys },
]

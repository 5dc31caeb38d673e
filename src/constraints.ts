import { taxRuleExists } from '#modules/billing/add-tax-rule.ts'
import { subscriptionAdopted } from '#modules/billing/adoption/adopt-subscription.ts'
import { forecastRunning } from '#modules/billing/forecasts/request-forecast.ts'
import { transferRecorded } from '#modules/billing/record-transfer.ts'
import { actionRunning } from '#modules/provisioning/service.ts'
import { Problem } from '#platform/problem.ts'

/**
 * Violated constraint → problem: what a person is told when two of them did the same at once and the database let one
 * through. Commands look before they write; these are for the moment in between.
 */
const table: Record<string, () => Problem> = {
  users_one_per_email: () => new Problem('conflict', 'email_taken', 'A user with this email address already exists.'),
  orders_customer_id_idempotency_key_key: () =>
    new Problem('conflict', 'idempotency_key_in_use', 'This order is being placed right now. Ask again in a moment.', {
      retryAfterSeconds: 1,
    }),
  payments_one_pending: () =>
    new Problem('conflict', 'payment_pending', 'A payment of this invoice is already under way.'),
  payments_one_per_reference: () => transferRecorded(),
  forecasts_one_at_a_time: () => forecastRunning(),
  subscriptions_one_per_gateway_subscription: () => subscriptionAdopted(),
  tax_rules_one_start: () => taxRuleExists(),
  coupons_code_key_key: () =>
    new Problem('conflict', 'coupon_code_taken', 'There is a coupon with this code already.', {
      issues: [{ path: 'code', message: 'There is a coupon with this code already.' }],
    }),
  catalog_versions_one_open: () =>
    new Problem('conflict', 'catalog_version_draft', 'There is a draft of this product already.'),
  plan_stock_not_oversold: () =>
    new Problem('conflict', 'sold_out', 'This has just been sold out. Please choose another plan or region.'),
  trials_one_per_product: () =>
    new Problem('conflict', 'quote_stale', 'The price has changed. Please look at the new total and order again.'),
  procedures_one_live: () => actionRunning('another action'),
  carts_one_per_customer: () =>
    new Problem(
      'conflict',
      'cart_changed',
      'Your cart was changed elsewhere at the same time. Please look at it again.',
    ),
}

/** The refusal behind a violated constraint; undefined when the error is none, or a breach nobody should be able to cause. */
export function problemOfConstraint(error: unknown): Problem | undefined {
  if (!(error instanceof Error) || !('constraint' in error) || typeof error.constraint !== 'string') return undefined
  return new Map(Object.entries(table)).get(error.constraint)?.()
}

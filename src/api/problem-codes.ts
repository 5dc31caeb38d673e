/** Every refusal the API may answer with, and its HTTP status. Commands name kinds; here they are looked up by code. */
export const PROBLEM_CODES = {
  // Any operation.
  malformed_json: 400,
  body_unreadable: 400,
  sign_in_required: 401,
  token_invalid: 401,
  confirmation_needed: 401,
  permission_denied: 403,
  session_required: 403,
  foreign_origin: 403,
  address_not_allowed: 403,
  not_found: 404,
  method_not_allowed: 405,
  idempotency_key_in_use: 409,
  body_too_large: 413,
  media_type_unsupported: 415,
  input_invalid: 422,
  idempotency_key_reused: 422,
  too_many_attempts: 429,
  internal: 500,
  unavailable: 503,

  // Accounts.
  sign_in_failed: 401,
  sign_in_over: 401,
  second_factor_required: 401,
  second_factor_wrong: 401,
  session_not_found: 404,
  user_not_found: 404,
  customer_not_found: 404,
  api_token_not_found: 404,
  member_not_found: 404,
  invitation_not_found: 404,
  service_grant_not_found: 404,
  role_beyond_own: 403,
  invitation_for_another: 403,
  already_member: 409,
  last_owner: 409,
  email_unchanged: 409,
  email_taken: 409,
  second_factor_missing: 409,
  invitation_accepted: 409,
  invitation_declined: 409,
  invitation_revoked: 409,
  invitation_over: 422,
  scope_beyond_role: 403,
  too_many_api_tokens: 409,
  customer_closed: 409,
  passkey_not_found: 404,
  identity_not_found: 404,
  last_way_in: 409,
  refresh_token_invalid: 422,
  password_too_simple: 422,
  password_wrong: 422,
  link_invalid: 422,
  busy: 503,

  // Catalogue, quotes and orders.
  product_not_found: 404,
  order_not_found: 404,
  quote_stale: 409,
  sold_out: 409,
  plan_limit_reached: 409,
  trial_needs_method: 409,
  order_active: 409,
  order_cancelled: 409,
  billing_details_missing: 422,
  coupon_unknown: 409,
  coupon_ended: 409,
  coupon_used_up: 409,
  coupon_already_used: 409,
  coupon_not_for_you: 409,
  coupon_first_order_only: 409,
  coupon_not_for_this: 409,
  too_many_coupons: 422,
  configuration_invalid: 422,
  seller_not_set_up: 503,

  // Invoices and payments.
  webhook_refused: 400,
  invoice_not_found: 404,
  payment_not_found: 404,
  credit_note_not_found: 404,
  invoice_invalid: 422,
  invoice_total_changed: 409,
  invoice_draft: 409,
  invoice_paid: 409,
  invoice_void: 409,
  invoice_not_electronic: 409,
  payment_pending: 409,
  topup_amount_invalid: 422,
  transfer_not_offered: 409,
  invoices_apart: 422,
  payment_method_not_found: 404,
  payment_method_needed: 409,
  payment_refused: 409,
  payment_gateway_unavailable: 503,

  // Subscriptions.
  subscription_paid_once: 409,
  subscription_in_trial: 409,
  subscription_not_found: 404,
  change_not_found: 404,
  subscription_cancelled: 409,
  subscription_past_due: 409,
  subscription_ending: 409,
  subscription_changing: 409,
  cancellation_missing: 409,
  change_quoted: 409,
  change_applied: 409,
  change_withdrawn: 409,
  disk_cannot_shrink: 409,
  change_empty: 422,

  // Services.
  service_not_found: 404,
  service_pending: 409,
  service_provisioning: 409,
  service_suspended: 409,
  service_terminated: 409,
  service_failed: 409,
  action_running: 409,

  // Events.
  too_many_streams: 429,
} as const satisfies Record<string, number>

export type ProblemCode = keyof typeof PROBLEM_CODES

/** The title of a kind of problem: its code in words. */
export function titleOf(code: string): string {
  const words = code
    .replaceAll('_', ' ')
    .replace(/\bapi\b/, 'API')
    .replace(/\bjson\b/, 'JSON')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Agreements that run and that we bill, and the documents that still ask for something. What was ordered and not paid is left out. */
const AGREEMENTS = `select id from subscriptions where state <> 'cancelled' and billed_by = 'us'`
const DOCUMENTS = `select id from invoices where purpose <> 'order' and (state = 'open' or (state = 'paid' and number is null))`
const CUSTOMERS = `select customer_id from subscriptions where state <> 'cancelled' and billed_by = 'us'
  union select customer_id from invoices where state = 'open' and purpose <> 'order'`
const SERVICES = `select id from services where state <> 'terminated' and subscription_id in (${AGREEMENTS})`
/** Charges under way, and what became of the last one of each saved way to pay. */
const PAYMENTS = `
  select p.id from payments p join payment_allocations a on a.payment_id = p.id
  where p.state = 'pending' and p.channel = 'saved_method' and a.invoice_id in (${DOCUMENTS})
  union select l.id from payment_methods m cross join lateral (select id from payments p
    where p.customer_id = m.customer_id and p.payment_method_id = m.id and p.state <> 'pending' order by id desc limit 1) l
  where m.forgotten_at is null and m.customer_id in (${CUSTOMERS})`

export type CopiedTable = {
  name: string
  /** Which rows; all when it is missing. */
  where?: string
  /** What stands in the copy instead of what is written there: whatever says who somebody is, or opens anything. */
  instead?: Record<string, string>
}

/**
 * What billing needs to go on, and nothing of users, sign-ins, tokens, mails or what was said: table by table, as SQL over the
 * table's own columns. Names and addresses of people stay behind.
 */
export const COPIED_TABLES: readonly CopiedTable[] = [
  { name: 'legal_entities' },
  { name: 'dunning_steps' },
  { name: 'renewal_leads' },
  { name: 'invoice_series' },
  { name: 'tax_rules' },
  { name: 'products' },
  { name: 'plans' },
  { name: 'plan_features' },
  { name: 'plan_options' },
  { name: 'prices' },
  { name: 'option_prices' },
  { name: 'currencies' },
  { name: 'regions' },
  { name: 'nodes' },
  { name: 'images' },
  { name: 'address_pools' },
  { name: 'coupons' },
  { name: 'coupon_amounts' },
  {
    name: 'customers',
    where: `id in (${CUSTOMERS})`,
    instead: {
      name: 'id',
      email: `id || '@forecast.invalid'`,
      company: 'null',
      address_line1: 'null',
      address_line2: 'null',
    },
  },
  {
    name: 'tax_profiles',
    where: `customer_id in (${CUSTOMERS})`,
    instead: { check_due_at: 'null', override_reason: `case when override_reason is not null then '-' end` },
  },
  { name: 'subscriptions', where: `id in (${AGREEMENTS})`, instead: { cancel_note: 'null' } },
  { name: 'repricings' },
  { name: 'repricing_items', where: `subscription_id in (${AGREEMENTS})` },
  { name: 'subscription_items', where: `subscription_id in (${AGREEMENTS})` },
  { name: 'subscription_discounts', where: `subscription_id in (${AGREEMENTS})` },
  { name: 'change_quotes', where: `state in ('awaiting_payment', 'scheduled') and subscription_id in (${AGREEMENTS})` },
  { name: 'entitlements', where: `subscription_id in (${AGREEMENTS})` },
  { name: 'services', where: `id in (${SERVICES})`, instead: { ssh_key: 'null', failure: 'null' } },
  {
    name: 'service_suspensions',
    where: `lifted_at is null and service_id in (${SERVICES})`,
    instead: { note: 'null' },
  },
  { name: 'vm_ids', where: `service_id in (${SERVICES})` },
  { name: 'addresses', where: `service_id in (${SERVICES})` },
  {
    name: 'invoices',
    where: `id in (${DOCUMENTS})`,
    instead: { buyer: `buyer || '{"name":"","company":null,"address":"","email":""}'` },
  },
  { name: 'invoice_lines', where: `invoice_id in (${DOCUMENTS})` },
  { name: 'invoice_taxes', where: `invoice_id in (${DOCUMENTS})` },
  { name: 'dunning_runs', where: `invoice_id in (${DOCUMENTS})` },
  {
    name: 'payment_methods',
    where: `forgotten_at is null and customer_id in (${CUSTOMERS})`,
    // The gateway of a forecast knows them by our own names.
    instead: { gateway_method_id: 'id', last_four: `'0000'` },
  },
  {
    name: 'gateway_customers',
    where: `customer_id in (${CUSTOMERS})`,
    instead: { gateway_customer_id: 'customer_id' },
  },
  {
    name: 'payments',
    where: `id in (${PAYMENTS})`,
    instead: {
      session_id: 'null',
      session_url: 'null',
      gateway_payment_id: 'null',
      reference: 'null',
      // Charges under way are asked for anew, however long that takes.
      expires_at: `expires_at + interval '10 years'`,
    },
  },
  { name: 'payment_allocations', where: `payment_id in (${PAYMENTS})` },
  { name: 'credit_grants', where: `remaining_minor > 0`, instead: { note: 'null' } },
]

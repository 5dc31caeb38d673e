import { sql } from 'kysely'
import type { breaches } from './breaches.ts'

/** Breaches of the promises about money, seeded around a sale that was paid and delivered. */
export function moneyBreaches(
  breach: ReturnType<typeof breaches>['breach'],
  of: { customerId: string; invoiceId: string; paymentId: string; serviceId: string },
): void {
  breach(
    'books that do not sum to nothing',
    { invariant: 'I2', alsoBroken: ['I1'], subject: 'EUR' },
    sql`alter table ledger_entries disable trigger user`,
    sql`update ledger_entries set amount_minor = amount_minor - 1 where account = 'tax'`,
  )
  breach(
    'a receivable that no document explains',
    { invariant: 'I2', subject: of.customerId },
    sql`insert into ledger_transactions select 'ltx_odd', 'write_off', 'odd', customer_id, created_at from ledger_transactions limit 1`,
    sql`insert into ledger_entries values ('ltx_odd', 'receivable', 'EUR', 5), ('ltx_odd', 'bad_debt', 'EUR', -5)`,
  )
  breach(
    'money at the gateway that the books do not have',
    { invariant: 'I3', subject: of.paymentId },
    sql`update stripe.charges set data = jsonb_set(data, '{amount_captured}', to_jsonb(amount_captured + 100))`,
  )
  breach(
    'credit that was given and is not in the ledger',
    { invariant: 'I5', subject: of.customerId },
    sql`insert into credit_grants (id, customer_id, currency, amount_minor, remaining_minor, source, reference, created_at)
    values ('crg_odd', ${of.customerId}, 'EUR', 500, 500, 'staff', 'odd', now())`,
  )
  breach(
    'a payment that counts a refund nobody made',
    { invariant: 'I9', subject: of.paymentId },
    sql`update payments set refunded_minor = 1 where id = ${of.paymentId}`,
  )
  breach(
    'a refund that corrects less than it sends back',
    { invariant: 'I9', subject: 'ref_odd' },
    sql`insert into refunds (id, payment_id, customer_id, state, amount_minor, currency, reason, imported, destination, service, credit_minor,
      goodwill_minor, created_at, updated_at)
    values ('ref_odd', ${of.paymentId}, ${of.customerId}, 'failed', 5, 'EUR', 'odd', false, 'gateway', 'keep', 1, 0, now(), now())`,
  )
  breach(
    'an invoice that counts a correction nobody made',
    { invariant: 'I9', subject: of.invoiceId },
    sql`update invoices set credited_minor = 1 where id = ${of.invoiceId}`,
  )
  breach(
    'contested money that the books know nothing of',
    { invariant: 'I2', subject: of.customerId },
    sql`insert into disputes (id, payment_id, customer_id, gateway_dispute_id, state, amount_minor, withdrawn_minor, currency, reason, postings,
      created_at, updated_at)
    values ('dsp_odd', ${of.paymentId}, ${of.customerId}, 'du_odd', 'open', 5, 5, 'EUR', 'odd', 0, now(), now())`,
  )
  breach(
    'a credit note without the one before it, and with other words than were numbered',
    { invariant: 'I6', alsoBroken: ['I2', 'I9'], subject: 'crn_odd' },
    sql`insert into credit_notes (id, customer_id, legal_entity_id, invoice_id, series, sequence, number, issued_at, content_hash, currency,
      subtotal_minor, tax_minor, total_minor, reason, seller, buyer, locale, created_at)
    select 'crn_odd', customer_id, legal_entity_id, id, 'EZ-CN-1999', 2, 'EZ-CN-1999-000002', now(), 'odd', currency, 1, 0, 1, 'odd', seller, buyer,
      locale, now() from invoices where id = ${of.invoiceId}`,
  )
  breach(
    'steps that suspend without the warning of the day before',
    { invariant: 'I39' },
    sql`delete from dunning_steps where action = 'warn'`,
  )
  breach(
    'a country that is shown prices in a currency nobody sells in',
    { invariant: 'I39', subject: 'CH' },
    sql`insert into currencies values ('CHF', false, now())`,
    sql`insert into country_currencies values ('CH', 'CHF')`,
  )
  breach(
    'a numbered document that was cancelled without a credit note',
    { invariant: 'I39', subject: of.invoiceId },
    sql`update invoices set state = 'void' where id = ${of.invoiceId}`,
  )
  breach(
    'an invoice by hand that gives no reason and is for an agreement',
    { invariant: 'I41', subject: of.invoiceId },
    sql`update invoices set purpose = 'manual' where id = ${of.invoiceId}`,
  )
  breach(
    'an invoice by hand for which something was suspended',
    { invariant: 'I41', alsoBroken: ['I6', 'I7'], subject: of.invoiceId },
    sql`update invoices set purpose = 'manual' where id = ${of.invoiceId}`,
    sql`alter table invoice_lines disable trigger user`,
    sql`update invoice_lines set kind = 'manual', subscription_id = null, period_start = null, period_end = null, reasons = '{"byHand": {"reason": "odd"}}' where invoice_id = ${of.invoiceId}`,
    sql`insert into dunning_runs (invoice_id, day, action, outcome, ran_at) values (${of.invoiceId}, 5, 'suspend', 'suspended', now())`,
  )
  breach(
    'a line and a tax of a document that is not there',
    { invariant: 'I4', subject: 'inv_gone' },
    sql`alter table invoice_lines disable trigger user`,
    sql`alter table invoice_taxes disable trigger user`,
    sql`insert into invoice_lines select (jsonb_populate_record(l, '{"id": "inl_gone", "invoice_id": "inv_gone", "subscription_id": null, "period_start": null}')).*
      from invoice_lines l where invoice_id = ${of.invoiceId} limit 1`,
    sql`insert into invoice_taxes select (jsonb_populate_record(t, '{"invoice_id": "inv_gone"}')).* from invoice_taxes t where invoice_id = ${of.invoiceId} limit 1`,
  )
  breach(
    'a document of a seller that is not there',
    { invariant: 'I4', subject: of.invoiceId },
    sql`alter table invoices disable trigger user`,
    sql`update invoices set legal_entity_id = 'ent_gone' where id = ${of.invoiceId}`,
  )
  breach(
    'a payment that gave documents more than it brought',
    { invariant: 'I10', subject: of.paymentId },
    sql`update payments set amount_minor = amount_minor - 1 where id = ${of.paymentId}`,
  )
  breach(
    'an attempt that is over and still holds its document',
    { invariant: 'I10', subject: of.paymentId },
    sql`update payment_allocations set pending = true where payment_id = ${of.paymentId}`,
  )
  const topUp = sql`insert into invoices (id, customer_id, legal_entity_id, state, purpose, currency, subtotal_minor, tax_minor, total_minor, paid_minor,
      credited_minor, seller, buyer, locale, due_at, due_on, paid_at, created_at, updated_at)
    select 'inv_odd', customer_id, legal_entity_id, 'paid', 'topup', 'EUR', 0, 0, 0, 0, 0, seller, buyer, locale, due_at, due_on, now(), now(), now()
    from invoices where id = ${of.invoiceId}`
  breach(
    'credit that was bought and corrected by a credit note besides',
    { invariant: 'I44', alsoBroken: ['I2', 'I9'], subject: 'inv_odd' },
    topUp,
    sql`insert into credit_notes (id, customer_id, legal_entity_id, invoice_id, currency, subtotal_minor, tax_minor, total_minor, reason, seller, buyer,
      locale, created_at)
    select 'crn_odd', customer_id, legal_entity_id, id, 'EUR', 1, 0, 1, 'odd', seller, buyer, locale, now() from invoices where id = 'inv_odd'`,
  )
  breach(
    'credit that was given and not paid for',
    { invariant: 'I44', alsoBroken: ['I5'], subject: 'inv_odd' },
    topUp,
    sql`insert into credit_grants (id, customer_id, currency, amount_minor, remaining_minor, source, reference, created_at)
    values ('crg_odd', ${of.customerId}, 'EUR', 500, 500, 'topup', 'inv_odd', now())`,
  )
  breach(
    'somebody suspended whose credit is enough to pay',
    { invariant: 'I45', alsoBroken: ['I4', 'I48', 'I5'], subject: 'inv_odd' },
    topUp,
    sql`update invoices set purpose = 'renewal', state = 'open', paid_at = null, subtotal_minor = 5, total_minor = 5 where id = 'inv_odd'`,
    sql`insert into dunning_runs (invoice_id, day, action, outcome, ran_at) values ('inv_odd', 5, 'suspend', 'suspended', now())`,
    sql`insert into credit_grants (id, customer_id, currency, amount_minor, remaining_minor, source, reference, created_at)
    values ('crg_odd', ${of.customerId}, 'EUR', 5, 5, 'staff', 'odd', now())`,
  )
  breach(
    'an entitlement that was taken from somebody who pays',
    { invariant: 'I14' },
    sql`update entitlements set state = 'revoked' where code = 'vps'`,
  )
  breach(
    'a server that was terminated for a document that was paid',
    { invariant: 'I15', subject: of.serviceId, alsoBroken: [] },
    sql`insert into events (id, name, subject_id, actor_kind, actor_id, after, created_at)
    values ('evt_odd', 'service.termination_requested', ${of.serviceId}, 'system', 'provisioning', ${JSON.stringify({ invoiceId: of.invoiceId })}::jsonb, now())`,
  )
  const proof = sql`insert into proof_runs (id, state, checks, checks_done, tries, compared, findings, new_findings, currencies, finished_at, created_at, updated_at)
    values ('prf_odd', 'red', 1, 1, 0, true, 1, 1, '[]', now(), now(), now())`
  breach('a proof that counts differences it does not name', { invariant: 'I38', subject: 'prf_odd' }, proof)
  breach(
    'a difference that outlived the proof that no longer saw it',
    { invariant: 'I38', subject: 'pfn_odd' },
    proof,
    sql`update proof_runs set findings = 0, new_findings = 0, state = 'green'`,
    sql`insert into proof_findings (id, state, kind, invariant, subject_id, message, facts, last_run_id, seen_at, created_at, updated_at)
    values ('pfn_odd', 'open', 'invoice_paid', 'I4', 'odd', 'odd', '{}', 'prf_older', now() - interval '1 day', now(), now())`,
  )
  breach(
    'a proof that nobody goes on with',
    { invariant: 'I38', subject: 'prf_odd' },
    proof,
    sql`update proof_runs set state = 'running', finished_at = null, updated_at = now() - interval '3 hours'`,
  )
  const coupon = sql`insert into coupons (id, code, code_key, name, kind, state, percent_basis_points, product_ids, plan_ids, intervals,
      first_order_only, max_uses, uses, priority, created_at, updated_at)
    values ('cpn_odd', 'Odd', 'odd', 'Odd', 'percent', 'active', 1000, '{}', '{}', '{}', false, 5, 1, 0, now(), now())`
  breach('a coupon that counts a use nobody made', { invariant: 'I8', subject: 'cpn_odd' }, coupon)
  breach(
    'a coupon that was taken for a trial and takes nothing off afterwards',
    { invariant: 'I42', alsoBroken: ['I7'] },
    sql`alter table invoice_lines disable trigger user`,
    coupon,
    sql`update coupons set uses = 0`,
    sql`update invoice_lines set reasons = '{"trial": {"days": 7, "discounts": [{"coupon": "cpn_odd", "name": "Odd", "off": "90"}]}}'
      where invoice_id = ${of.invoiceId} and kind = 'plan'`,
  )
  breach(
    'a coupon used more often than its limit',
    { invariant: 'I8', subject: 'cpn_odd' },
    coupon,
    sql`alter table coupons drop constraint coupons_uses_within_limit`,
    sql`update coupons set uses = 6`,
  )
  breach(
    'a coupon that an order paid with holds as if it were unpaid',
    { invariant: 'I8', subject: 'cpn_odd' },
    coupon,
    sql`insert into coupon_redemptions select 'cpr_odd', 'cpn_odd', customer_id, id, 'reserved', 'EUR', 90, now(), now()
      from orders where invoice_id = ${of.invoiceId}`,
    sql`insert into coupon_customers values ('cpn_odd', ${of.customerId}, 1)`,
  )
}

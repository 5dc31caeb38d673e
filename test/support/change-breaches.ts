import { sql } from 'kysely'
import type { breaches } from './breaches.ts'
import { adoptionBreaches } from './adoption-breaches.ts'
import { catalogBreaches } from './catalog-breaches.ts'

/** Breaches of the promises about changes and ends, seeded around a sale that was paid and delivered. */
export function changeBreaches(
  breach: ReturnType<typeof breaches>['breach'],
  of: { serviceId: string; subscriptionId: string; paidId: string; openId: string },
): void {
  catalogBreaches(breach, of)
  adoptionBreaches(breach, of)
  const change = (state: string, columns: string, values: string) => sql`
    insert into change_quotes (id, customer_id, subscription_id, state, wanted, plan_id, interval_unit, interval_count, items, description,
      amount_minor, currency, starts_on, new_period, detail, tax_basis_points, treatment, due_minor, credit_minor, credit_tax_minor, next_minor, next_on,
      basis, digest, expires_at, used_at, created_at, updated_at${sql.raw(columns)})
    select 'chq_odd', s.customer_id, s.id, ${sql.lit(state)}, '{}', s.plan_id, s.interval_unit, s.interval_count, '[]', 'odd', 900, 'EUR',
      current_date - 9, false, '{}', 1900, '{}', 500, 0, 0, 900, s.current_period_end, 'odd', 'odd', now(), now(), now(), now()${sql.raw(values)}
    from subscriptions s join services v on v.subscription_id = s.id where v.id = ${of.serviceId}`
  breach(
    'a change that cost something and was applied without a document',
    { invariant: 'I32', subject: 'chq_odd' },
    change('applied', ', applied_at', ', now()'),
  )
  breach(
    'a change that was charged at another amount than quoted',
    { invariant: 'I32', subject: 'chq_odd' },
    change('applied', ', applied_at, invoice_id', `, now(), '${of.paidId}'`),
  )
  breach(
    'a change whose credit is not what was quoted',
    { invariant: 'I32', subject: 'chq_odd' },
    sql`${change('applied', ', applied_at', ', now()')}`,
    sql`update change_quotes set due_minor = 0, credit_minor = 500 where id = 'chq_odd'`,
  )
  breach(
    'a change that waits for a document which is paid',
    { invariant: 'I32', subject: 'chq_odd' },
    change('awaiting_payment', ', lapses_at, invoice_id', `, now(), '${of.paidId}'`),
  )
  breach(
    'credit for a change that nobody accepted',
    { invariant: 'I32', subject: 'crg_odd', alsoBroken: ['I5'] },
    sql`insert into credit_grants (id, customer_id, currency, amount_minor, remaining_minor, source, reference, created_at)
      select 'crg_odd', customer_id, 'EUR', 500, 500, 'change', 'chq_nobody', now() from services where id = ${of.serviceId}`,
  )
  breach('a change whose day passed without it', { invariant: 'I31', subject: 'chq_odd' }, change('scheduled', '', ''))
  breach(
    'a subscription whose last day passed without its end',
    { invariant: 'I31' },
    sql`update subscriptions set cancel_on = current_date - 9, next_billing_on = null`,
  )
  breach(
    'a subscription that ends and is to be billed again',
    { invariant: 'I31' },
    sql`update subscriptions set cancel_on = current_date + 9, next_billing_on = current_date + 5`,
  )
  breach(
    'an order that is closed before the transfer it waits for is due',
    { invariant: 'I37' },
    sql`update invoices set due_at = due_at + interval '13 days' where id = ${of.openId}`,
  )
  breach(
    'a transfer to a seller without an account',
    { invariant: 'I37', subject: of.openId },
    sql`update invoices set transfer_chosen_at = now() where id = ${of.openId}`,
    sql`update legal_entities set bank_iban = null, bank_holder = null`,
  )
}

import { type RawBuilder, sql } from 'kysely'
import type { breaches } from './breaches.ts'

/** Breaches of the promise that an adopted subscription is billed by one of the two, seeded on the agreement of a server. */
export function adoptionBreaches(breach: ReturnType<typeof breaches>['breach'], of: { subscriptionId: string }): void {
  const seen = { invariant: 'I40', subject: of.subscriptionId } as const
  const adopted = (
    billedBy: 'us' | 'gateway',
    more: RawBuilder<unknown> = sql`false, null, null`,
  ): RawBuilder<unknown>[] => [
    sql`update subscriptions set gateway_subscription_id = 'sub_there', billed_by = ${billedBy}::subscription_biller, next_billing_on = null
      where id = ${of.subscriptionId}`,
    sql`insert into adoptions (subscription_id, customer_id, gateway, gateway_customer_id, status, period_end, amount_minor, wish_version,
        looked_at, created_at, updated_at, renews, wish, wished_at)
      select id, customer_id, 'stripe', 'cus_there', 'active', now(), 900, 1, now(), now(), now(), ${more} from subscriptions
      where id = ${of.subscriptionId}`,
  ]
  const invoice = (id: string, more: RawBuilder<unknown>): RawBuilder<unknown> =>
    sql`insert into stripe.invoices (id, data, synced_at) values (${id}, jsonb_build_object('id', ${id}::text, 'status', 'paid', 'currency', 'eur',
      'amount_paid', 900, 'parent', '{"subscription_details": {"subscription": "sub_there"}}'::jsonb), ${more})`

  breach('a document of ours for what the gateway bills', seen, ...adopted('gateway'))
  breach(
    'two agreements for one subscription of the gateway',
    { invariant: 'I40' },
    sql`drop index subscriptions_one_per_gateway_subscription`,
    ...adopted('us'),
    sql`insert into subscriptions (id, customer_id, plan_id, legal_entity_id, state, description, currency, amount_minor, interval_unit, interval_count, anchor,
        periods, current_period_start, current_period_end, billed_until, billed_by, gateway_subscription_id, periods_elsewhere, created_at, updated_at)
      select 'sub_second', customer_id, plan_id, legal_entity_id, 'active', description, currency, amount_minor, interval_unit, interval_count, anchor,
        1, current_period_start, current_period_end, current_period_end, 'us', gateway_subscription_id, 1, created_at, updated_at
      from subscriptions where id = ${of.subscriptionId}`,
  )
  breach('what was moved over and renews at the gateway', seen, ...adopted('us', sql`true, null, null`))
  breach(
    'a period that is ours and was billed by the gateway',
    seen,
    ...adopted('us'),
    sql`update adoptions set moved_at = now(), moved_from = current_date`,
    sql`insert into gateway_invoices (id, subscription_id, customer_id, status, currency, total_minor, paid_minor, period_start, period_end, created_at, updated_at)
      select 'in_there', id, customer_id, 'open', 'EUR', 900, 0, current_date, current_date + 30, now(), now() from subscriptions where id = ${of.subscriptionId}`,
  )
  breach(
    'a wish that the gateway does not answer',
    seen,
    ...adopted('us', sql`false, 'end'::adoption_wish, now() - interval '2 days'`),
  )
  breach(
    'money the gateway was paid for an adopted subscription that nobody here knows',
    seen,
    ...adopted('us'),
    invoice('in_missed', sql`now() - interval '2 hours'`),
  )
}

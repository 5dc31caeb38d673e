import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, type Row } from './findings.ts'

/**
 * I42: a code that was taken for a trial takes off the paid periods it was given for: those it has taken off and those that are
 * left are as many as its coupon says, and nothing is taken off for good that was for a number of them.
 */
export async function checkTrialCoupons(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    with given as (
      select distinct l.subscription_id, off->>'coupon' as coupon_id from invoice_lines l cross join jsonb_array_elements(l.reasons->'trial'->'discounts') off
      where l.reasons->'trial'->'discounts' is not null and l.subscription_id is not null and off->>'off' <> '0')
    select g.subscription_id as subject_id, 'the code ' || c.code || ' is for ' || coalesce(c.cycles::text, 'all') || ' payments, took off ' || used.count
      || ' and has ' || coalesce(d.cycles_left::text, case when d.id is null then 'none' else 'all' end) || ' left' as detail,
      'coupon_cycles' as kind, ${facts({ related: sql`c.id` })} as facts
    from given g join coupons c on c.id = g.coupon_id
      left join subscription_discounts d on d.subscription_id = g.subscription_id and d.coupon_id = g.coupon_id
      cross join lateral (select count(*) from invoice_lines l where l.subscription_id = g.subscription_id and l.kind = 'plan' and not l.released
        and l.reasons->'discounts' @> jsonb_build_array(jsonb_build_object('coupon', g.coupon_id))) used
    where d.id is null or (d.cycles_left is null) <> (c.cycles is null) or d.cycles_left > c.cycles
      or d.cycles_left + used.count <> c.cycles and not exists (
        -- A change that begins a new period uses the period up, and gives back what was billed for the one before.
        select from change_quotes n where n.subscription_id = g.subscription_id and n.state = 'applied' and n.new_period)`.execute(
    app.db,
  )
  return findings('I42', rows, ({ subjectId, detail }) => `Subscription ${subjectId}: ${detail}.`)
}

/** I8: uses of a coupon stay within its limits and are its redemptions that were not given back; unpaid orders hold the rest. */
export async function checkCoupons(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select c.id as subject_id, 'it counts ' || c.uses || ' uses of ' || coalesce(c.max_uses::text, 'any number') || ', its redemptions are ' || coalesce(r.uses, 0) as detail,
      'coupon_uses' as kind, ${facts({})} as facts
    from coupons c left join (
      select coupon_id, count(*)::int as uses from coupon_redemptions where state <> 'released' group by coupon_id) r on r.coupon_id = c.id
    where c.uses <> coalesce(r.uses, 0) or c.uses > c.max_uses
    union all
    select coalesce(u.coupon_id, r.coupon_id), 'it counts ' || coalesce(u.uses, 0) || ' uses by ' || coalesce(u.customer_id, r.customer_id)
      || ', their redemptions are ' || coalesce(r.uses, 0), 'coupon_uses', ${facts({ customer: sql`coalesce(u.customer_id, r.customer_id)` })}
    from coupon_customers u full join (
      select coupon_id, customer_id, count(*)::int as uses from coupon_redemptions where state <> 'released' group by coupon_id, customer_id) r
      on r.coupon_id = u.coupon_id and r.customer_id = u.customer_id
    where coalesce(u.uses, 0) <> coalesce(r.uses, 0)
    union all
    select r.coupon_id, 'it is ' || r.state || ' for the order ' || o.id || ', which is ' || o.state, 'coupon_held', ${facts({ related: sql`o.id` })}
    from coupon_redemptions r join orders o on o.id = r.order_id
    where r.state::text <> case o.state when 'pending' then 'reserved' when 'active' then 'committed' else 'released' end`.execute(
    app.db,
  )
  return findings('I8', rows, ({ subjectId, detail }) => `Coupon ${subjectId}: ${detail}.`)
}

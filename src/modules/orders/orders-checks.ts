import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'

type Row = { subjectId: string; detail: string }

/** I33: of a plan no more is held than there is of it, each counter is what is held, nothing is held for what is over, and a change has its place while it waits. */
async function checkStock(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    with held as (
      select s.id, count(h.order_item_id)::int as count from plan_stock s
        left join stock_holdings h on h.plan_id = s.plan_id and h.released_at is null and (s.region_id is null or s.region_id = h.region_id)
      group by s.id)
    select s.id as subject_id, 'there are ' || s.quantity || ', ' || h.count || ' are held and ' || s.taken || ' counted' as detail
    from plan_stock s join held h on h.id = s.id where h.count <> s.taken or h.count > s.quantity
    union all
    select h.order_item_id, 'it is held for the order ' || o.id || ', which is cancelled'
    from stock_holdings h join order_items i on i.id = h.order_item_id join orders o on o.id = i.order_id
    where h.released_at is null and o.state = 'cancelled'
    union all
    select h.order_item_id, 'it is free for others, and the service ' || v.id || ' is ' || v.state
    from stock_holdings h join order_items i on i.id = h.order_item_id join services v on v.subscription_id = i.subscription_id
    where h.released_at is not null and h.change_id is null and v.state <> 'terminated'
    union all
    select h.order_item_id, 'it holds the plan ' || h.plan_id || ', and its agreement is for ' || s.plan_id
    from stock_holdings h join order_items i on i.id = h.order_item_id join subscriptions s on s.id = i.subscription_id
    where h.change_id is null and h.released_at is null and h.plan_id <> s.plan_id
    union all
    select h.order_item_id, 'it is reserved for the change ' || c.id || ', which is ' || c.state
    from stock_holdings h join change_quotes c on c.id = h.change_id
    where (h.released_at is null) <> (c.state in ('awaiting_payment', 'scheduled'))
    union all
    select h.order_item_id, 'it is held for the service ' || v.id || ', which was terminated at ' || v.terminated_at
    from stock_holdings h join order_items i on i.id = h.order_item_id join services v on v.subscription_id = i.subscription_id
    where h.released_at is null and v.state = 'terminated' and v.terminated_at < ${app.clock.now()}::timestamptz - interval '1 day'`.execute(
    app.db,
  )
  return rows.map(({ subjectId, detail }) => ({
    invariant: 'I33',
    subjectId,
    message: `Stock, ${subjectId}: ${detail}.`,
  }))
}

/** I34: nothing is charged for the days of a trial, a setup is charged by no renewal, and each product is tried once. */
async function checkTrials(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select s.id as subject_id, 'its trial ends on ' || s.trial_ends_on || ', and the document ' || l.invoice_id || ' charges from ' || l.period_start as detail
    from subscriptions s join invoice_lines l on l.subscription_id = s.id
    where s.trial_ends_on is not null and not l.released and l.kind <> 'setup' and l.amount_minor > 0 and l.period_start < s.trial_ends_on
    union all
    select l.id, 'a setup is charged by the renewal ' || l.invoice_id from invoice_lines l
    where l.kind = 'setup' and l.cause in ('renewal', 'resumed')
    union all
    select s.id, 'it consists of a setup, which would be charged again' from subscription_items i join subscriptions s on s.id = i.subscription_id
    where i.kind = 'setup'
    union all
    select i.id, 'it tries out what no trial is noted for' from order_items i join orders o on o.id = i.order_id join plans p on p.id = i.plan_id
    where i.trial_days is not null and o.state <> 'cancelled'
      and not exists (select from trials t where t.order_id = o.id and t.product_id = p.product_id and t.customer_id = o.customer_id)`.execute(
    app.db,
  )
  return rows.map(({ subjectId, detail }) => ({ invariant: 'I34', subjectId, message: `${subjectId}: ${detail}.` }))
}

export const ordersChecks = [checkStock, checkTrials]

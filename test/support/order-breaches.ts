import { sql } from 'kysely'
import type { breaches } from './breaches.ts'

/** Breaches of the promises about stock, trials and suspensions, seeded around a sale that was paid and delivered and an order that waits. */
export function orderBreaches(
  breach: ReturnType<typeof breaches>['breach'],
  of: { serviceId: string; waitingOrderId: string },
): void {
  const unguarded = sql`alter table plan_stock disable trigger user`
  const stock = (quantity: number) => sql`
    insert into plan_stock (id, plan_id, region_id, quantity) select 'stk_odd', plan_id, null, ${sql.lit(quantity)} from services where id = ${of.serviceId}`
  breach(
    'more of a plan sold than there is',
    { invariant: 'I33', subject: 'stk_odd' },
    sql`alter table plan_stock drop constraint plan_stock_not_oversold`,
    stock(1),
  )
  breach('a counter of stock that is not what is held', { invariant: 'I33', subject: 'stk_odd' }, unguarded, stock(9))
  breach(
    'a place that is free for others while its server runs',
    { invariant: 'I33' },
    sql`update stock_holdings set released_at = now() where order_item_id in (
      select i.id from order_items i join services v on v.subscription_id = i.subscription_id where v.id = ${of.serviceId})`,
  )
  breach(
    'a place that a cancelled order still holds',
    { invariant: 'I33' },
    sql`update orders set state = 'cancelled' where id = ${of.waitingOrderId}`,
  )
  breach(
    'a trial whose days are charged',
    { invariant: 'I34' },
    sql`update subscriptions set trial_ends_on = current_period_end where id in (select subscription_id from services where id = ${of.serviceId})`,
  )
  breach(
    'a setup that every renewal would charge again',
    { invariant: 'I34' },
    sql`update subscription_items set kind = 'setup' where subscription_id in (select subscription_id from services where id = ${of.serviceId})`,
  )
  breach(
    'something tried out that no trial is noted for',
    { invariant: 'I34' },
    sql`update order_items set trial_days = 7 where order_id = ${of.waitingOrderId}`,
  )
  breach(
    'a server that runs though it has a reason to be suspended',
    { invariant: 'I43', subject: of.serviceId },
    sql`insert into service_suspensions (id, service_id, reason, created_at)
      values ('sus_odd', ${of.serviceId}, 'abuse', now() - interval '2 hours')`,
  )
}

import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'

/** Days before a card's last one from which its customer is told, and from which they are told again. */
export const DAYS_SOON = 30
export const LAST_DAYS = 7

/** The last day on which a row of `payment_methods` under this name can be charged: to the end of the month printed on it. */
export const validUntil = (method: string): RawBuilder<Temporal.PlainDate> =>
  sql`(make_date(${sql.ref(`${method}.expiry_year`)}, ${sql.ref(`${method}.expiry_month`)}, 1) + interval '1 month - 1 day')::date`

/**
 * A subquery with one row when something of its customer's renews with the card of a row of `payment_methods`, and none otherwise; `today`
 * is the day in the zone of the seller. What the gateway bills by itself it also tells of itself.
 */
export const renewsWithCard = (method: string, now: Temporal.Instant): RawBuilder<unknown> =>
  sql`(select (${now}::timestamptz at time zone e.time_zone)::date as today
    from subscriptions s join legal_entities e on e.id = s.legal_entity_id join customers c on c.id = s.customer_id
    where s.customer_id = ${sql.ref(`${method}.customer_id`)} and s.state <> 'cancelled' and s.cancel_on is null and s.billed_by = 'us'
      and s.next_billing_on is not null and c.auto_pay and c.closed_at is null
    order by s.id limit 1)`

/** The months in which a card may expire that is due to be told of, whatever the zone. */
export const monthsInReach = (
  now: Temporal.Instant,
): { first: Temporal.PlainYearMonth; last: Temporal.PlainYearMonth } => {
  const today = now.toZonedDateTimeISO('UTC').toPlainDate()
  return {
    first: today.subtract({ days: 1 }).toPlainYearMonth(),
    last: today.add({ days: DAYS_SOON + 1 }).toPlainYearMonth(),
  }
}

/** A card that is charged and expires within a month, or has: then `daysLeft` is negative. */
export type ExpiringCard = {
  id: string
  brand: string
  lastFour: string
  expiresOn: Temporal.PlainDate
  daysLeft: number
}

/** The customer's card that is charged, while something renews with it and it expires within 30 days or has; else undefined. */
export async function findExpiringCard(app: App, actor: Actor): Promise<ExpiringCard | undefined> {
  requireRight(actor, 'invoice.read')
  const { rows } = await sql<ExpiringCard>`
    select m.id, m.brand, m.last_four, u.expires_on, (u.expires_on - r.today)::int as days_left
    from payment_methods m cross join lateral (select ${validUntil('m')} as expires_on) u
      cross join lateral ${renewsWithCard('m', app.clock.now())} r
    where m.customer_id = ${actingCustomerId(actor)} and m.is_default and m.forgotten_at is null and m.expiry_month is not null
      and u.expires_on - r.today <= ${DAYS_SOON}::int`.execute(app.db)
  return rows[0]
}

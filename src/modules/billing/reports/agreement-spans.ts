import { type RawBuilder, sql } from 'kysely'
import type { IntervalUnit } from '#platform/schema.ts'
import { monthlyAmount } from './monthly-amount.ts'
import type { ReportReading } from './read-report.ts'

/**
 * Every agreement with what it costs and from when until when, as a table in parentheses: customer_id, plan_id, currency,
 * amount_minor, interval_unit, interval_count, included_basis_points, began_at, ended_at. An agreement whose payment is late
 * goes on. When one ended is what the event log says.
 */
export const agreementSpans = ({ seller }: ReportReading): RawBuilder<unknown> => sql`(
  select s.customer_id, s.plan_id, s.currency, s.amount_minor, s.interval_unit, s.interval_count, s.created_at as began_at,
    ${seller.pricesIncludeTax ? includedTax : sql`0`} as included_basis_points,
    case when s.state = 'cancelled' then coalesce(
      (select min(e.created_at) from events e where e.subject_id = s.id and e.name = 'subscription.cancelled'), s.updated_at) end as ended_at
  from subscriptions s)`

/** The rate that was charged last for an agreement; a document numbered before its agreement began tells no period. */
const includedTax = sql`coalesce(
  (select l.tax_basis_points from invoice_lines l where l.subscription_id = s.id and l.kind = 'plan' and l.period_start is not null
    order by l.period_start desc limit 1),
  (select max(l.tax_basis_points) from invoice_lines l where l.subscription_id = s.id and l.kind = 'plan'), 0)`

type Price = { amountMinor: bigint; intervalUnit: IntervalUnit; intervalCount: number; includedBasisPoints: number }

/**
 * The same with monthly_minor. There are far fewer prices than agreements, so each is brought to a month here, where money
 * is rounded, and joined again.
 */
export async function monthlySpans(reading: ReportReading, currency: string | undefined): Promise<RawBuilder<unknown>> {
  const spans = agreementSpans(reading)
  const only = currency === undefined ? sql`` : sql`where a.currency = ${currency}`
  const { rows } = await sql<Price>`
    select distinct a.amount_minor, a.interval_unit, a.interval_count, a.included_basis_points from ${spans} a ${only}`.execute(
    reading.db,
  )
  const prices = rows.map((price) => ({
    amount_minor: String(price.amountMinor),
    interval_unit: price.intervalUnit,
    interval_count: price.intervalCount,
    included_basis_points: price.includedBasisPoints,
    monthly_minor: String(monthlyAmount(price)),
  }))
  return sql`(
    select a.customer_id, a.plan_id, a.currency, a.began_at, a.ended_at, p.monthly_minor
    from ${spans} a join jsonb_to_recordset(${JSON.stringify(prices)}::jsonb) as p (amount_minor bigint, interval_unit interval_unit,
      interval_count int, included_basis_points int, monthly_minor bigint)
      using (amount_minor, interval_unit, interval_count, included_basis_points) ${only})`
}

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { roundHalfUp } from '#platform/money.ts'
import { monthlySpans } from './agreement-spans.ts'
import { readReport, type ReportReading } from './read-report.ts'
import { instantsOf, type ReportRange, stepsOf } from './report-range.ts'

/**
 * How recurring revenue moved in a month of the seller's time zone. Minor units without tax; losses are positive. What was
 * there at the start, plus what is new, came back or grew, less what shrank or left, is what is there at the end.
 */
export type RecurringMonth = {
  currency: string
  month: Temporal.PlainDate
  startMinor: bigint
  newMinor: bigint
  backMinor: bigint
  grownMinor: bigint
  shrunkMinor: bigint
  lostMinor: bigint
  endMinor: bigint
  customersAtStart: number
  customersNew: number
  customersBack: number
  customersLost: number
  customersAtEnd: number
  /** Customers who left, of those who were there at the start, in basis points; undefined where nobody was. */
  customerChurn: number | undefined
  /** What left and what shrank, of what was there at the start, in basis points. */
  revenueChurn: number | undefined
}

type Moves = Pick<RecurringMonth, 'currency' | 'month' | 'newMinor' | 'backMinor' | 'grownMinor' | 'shrunkMinor'> &
  Pick<RecurringMonth, 'lostMinor' | 'customersNew' | 'customersBack' | 'customersLost'>

/**
 * Staff: recurring revenue at the end of each month of a range, the running month as it stands now, and how it came there.
 * A customer is new in the first month at whose end they have any, and lost when they have none at the end of a later one.
 * Currencies without figures are left out. Throws as readReport.
 */
export const readRecurringRevenue = (
  app: App,
  actor: Actor,
  { range, currency }: { range: ReportRange; currency?: string | undefined },
): Promise<RecurringMonth[]> =>
  readReport(app, actor, async (reading) => {
    const { today } = reading
    const until = Temporal.PlainDate.compare(range.until, today) > 0 ? today : range.until
    const moves = await readMoves(reading, until, currency)
    const months = stepsOf({ from: range.from, until }, 'month')
    return [...new Set(moves.map((move) => move.currency))].flatMap((each) =>
      follow(
        each,
        moves.filter((move) => move.currency === each),
        months,
      ),
    )
  })

/** Adds up the moves of one currency from the very beginning and gives the months asked for. */
function follow(currency: string, moves: readonly Moves[], months: readonly Temporal.PlainDate[]): RecurringMonth[] {
  const [first] = months
  if (!first) return []
  let minor = 0n
  let customers = 0
  const add = (move: Moves): void => {
    minor += gain(move)
    customers += move.customersNew + move.customersBack - move.customersLost
  }
  for (const move of moves) if (Temporal.PlainDate.compare(move.month, first) < 0) add(move)
  const told = months.map((month) => {
    const move = moves.find((each) => each.month.equals(month)) ?? { ...STILL, currency, month }
    const [startMinor, customersAtStart] = [minor, customers]
    add(move)
    return {
      ...move,
      startMinor,
      endMinor: minor,
      customersAtStart,
      customersAtEnd: customers,
      customerChurn: share(BigInt(move.customersLost), BigInt(customersAtStart)),
      revenueChurn: share(move.lostMinor + move.shrunkMinor, startMinor),
    }
  })
  return told.some((month) => month.startMinor !== 0n || month.endMinor !== 0n) ? told : []
}

const STILL: Omit<Moves, 'currency' | 'month'> = {
  newMinor: 0n,
  backMinor: 0n,
  grownMinor: 0n,
  shrunkMinor: 0n,
  lostMinor: 0n,
  customersNew: 0,
  customersBack: 0,
  customersLost: 0,
}

const gain = (move: Moves): bigint =>
  move.newMinor + move.backMinor + move.grownMinor - move.shrunkMinor - move.lostMinor

const share = (part: bigint, whole: bigint): number | undefined =>
  whole > 0n ? Number(roundHalfUp(part * 10_000n, whole)) : undefined

async function readMoves(reading: ReportReading, until: Temporal.PlainDate, currency: string | undefined) {
  const { db, seller, now } = reading
  const { end } = instantsOf({ from: until, until }, seller.timeZone)
  const before = Temporal.Instant.compare(end, now) > 0 ? now.add({ milliseconds: 1 }) : end
  const spans = await monthlySpans(reading, currency)
  const { rows } = await sql<Moves>`
    with spans as materialized (select * from ${spans} s),
    changes as (
      select customer_id, currency, began_at as at, monthly_minor as delta from spans
      union all
      select customer_id, currency, ended_at, -monthly_minor from spans where ended_at is not null),
    months as (
      select customer_id, currency, date_trunc('month', at at time zone ${seller.timeZone})::date as month, sum(delta)::bigint as delta
      from changes where at < ${before} group by 1, 2, 3),
    sums as (
      select *, sum(delta) over (partition by customer_id, currency order by month)::bigint as ends from months),
    moves as (
      select *, ends - delta as starts, coalesce(max(ends) over (partition by customer_id, currency order by month
        rows between unbounded preceding and 1 preceding), 0) > 0 as known
      from sums)
    select currency, month,
      coalesce(sum(delta) filter (where starts = 0 and ends > 0 and not known), 0)::bigint as new_minor,
      coalesce(sum(delta) filter (where starts = 0 and ends > 0 and known), 0)::bigint as back_minor,
      coalesce(sum(delta) filter (where starts > 0 and delta > 0), 0)::bigint as grown_minor,
      coalesce(-sum(delta) filter (where ends > 0 and delta < 0), 0)::bigint as shrunk_minor,
      coalesce(-sum(delta) filter (where starts > 0 and ends = 0), 0)::bigint as lost_minor,
      (count(*) filter (where starts = 0 and ends > 0 and not known))::int as customers_new,
      (count(*) filter (where starts = 0 and ends > 0 and known))::int as customers_back,
      (count(*) filter (where starts > 0 and ends = 0))::int as customers_lost
    from moves group by currency, month order by currency, month`.execute(db)
  return rows
}

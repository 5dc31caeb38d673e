import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { readReport, type ReportReading } from './read-report.ts'
import { OWED_PURPOSES } from '../invoice.ts'
import { instantsOf } from './report-range.ts'

/** Days an invoice is overdue, counted in the seller's time zone: each group from its first day to its last. */
export const AGES = [
  { age: '0', from: undefined, until: 0 },
  { age: '1-30', from: 1, until: 30 },
  { age: '31-60', from: 31, until: 60 },
  { age: '61-90', from: 61, until: 90 },
  { age: '90+', from: 91, until: undefined },
] as const
export type Age = (typeof AGES)[number]['age']

/** What is owed by invoices of one age. Minor units. `before` is the same a month earlier. */
export type AgeGroup = {
  currency: string
  age: Age
  amountMinor: bigint
  invoices: number
  customers: number
  before: { amountMinor: bigint; invoices: number }
}

/**
 * Staff: what was owed at the end of a day, or is owed now, by how long it is overdue, beside a month earlier. Every age of
 * a currency that is owed anything is given. Throws as readReport.
 */
export const readAgeing = (
  app: App,
  actor: Actor,
  { on, currency }: { on: Temporal.PlainDate; currency?: string | undefined },
): Promise<AgeGroup[]> =>
  readReport(app, actor, async (reading) => {
    const now = await sumOwed(reading, on, currency)
    const before = await sumOwed(reading, on.subtract({ months: 1 }), currency)
    const find = (rows: Owed[], each: string, index: number) =>
      rows.find((row) => row.currency === each && row.age === index) ?? { amountMinor: 0n, invoices: 0, customers: 0 }
    return [...new Set([...now, ...before].map((row) => row.currency))].toSorted().flatMap((each) =>
      AGES.map(({ age }, index) => {
        const { amountMinor, invoices, customers } = find(now, each, index)
        const earlier = find(before, each, index)
        return {
          currency: each,
          age,
          amountMinor,
          invoices,
          customers,
          before: { amountMinor: earlier.amountMinor, invoices: earlier.invoices },
        }
      }),
    )
  })

type Owed = { currency: string; age: number; amountMinor: bigint; invoices: number; customers: number }

/**
 * An invoice that was paid, cancelled or given up later was still owed. An order or credit bought ahead that nobody paid is owed by
 * nobody: it lapses.
 */
async function sumOwed({ db, seller, now, today }: ReportReading, on: Temporal.PlainDate, currency?: string) {
  const day = Temporal.PlainDate.compare(on, today) > 0 ? today : on
  const end = day.equals(today) ? now : instantsOf({ from: day, until: day }, seller.timeZone).end
  const ofCurrency = currency === undefined ? sql`` : sql`and currency = ${currency}`
  const only = sql`and purpose::text = any(${[...OWED_PURPOSES]}) ${ofCurrency}`
  const { rows } = await sql<Owed>`
    with owed as (
      select currency, customer_id, due_at, total_minor - paid_minor as amount_minor from invoices
      where state = 'open' and created_at <= ${end} ${only}
      union all
      select currency, customer_id, due_at, total_minor from invoices
      where paid_at > ${end} and created_at <= ${end} ${only}
      union all
      select currency, customer_id, due_at, total_minor - paid_minor from invoices
      where state in ('void', 'uncollectible') and updated_at > ${end} and created_at <= ${end} ${only})
    select currency, width_bucket(${day}::date - (due_at at time zone ${seller.timeZone})::date, array[1, 31, 61, 91]) as age,
      sum(amount_minor)::bigint as amount_minor, count(*)::int as invoices, count(distinct customer_id)::int as customers
    from owed where amount_minor > 0 group by 1, 2`.execute(db)
  return rows
}

/** When invoices fell due that are of an age now: from the first instant on, before the second. Throws as readReport. */
export const dueOfAge = (
  app: App,
  actor: Actor,
  age: Age,
): Promise<{ from: Temporal.Instant | undefined; until: Temporal.Instant | undefined }> =>
  readReport(app, actor, ({ today, seller }) => {
    const { from, until } = AGES.find((each) => each.age === age)!
    const start = (days: number): Temporal.Instant =>
      today.subtract({ days }).toZonedDateTime(seller.timeZone).toInstant()
    return Promise.resolve({
      from: until === undefined ? undefined : start(until),
      until: from === undefined ? undefined : start(from - 1),
    })
  })

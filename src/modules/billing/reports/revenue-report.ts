import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { LocalizedText } from '#modules/catalog/localized-text.ts'
import type { Actor } from '#platform/actor.ts'
import { readReport, type ReportReading } from './read-report.ts'
import { documentLines } from './report-documents.ts'
import { instantsOf, rangeBefore, type ReportRange, type Step, stepsOf } from './report-range.ts'

/** Minor units; `netMinor` is what the seller earned, `taxMinor` what it holds for the state. */
export type Earned = { netMinor: bigint; taxMinor: bigint }
export type RevenueFilter = {
  range: ReportRange
  step: Step
  currency?: string | undefined
  /** Also read the range before. */
  compare?: boolean
}
/** One step of time. `before` is the step at the same place of the range before, where it is compared and has one. */
export type RevenueStep = Earned & { currency: string; start: Temporal.PlainDate; before: Earned | undefined }
/** A product or country; null where what was sold belongs to none. */
export type RevenueShare = Earned & {
  currency: string
  key: string | null
  name: LocalizedText | null
  before: Earned | undefined
}

const NOTHING: Earned = { netMinor: 0n, taxMinor: 0n }

/**
 * Staff: what the ledger says was earned, by day, week or month of the seller's time zone and by currency, beside the
 * range before if asked. Currencies without figures are left out, steps without any are zero. Throws as readReport.
 */
export const readRevenue = (app: App, actor: Actor, filter: RevenueFilter): Promise<RevenueStep[]> =>
  readReport(app, actor, async (reading) => {
    const previous = rangeBefore(filter.range)
    const now = await sumSteps(reading, filter)
    const before = filter.compare ? await sumSteps(reading, { ...filter, range: previous }) : []
    const earlier = filter.compare ? stepsOf(previous, filter.step) : []
    const currencies = [...new Set([...now, ...before].map(({ currency }) => currency))].toSorted()
    const find = (rows: StepSum[], currency: string, start: Temporal.PlainDate | undefined): Earned | undefined =>
      start && rows.find((row) => row.currency === currency && row.start.equals(start))
    return currencies.flatMap((currency) =>
      stepsOf(filter.range, filter.step).map((start, index) => ({
        currency,
        start,
        ...pick(find(now, currency, start)),
        before: earlier[index] && pick(find(before, currency, earlier[index])),
      })),
    )
  })

const pick = (earned: Earned = NOTHING): Earned => ({ netMinor: earned.netMinor, taxMinor: earned.taxMinor })

type StepSum = Earned & { currency: string; start: Temporal.PlainDate }

async function sumSteps({ db, seller }: ReportReading, { range, step, currency }: RevenueFilter): Promise<StepSum[]> {
  const { start, end } = instantsOf(range, seller.timeZone)
  const { rows } = await sql<StepSum>`
    select e.currency, date_trunc(${step}, t.created_at at time zone ${seller.timeZone})::date as start,
      coalesce(-sum(e.amount_minor) filter (where e.account = 'revenue'), 0)::bigint as net_minor,
      coalesce(-sum(e.amount_minor) filter (where e.account = 'tax'), 0)::bigint as tax_minor
    from ledger_transactions t join ledger_entries e on e.transaction_id = t.id and e.account in ('revenue', 'tax')
    where t.created_at >= ${start} and t.created_at < ${end} ${ofCurrency(currency)}
    group by 1, 2`.execute(db)
  return rows
}

const ofCurrency = (currency: string | undefined) =>
  currency === undefined ? sql`` : sql`and e.currency = ${currency}`

/**
 * Staff: the same money by what was sold or where its buyer is, the most first. Its sum is that of the steps. Throws as
 * readReport.
 */
export const readRevenueShares = (
  app: App,
  actor: Actor,
  { by, ...filter }: Omit<RevenueFilter, 'step'> & { by: 'product' | 'country' },
): Promise<RevenueShare[]> =>
  readReport(app, actor, async (reading) => {
    const now = await sumShares(reading, by, filter)
    const before = filter.compare ? await sumShares(reading, by, { ...filter, range: rangeBefore(filter.range) }) : []
    const place = (row: ShareSum): string => `${row.currency} ${row.key}`
    const earlier = new Map(before.map((row) => [place(row), row]))
    const known = new Set(now.map(place))
    return [
      ...now.map((row) => ({ ...row, before: filter.compare ? pick(earlier.get(place(row))) : undefined })),
      ...before.filter((row) => !known.has(place(row))).map((row) => ({ ...row, ...NOTHING, before: pick(row) })),
    ]
  })

type ShareSum = Omit<RevenueShare, 'before'>

async function sumShares(
  { db, seller }: ReportReading,
  by: 'product' | 'country',
  { range, currency }: Omit<RevenueFilter, 'step'>,
): Promise<ShareSum[]> {
  const { start, end } = instantsOf(range, seller.timeZone)
  const only = currency === undefined ? sql`` : sql`and d.currency = ${currency}`
  const [key, name, joins] =
    by === 'country'
      ? [sql`d.country`, sql`null::jsonb`, sql``]
      : [
          sql`p.id`,
          sql`p.name`,
          sql`left join subscriptions s on s.id = d.subscription_id left join plans n on n.id = s.plan_id
            left join products p on p.id = n.product_id`,
        ]
  const { rows } = await sql<ShareSum>`
    select d.currency, ${key} as key, ${name} as name, sum(d.net_minor)::bigint as net_minor, sum(d.tax_minor)::bigint as tax_minor
    from ledger_transactions t join ${documentLines} d on d.kind = t.kind and d.id = t.reference ${joins}
    where t.created_at >= ${start} and t.created_at < ${end} ${only}
    group by 1, 2, 3 order by d.currency, net_minor desc, key`.execute(db)
  return rows
}

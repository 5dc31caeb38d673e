import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { LocalizedText } from '#modules/catalog/localized-text.ts'
import type { Actor } from '#platform/actor.ts'
import { agreementSpans } from './agreement-spans.ts'
import { readReport, type ReportReading } from './read-report.ts'
import { documentLines } from './report-documents.ts'
import { instantsOf, rangeBefore, type ReportRange } from './report-range.ts'

type Figures = { sold: number; cancelled: number; active: number; netMinor: bigint }
/**
 * How a plan did in one currency: agreements made and ended in the range, those alive at its end, and what the ledger says
 * it earned, in minor units without tax. A plan of null is what no agreement was made for. `before`: the range before, nothing unless compared.
 */
export type PlanFigures = Figures & {
  currency: string
  planId: string | null
  plan: LocalizedText | null
  product: LocalizedText | null
  before: Figures
}

const NONE: Figures = { sold: 0, cancelled: 0, active: 0, netMinor: 0n }

/** Staff: every plan that was sold, lived, ended or earned in the range or the one before, the best earning first. Throws as readReport. */
export const readProducts = (
  app: App,
  actor: Actor,
  { range, currency, compare = false }: { range: ReportRange; currency?: string | undefined; compare?: boolean },
): Promise<PlanFigures[]> =>
  readReport(app, actor, async (reading) => {
    const now = await sumPlans(reading, range, currency)
    const before = compare ? await sumPlans(reading, rangeBefore(range), currency) : []
    const place = (row: PlanSum): string => `${row.currency} ${row.planId}`
    const earlier = new Map(before.map((row) => [place(row), row]))
    const known = new Set(now.map(place))
    const rows = [
      ...now.map((row) => ({ ...row, before: earlier.get(place(row)) ?? NONE })),
      ...before.filter((row) => !known.has(place(row))).map((row) => ({ ...row, ...NONE, before: row })),
    ]
    return rows.map(({ before: { sold, cancelled, active, netMinor }, ...row }) => ({
      ...row,
      before: { sold, cancelled, active, netMinor },
    }))
  })

type PlanSum = Omit<PlanFigures, 'before'>

async function sumPlans(reading: ReportReading, range: ReportRange, currency: string | undefined): Promise<PlanSum[]> {
  const { db, seller } = reading
  const { start, end } = instantsOf(range, seller.timeZone)
  const only = currency === undefined ? sql`` : sql`where f.currency = ${currency}`
  const { rows } = await sql<PlanSum>`
    with figures as (
      select a.plan_id, a.currency, count(*) filter (where a.began_at >= ${start}) as sold,
        count(*) filter (where a.ended_at >= ${start} and a.ended_at < ${end}) as cancelled,
        count(*) filter (where a.ended_at is null or a.ended_at >= ${end}) as active, 0::numeric as net_minor
      from ${agreementSpans(reading)} a where a.began_at < ${end} and (a.ended_at is null or a.ended_at >= ${start}) group by 1, 2
      union all
      select s.plan_id, d.currency, 0, 0, 0, sum(d.net_minor)
      from ledger_transactions t join ${documentLines} d on d.kind = t.kind and d.id = t.reference
        left join subscriptions s on s.id = d.subscription_id
      where t.created_at >= ${start} and t.created_at < ${end} group by 1, 2)
    select f.currency, f.plan_id, n.name as plan, p.name as product, sum(f.sold)::int as sold, sum(f.cancelled)::int as cancelled,
      sum(f.active)::int as active, sum(f.net_minor)::bigint as net_minor
    from figures f left join plans n on n.id = f.plan_id left join products p on p.id = n.product_id ${only}
    group by 1, 2, 3, 4 order by f.currency, net_minor desc, active desc, f.plan_id`.execute(db)
  return rows
}

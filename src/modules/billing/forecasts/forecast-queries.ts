import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import type { ForecastKind, ForecastSide, ForecastState, Schema } from '#platform/schema.ts'
import type { Forecast } from './forecast.ts'
import { ForecastSettings } from './forecast-settings.ts'
import { forecastNotFound } from './run-forecast.ts'

export type ForecastDetail = Omit<Forecast, 'settingsToday' | 'settingsTried'> & {
  settingsToday: ForecastSettings
  settingsTried: ForecastSettings
  sellerName: string
  /** Empty when they are not one of us any more. */
  askedBy: string | null
  /** How many rows there are, and how many of them differ. Older forecasts keep only their figures. */
  rows: number
  differing: number
}

export const FORECAST_KINDS = [
  'invoice',
  'payment',
  'failed_payment',
  'credit',
  'mail',
  'suspension',
  'resumption',
  'termination',
  'ending',
  'price_change',
] as const satisfies readonly ForecastKind[]

/** What of a forecast a list shows: what differs, what happens on either side, or all of it. */
export const FORECAST_VIEWS = ['differing', 'today', 'changed', 'all'] as const
type ForecastView = (typeof FORECAST_VIEWS)[number]

export type ForecastRow = Omit<Schema['forecastRows'], 'differs'> & {
  differs: boolean
  customerName: string
  hostname: string | null
}

/** Staff: whose settings may be tried. */
export async function listSellers(app: App, actor: Actor): Promise<{ id: string; name: string }[]> {
  requirePermission(actor, 'forecast.run')
  return app.db.selectFrom('legalEntities').select(['id', 'name']).orderBy('id').execute()
}

/** Staff: forecasts, the newest first. */
export async function listForecasts(
  app: App,
  actor: Actor,
  filter: PageFilter & { state?: ForecastState | undefined },
): Promise<Page<Omit<ForecastDetail, 'rows' | 'differing'>>> {
  requirePermission(actor, 'forecast.run')
  const rows = await forecasts(app)
    .$if(filter.state !== undefined, (query) => query.where('f.state', '=', filter.state!))
    .$if(filter.after !== undefined, (query) => query.where('f.id', '<', filter.after!))
    .orderBy('f.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const page = pageOf(rows, filter.limit)
  return { ...page, rows: page.rows.map(parsed) }
}

/** Staff: one forecast. Throws `forecast_not_found`. */
export async function getForecast(app: App, actor: Actor, forecastId: string): Promise<ForecastDetail> {
  requirePermission(actor, 'forecast.run')
  const [forecast, counted] = await Promise.all([
    forecasts(app).where('f.id', '=', forecastId).executeTakeFirstOrThrow(forecastNotFound),
    app.db
      .selectFrom('forecastRows')
      .select(({ fn }) => [
        fn.countAll<bigint>().as('rows'),
        fn.countAll<bigint>().filterWhere('differs', '=', true).as('differing'),
      ])
      .where('forecastId', '=', forecastId)
      .executeTakeFirstOrThrow(),
  ])
  return { ...parsed(forecast), rows: Number(counted.rows), differing: Number(counted.differing) }
}

const forecasts = (app: App) =>
  app.db
    .selectFrom('forecasts as f')
    .innerJoin('legalEntities as e', 'e.id', 'f.legalEntityId')
    .leftJoin('users as u', 'u.id', 'f.requestedBy')
    .selectAll('f')
    .select(['e.name as sellerName', 'u.name as askedBy'])

const parsed = <T extends Pick<Forecast, 'settingsToday' | 'settingsTried'>>(forecast: T) => ({
  ...forecast,
  settingsToday: ForecastSettings.parse(forecast.settingsToday),
  settingsTried: ForecastSettings.parse(forecast.settingsTried),
})

export type RowFilter = {
  forecastId: string
  view: ForecastView
  kind?: ForecastKind | undefined
  /** A customer's id, or a part of their name or email address. */
  search?: string | undefined
}

/** Staff: what would happen, in the order of time. */
export async function listForecastRows(
  app: App,
  actor: Actor,
  { forecastId, view, kind, search, limit, after }: PageFilter & RowFilter,
): Promise<Page<ForecastRow>> {
  requirePermission(actor, 'forecast.run')
  const like = `%${(search ?? '').toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const rows = await app.db
    .selectFrom('forecastRows as r')
    .innerJoin('customers as c', 'c.id', 'r.customerId')
    .leftJoin('services as s', 's.id', 'r.serviceId')
    .selectAll('r')
    .select(['c.name as customerName', 's.hostname'])
    .where('r.forecastId', '=', forecastId)
    .$if(view === 'differing', (query) => query.where('r.differs', '=', true))
    .$if(view === 'today', (query) => query.where('r.todayOn', 'is not', null))
    .$if(view === 'changed', (query) => query.where('r.changedOn', 'is not', null))
    .$if(kind !== undefined, (query) => query.where('r.kind', '=', kind!))
    .$if(search !== undefined, (query) =>
      query.where((where) =>
        where.or([
          where('c.id', '=', search!),
          where(sql`lower(c.name)`, 'like', like),
          where(sql`lower(c.email)`, 'like', like),
        ]),
      ),
    )
    .$if(after !== undefined, (query) => query.where('r.position', '>', Number(after)))
    .orderBy('r.position')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit, ({ position }) => String(position))
}

/** What of one kind happens on one side within a week or month. Money is minor units; `currency` is empty for what is none. */
export type ForecastSum = {
  /** The first day of it. */
  from: string
  side: ForecastSide
  kind: ForecastKind
  currency: string
  happenings: number
  amountMinor: bigint
}

/** Staff: the figures of a forecast by week (from Monday) or by month, in the order of time. */
export async function sumForecast(
  app: App,
  actor: Actor,
  forecastId: string,
  step: 'week' | 'month',
): Promise<ForecastSum[]> {
  requirePermission(actor, 'forecast.run')
  const { rows } = await sql<ForecastSum>`
    select date_trunc(${step}, day)::date::text as "from", side, kind, currency, sum(happenings)::int as happenings, sum(amount_minor)::bigint as amount_minor
    from forecast_days where forecast_id = ${forecastId} group by 1, side, kind, currency order by 1, currency, kind, side`.execute(
    app.db,
  )
  return rows
}

const EXPORTED_AT_ONCE = 2_000

/** Staff: the same rows as listForecastRows, all of them, a batch at a time; written to the log as taken along. */
export async function exportForecast(
  app: App,
  actor: Actor,
  filter: RowFilter,
): Promise<AsyncGenerator<ForecastRow[]>> {
  requirePermission(actor, 'forecast.run')
  const { forecastId, ...asked } = filter
  await app.transaction(actor, (tx) => tx.emit('forecast.exported', forecastId, { after: asked }))
  return batches(app, actor, filter)
}

async function* batches(app: App, actor: Actor, filter: RowFilter): AsyncGenerator<ForecastRow[]> {
  let after: string | undefined
  do {
    const { rows, next } = await listForecastRows(app, actor, { ...filter, limit: EXPORTED_AT_ONCE, after })
    if (rows.length > 0) yield rows
    after = next
  } while (after !== undefined)
}

import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import type { ForecastKind, ForecastSide } from '#platform/schema.ts'
import { getForecast } from './forecast-queries.ts'
import { type ForecastSettings, readForecastSettings } from './forecast-settings.ts'
import { happened, TOLD_EVENTS } from './happenings.ts'

/** How a thing came: as it was said, on another day or with another amount, not at all, or without having been said. */
export const OUTCOMES = ['same', 'other_day', 'other_amount', 'missing', 'unforeseen'] as const
type Outcome = (typeof OUTCOMES)[number]

/** What was said of a kind for a day that has passed, and what happened on it. Minor units; `currency` is empty for what is no money. */
export type ComparedDay = {
  day: string
  kind: ForecastKind
  currency: string
  said: number
  happened: number
  saidMinor: bigint
  happenedMinor: bigint
}

/** What became of what was said for the days that have passed. */
export type Comparison = {
  /** The set of settings that is held against the days. */
  side: ForecastSide
  /** Which set the seller bills by now; none when it is neither of them. */
  inForce: ForecastSide | undefined
  /** How many of the forecast's days are over, and the last of them. */
  daysPassed: number
  until: string | null
  days: ComparedDay[]
  /** By outcome; missing where only the figures of a forecast are kept. */
  outcomes: Record<Outcome, number> | undefined
}

/** One thing that was said or happened. Days are of the seller's zone. */
export type ComparedRow = {
  position: number
  kind: ForecastKind
  template: string | null
  customerId: string
  customerName: string
  serviceId: string | null
  hostname: string | null
  dueOn: string | null
  currency: string | null
  saidOn: string | null
  happenedOn: string | null
  saidMinor: bigint | null
  happenedMinor: bigint | null
  outcome: Outcome
}

type Asked = { forecastId: string; side?: ForecastSide | undefined }

/**
 * Staff: holds what a forecast said against what really happened to the same agreements and documents, for the days that are over.
 * Without a side, against the settings in force. New orders are left out on both sides. Throws `forecast_not_found`.
 */
export async function compareForecast(app: App, actor: Actor, asked: Asked): Promise<Comparison> {
  requirePermission(actor, 'forecast.run')
  const { side, inForce, passed, kept } = await readAsked(app, actor, asked)
  if (!passed) return { side, inForce, daysPassed: 0, until: null, days: [], outcomes: undefined }
  const [days, outcomes] = await Promise.all([
    sql<ComparedDay>`
      with happened as (${happenedSince(passed)}), came as (
        select day, kind, coalesce(currency, '') as currency, count(*)::int as happened, coalesce(sum(amount_minor), 0)::bigint as minor
        from happened group by 1, 2, 3)
      select day::text, kind, currency, coalesce(s.happenings, 0)::int as said, coalesce(c.happened, 0)::int as happened,
        coalesce(s.amount_minor, 0)::bigint as said_minor, coalesce(c.minor, 0)::bigint as happened_minor
      from (select * from forecast_days where forecast_id = ${asked.forecastId} and side = ${side} and day <= ${passed.until}::date) s
        full join came c using (day, kind, currency)
      order by day, kind, currency`.execute(app.db),
    kept
      ? sql<{ outcome: Outcome; things: number }>`
          select outcome, count(*)::int as things from (${compared(asked.forecastId, side, passed)}) c group by outcome`.execute(
          app.db,
        )
      : undefined,
  ])
  const counted = new Map(outcomes?.rows.map(({ outcome, things }) => [outcome, things]))
  const of = (outcome: Outcome): number => counted.get(outcome) ?? 0
  return {
    side,
    inForce,
    daysPassed: passed.days,
    until: passed.until,
    days: days.rows,
    outcomes: outcomes && {
      same: of('same'),
      other_day: of('other_day'),
      other_amount: of('other_amount'),
      missing: of('missing'),
      unforeseen: of('unforeseen'),
    },
  }
}

export type ComparedFilter = Asked & {
  /** Only what came otherwise. */
  differing: boolean
  /** Said for this day, or happened on it. */
  day?: string | undefined
  kind?: ForecastKind | undefined
}

/** Staff: the same, one thing after the other in the order of time. */
export async function listCompared(
  app: App,
  actor: Actor,
  { differing, day, kind, limit, after, ...asked }: PageFilter & ComparedFilter,
): Promise<Page<ComparedRow>> {
  requirePermission(actor, 'forecast.run')
  const { side, passed } = await readAsked(app, actor, asked)
  if (!passed) return { rows: [], next: undefined }
  const { rows } = await sql<ComparedRow>`
    select r.position, r.kind, r.template, r.customer_id, c.name as customer_name, r.service_id, s.hostname, r.due_on::text, r.currency,
      r.said_on::text, r.happened_on::text, r.said_minor, r.happened_minor, r.outcome
    from (${compared(asked.forecastId, side, passed)}) r join customers c on c.id = r.customer_id left join services s on s.id = r.service_id
    where r.position > ${Number(after ?? 0)} and ${differing ? sql`r.outcome <> 'same'` : sql`true`}
      and ${day === undefined ? sql`true` : sql`${day}::date in (r.said_on, r.happened_on)`}
      and ${kind === undefined ? sql`true` : sql`r.kind = ${kind}`}
    order by r.position limit ${limit + 1}`.execute(app.db)
  return pageOf(rows, limit, ({ position }) => String(position))
}

/** The days of a forecast that are over, as days of the seller's zone, and the moments they lie between. */
type Passed = { days: number; until: string; timeZone: string; from: Temporal.Instant; to: Temporal.Instant }

async function readAsked(app: App, actor: Actor, { forecastId, side: wanted }: Asked) {
  const forecast = await getForecast(app, actor, forecastId)
  const { settingsToday, settingsTried, startsOn, startsAt, rows: kept } = forecast
  const [settings, { timeZone }] = await Promise.all([
    readForecastSettings(app.db, forecast.legalEntityId),
    app.db
      .selectFrom('legalEntities')
      .select('timeZone')
      .where('id', '=', forecast.legalEntityId)
      .executeTakeFirstOrThrow(),
  ])
  const inForce: ForecastSide | undefined = same(settings, settingsToday)
    ? 'today'
    : same(settings, settingsTried)
      ? 'changed'
      : undefined
  const side: ForecastSide = wanted ?? inForce ?? 'today'
  if (forecast.state !== 'finished' || !startsOn || !startsAt)
    return { side, inForce, kept: kept > 0, passed: undefined }
  const yesterday = app.clock.now().toZonedDateTimeISO(timeZone).toPlainDate().subtract({ days: 1 })
  const last = startsOn.add({ days: forecast.days })
  const until = Temporal.PlainDate.compare(yesterday, last) < 0 ? yesterday : last
  const days = startsOn.until(until).days + 1
  const to = until.add({ days: 1 }).toZonedDateTime(timeZone).toInstant()
  const passed: Passed = { days, until: until.toString(), timeZone, from: startsAt, to }
  return { side, inForce, kept: kept > 0, passed: days > 0 ? passed : undefined }
}

/** Whether they say the same, in whatever order their keys were written. */
const same = (a: ForecastSettings, b: ForecastSettings): boolean => {
  const told = ({ renewalLeadDays, renewalLeads, latePeriodFromPayment, dunningSteps }: ForecastSettings): string =>
    JSON.stringify([
      renewalLeadDays,
      latePeriodFromPayment,
      renewalLeads.map(({ intervalUnit, intervalCount, days }) => `${intervalCount} ${intervalUnit} ${days}`),
      dunningSteps.map(({ day, action }) => `${day} ${action}`),
    ])
  return told(a) === told(b)
}

/** What happened meanwhile to what the copy held: agreements and documents of then, and documents made for those agreements since. */
const happenedSince = ({ from, to, timeZone }: Passed): RawBuilder<unknown> => {
  const then = sql`select id from subscriptions where created_at < ${from} and billed_by = 'us'`
  const found = happened({
    events: sql`(select * from events where created_at >= ${from} and created_at < ${to} and name = any(${[...TOLD_EVENTS]}::text[]))`,
    notifications: sql`(select * from notifications where created_at >= ${from} and created_at < ${to})`,
    documents: sql`i.purpose <> 'order' and (i.created_at < ${from}
      or exists (select from invoice_lines l where l.invoice_id = i.id and l.subscription_id in (${then})))`,
    services: sql`s.subscription_id in (${then})`,
    subscriptions: sql`b.id in (${then})`,
    mails: sql`false`,
  })
  return sql`select kind, template, customer_id, service_id, due_on, currency, amount_minor, created_at, id,
    (created_at at time zone ${timeZone})::date as day from (${found}) found`
}

/**
 * Both beside each other: the same thing is of the same kind, customer, server and due day, counted in the order of time. What was said
 * for a later day counts only once it has happened.
 */
const compared = (forecastId: string, side: ForecastSide, passed: Passed): RawBuilder<unknown> => {
  const [on, minor] = side === 'today' ? [sql`today_on`, sql`today_minor`] : [sql`changed_on`, sql`changed_minor`]
  const key = sql`kind, of, customer_id, served, due, money`
  const keyed = sql`coalesce(template, '') as of, coalesce(service_id, '') as served, coalesce(due_on, '-infinity'::date) as due, coalesce(currency, '') as money`
  return sql`
    with happened as (${happenedSince(passed)}), said as (
      select *, row_number() over (partition by ${key} order by day, position) as ordinal
      from (select kind, template, customer_id, service_id, due_on, currency, ${minor} as minor, ${on} as day, position, ${keyed}
        from forecast_rows where forecast_id = ${forecastId} and ${on} is not null) r
    ), came as (
      select *, row_number() over (partition by ${key} order by created_at, id) as ordinal
      from (select kind, template, customer_id, service_id, due_on, currency, amount_minor as minor, day, created_at, id, ${keyed} from happened) r
    ), paired as (
      select kind, coalesce(s.template, c.template) as template, customer_id, coalesce(s.service_id, c.service_id) as service_id,
        coalesce(s.due_on, c.due_on) as due_on, coalesce(s.currency, c.currency) as currency, s.day as said_on, c.day as happened_on,
        s.minor as said_minor, c.minor as happened_minor,
        row_number() over (order by least(s.day, c.day), kind, customer_id, of, served, due, money, ordinal)::int as position
      from said s full join came c using (kind, of, customer_id, served, due, money, ordinal)
      where c.day is not null or s.day <= ${passed.until}::date)
    select *, case when happened_on is null then 'missing' when said_on is null then 'unforeseen' when said_on <> happened_on then 'other_day'
      when said_minor is distinct from happened_minor then 'other_amount' else 'same' end as outcome from paired`
}

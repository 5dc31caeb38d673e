import {
  type ComparedDay,
  type ComparedRow,
  type Comparison,
  OUTCOMES,
} from '#modules/billing/forecasts/compare-forecast.ts'
import { type ForecastSide } from '#platform/schema.ts'
import type { Span } from './forecast-figures.tsx'
import { FIGURES } from './forecast-view.ts'
import type { ListUrl } from './list-url.ts'

/** So many days stand on a forecast's page at first. */
const LATEST = 14
const SIDES = ['today', 'changed'] as const satisfies readonly ForecastSide[]

/** Which set of settings the address wants to see held against the days. */
export const readSide = (url: ListUrl): ForecastSide | undefined => url.one('against', SIDES)

/** A comparison as its page shows it: the newest day first, at most the latest ones when `short`. */
export function comparisonView(compared: Comparison, short: boolean) {
  const { side, inForce, daysPassed, until, days, outcomes } = compared
  const spans = [...Map.groupBy(days, ({ day }) => day)].map(([day, rows]) => spanOf(day, rows)).toReversed()
  const currencies = [
    ...new Set(days.filter(({ kind }) => kind === 'payment').map(({ currency }) => currency)),
  ].toSorted()
  const things = outcomes && Object.values(outcomes).reduce((sum, each) => sum + each, 0)
  return {
    side,
    inForce,
    daysPassed,
    until,
    currencies,
    money: currencies.map((currency) => ({ currency, ...moneyOf(days, currency) })),
    spans: short ? spans.slice(0, LATEST) : spans,
    more: short && spans.length > LATEST,
    outcomes: outcomes && OUTCOMES.map((outcome) => ({ outcome, things: outcomes[outcome] })),
    things,
    /** Of all, in hundredths of a percent, never rounded up to all of them. */
    alikeBasisPoints: outcomes && things ? Math.floor((outcomes.same * 10_000) / things) : undefined,
  }
}

const spanOf = (day: string, rows: readonly ComparedDay[]): Span => ({
  from: day,
  counts: FIGURES.map((kind) => {
    const found = rows.filter((row) => row.kind === kind)
    return {
      today: found.reduce((sum, { said }) => sum + said, 0),
      changed: found.reduce((sum, { happened }) => sum + happened, 0),
    }
  }),
  paid: Object.fromEntries(
    rows
      .filter(({ kind }) => kind === 'payment')
      .map(({ currency, saidMinor, happenedMinor }) => [currency, { today: saidMinor, changed: happenedMinor }]),
  ),
})

const moneyOf = (days: readonly ComparedDay[], currency: string): { said: bigint; happened: bigint } => {
  const paid = days.filter((row) => row.kind === 'payment' && row.currency === currency)
  return {
    said: paid.reduce((sum, { saidMinor }) => sum + saidMinor, 0n),
    happened: paid.reduce((sum, { happenedMinor }) => sum + happenedMinor, 0n),
  }
}

/** A thing that was foreseen or happened, in the shape in which forecasts show their rows. */
export const comparedRowView = (row: ComparedRow) => ({
  key: String(row.position),
  kind: row.kind,
  template: row.template,
  customerId: row.customerId,
  customerName: row.customerName,
  serviceId: row.serviceId,
  hostname: row.hostname,
  dueOn: row.dueOn,
  currency: row.currency,
  todayOn: row.saidOn,
  changedOn: row.happenedOn,
  todayMinor: row.saidMinor,
  changedMinor: row.happenedMinor,
  outcome: row.outcome,
})

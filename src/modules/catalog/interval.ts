import type { Locale } from '#platform/i18n.ts'
import type { IntervalUnit } from '#platform/schema.ts'

type Recurring = Exclude<IntervalUnit, 'once'>
const UNITS: readonly Recurring[] = ['day', 'week', 'month', 'year']

/** How often something is paid for: `month`, `3-month`, `10-day`; `once` is paid once and stays. */
export type Period = IntervalUnit | `${number}-${Recurring}`

export type Interval = { intervalUnit: IntervalUnit; intervalCount: number }

/** The one way to write an interval as a period. */
export const periodOf = ({ intervalUnit, intervalCount }: Interval): Period =>
  intervalUnit === 'once' || intervalCount === 1 ? intervalUnit : `${intervalCount}-${intervalUnit}`

/** A period as agreements keep it. */
export function intervalOf(period: Period): Interval {
  if (period === 'once') return { intervalUnit: 'once', intervalCount: 1 }
  const [count, unit] = period.includes('-') ? period.split('-') : ['1', period]
  const intervalUnit = UNITS.find((each) => each === unit)
  if (!intervalUnit) throw new Error(`${period} is no period`)
  return { intervalUnit, intervalCount: Number(count) }
}

const DAYS: Record<IntervalUnit, number> = { day: 1, week: 7, month: 30, year: 365, once: Infinity }

/** The shorter first, what is paid once last. */
export function comparePeriods(a: Period, b: Period): number {
  const [one, other] = [a, b].map((period) => {
    const { intervalUnit, intervalCount } = intervalOf(period)
    return DAYS[intervalUnit] * intervalCount
  })
  return one === other ? 0 : one! - other!
}

const EN: Record<Recurring, readonly [string, string]> = {
  day: ['day', 'days'],
  week: ['week', 'weeks'],
  month: ['month', 'months'],
  year: ['year', 'years'],
}
const DE: Record<Recurring, { one: string; many: string; every: string; adverb: string; per: string }> = {
  day: { one: '1 Tag', many: 'Tage', every: 'jeden Tag', adverb: 'täglich', per: 'pro Tag' },
  week: { one: '1 Woche', many: 'Wochen', every: 'jede Woche', adverb: 'wöchentlich', per: 'pro Woche' },
  month: { one: '1 Monat', many: 'Monate', every: 'jeden Monat', adverb: 'monatlich', per: 'pro Monat' },
  year: { one: '1 Jahr', many: 'Jahre', every: 'jedes Jahr', adverb: 'jährlich', per: 'pro Jahr' },
}
const EN_ADVERB: Record<Recurring, string> = { day: 'daily', week: 'weekly', month: 'monthly', year: 'yearly' }

export type PeriodWords = {
  /** "3 months"; empty for what is paid once. */
  length: string
  /** "every 3 months". */
  every: string
  /** "monthly", "every 3 months". */
  adverb: string
  /** Behind a price: "per month", "every 3 months". */
  per: string
}

/** What a period is called in a sentence. */
export function periodWords(interval: Interval, locale: Locale): PeriodWords {
  const { intervalUnit: unit, intervalCount: n } = interval
  if (unit === 'once') {
    const once = locale === 'de' ? 'einmalig' : 'once'
    return { length: '', every: once, adverb: once, per: once }
  }
  if (locale === 'de') {
    const { one, many, every, adverb, per } = DE[unit]
    const all = `alle ${n} ${many}`
    return n === 1 ? { length: one, every, adverb, per } : { length: `${n} ${many}`, every: all, adverb: all, per: all }
  }
  const [one, many] = EN[unit]
  const all = `every ${n} ${many}`
  return n === 1
    ? { length: `1 ${one}`, every: `every ${one}`, adverb: EN_ADVERB[unit], per: `per ${one}` }
    : { length: `${n} ${many}`, every: all, adverb: all, per: all }
}

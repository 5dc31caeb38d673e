/** Days of the seller's time zone, both included. */
export type ReportRange = { from: Temporal.PlainDate; until: Temporal.PlainDate }

export const PRESETS = [
  'this_month',
  'last_month',
  'this_quarter',
  'last_quarter',
  'this_year',
  'last_year',
  'last_12_months',
] as const
export type Preset = (typeof PRESETS)[number]

export const STEPS = ['day', 'week', 'month'] as const
export type Step = (typeof STEPS)[number]

/** More than this is no report any more; a range that is longer keeps its end. */
const LONGEST: Temporal.DurationLike = { years: 10 }
/** Columns of a chart and lines of a table that a person still reads. */
const MOST_STEPS = 400

const compare = (one: Temporal.PlainDate, other: Temporal.PlainDate): number => Temporal.PlainDate.compare(one, other)

/** The days a preset means today. What is still running ends today. */
export function presetRange(preset: Preset, today: Temporal.PlainDate): ReportRange {
  const month = today.with({ day: 1 })
  const quarter = month.subtract({ months: (month.month - 1) % 3 })
  const year = month.with({ month: 1 })
  switch (preset) {
    case 'this_month':
      return { from: month, until: today }
    case 'last_month':
      return { from: month.subtract({ months: 1 }), until: month.subtract({ days: 1 }) }
    case 'this_quarter':
      return { from: quarter, until: today }
    case 'last_quarter':
      return { from: quarter.subtract({ months: 3 }), until: quarter.subtract({ days: 1 }) }
    case 'this_year':
      return { from: year, until: today }
    case 'last_year':
      return { from: year.subtract({ years: 1 }), until: year.subtract({ days: 1 }) }
    case 'last_12_months':
      return { from: month.subtract({ months: 11 }), until: today }
  }
}

/** Two days as a range, in whichever order they were given, at most ten years long. */
export function rangeOf(one: Temporal.PlainDate, other: Temporal.PlainDate): ReportRange {
  const [from, until] = compare(one, other) <= 0 ? [one, other] : [other, one]
  const earliest = until.subtract(LONGEST)
  return { from: compare(from, earliest) < 0 ? earliest : from, until }
}

const isMonthEnd = (day: Temporal.PlainDate): boolean => day.day === day.daysInMonth

/**
 * What a range is compared with: whole months with as many whole months before; the running month, quarter or year with
 * the same days of the one before; anything else with as many days right before it.
 */
export function rangeBefore({ from, until }: ReportRange): ReportRange {
  if (from.day !== 1) {
    const days = from.until(until).days + 1
    return { from: from.subtract({ days }), until: from.subtract({ days: 1 }) }
  }
  const covered = (until.year - from.year) * 12 + until.month - from.month + 1
  if (isMonthEnd(until)) return { from: from.subtract({ months: covered }), until: from.subtract({ days: 1 }) }
  const months = runningMonths(from, covered)
  return { from: from.subtract({ months }), until: until.subtract({ months }) }
}

function runningMonths(from: Temporal.PlainDate, covered: number): number {
  if (covered === 1) return 1
  if (covered <= 3 && (from.month - 1) % 3 === 0) return 3
  if (covered <= 12) return 12
  return covered
}

/** The first day of the step a day lies in; weeks begin on Monday (ISO 8601). */
function stepStart(day: Temporal.PlainDate, step: Step): Temporal.PlainDate {
  if (step === 'day') return day
  return step === 'week' ? day.subtract({ days: day.dayOfWeek - 1 }) : day.with({ day: 1 })
}

const NEXT: Record<Step, Temporal.DurationLike> = { day: { days: 1 }, week: { weeks: 1 }, month: { months: 1 } }
const DAYS: Record<Step, number> = { day: 1, week: 7, month: 28 }

/** The first days of all steps a range touches, the earliest first. */
export function stepsOf({ from, until }: ReportRange, step: Step): Temporal.PlainDate[] {
  const steps: Temporal.PlainDate[] = []
  for (let day = stepStart(from, step); compare(day, until) <= 0; day = day.add(NEXT[step])) steps.push(day)
  return steps
}

/** The step asked for, or one that suits the length of the range; never one with more lines than a person reads. */
export function stepFor(range: ReportRange, wished?: Step): Step {
  const days = range.from.until(range.until).days + 1
  const suits = days <= 35 ? 'day' : days <= 120 ? 'week' : 'month'
  if (wished === undefined) return suits
  return days / DAYS[wished] <= MOST_STEPS ? wished : suits
}

/** A range as instants, half-open, by the days of a time zone. */
export const instantsOf = (
  { from, until }: ReportRange,
  timeZone: string,
): { start: Temporal.Instant; end: Temporal.Instant } => ({
  start: from.toZonedDateTime(timeZone).toInstant(),
  end: until.add({ days: 1 }).toZonedDateTime(timeZone).toInstant(),
})

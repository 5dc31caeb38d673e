import {
  type Preset,
  presetRange,
  PRESETS,
  rangeBefore,
  rangeOf,
  type ReportRange,
  type Step,
  stepFor,
  STEPS,
} from '#modules/billing/reports/report-range.ts'
import type { ListUrl } from './list-url.ts'

export const REPORTS = ['revenue', 'recurring', 'ageing', 'tax', 'products'] as const
export type ReportName = (typeof REPORTS)[number]

const VIEWS = ['time', 'product', 'country'] as const
type By = (typeof VIEWS)[number]

export type ReportFilter = {
  range: ReportRange
  /** Undefined where somebody chose days of their own. */
  preset: Preset | undefined
  step: Step
  by: By
  currency: string | undefined
  compare: boolean
}

const USUAL: Record<ReportName, Preset> = {
  revenue: 'last_12_months',
  recurring: 'last_12_months',
  ageing: 'this_month',
  tax: 'this_quarter',
  products: 'last_12_months',
}

/** What the address of a report says; whatever is malformed counts as not said. Days that say something else win over a preset. */
export function readReportUrl(url: ListUrl, report: ReportName, today: Temporal.PlainDate): ReportFilter {
  const preset = url.one('range', PRESETS) ?? USUAL[report]
  const meant = presetRange(preset, today)
  const from = dayOf(url.text('from')) ?? meant.from
  const until = dayOf(url.text('until')) ?? (dayOf(url.text('from')) ? today : meant.until)
  const range = rangeOf(from, until)
  const same = range.from.equals(meant.from) && range.until.equals(meant.until)
  const currency = url.text('currency')?.toUpperCase()
  const wished = url.one('step', STEPS)
  return {
    range,
    preset: same ? preset : undefined,
    step: stepFor(range, report === 'tax' ? (wished ?? 'month') : wished),
    by: url.one('by', VIEWS) ?? 'time',
    currency: currency && /^[A-Z]{3}$/.test(currency) ? currency : undefined,
    compare: url.one('compare', ['1']) !== undefined,
  }
}

/** The day debts are told for: the last of the days chosen, never one to come. */
export const debtDay = (url: ListUrl, today: Temporal.PlainDate): Temporal.PlainDate => {
  const asked = dayOf(url.text('on')) ?? today
  return Temporal.PlainDate.compare(asked, today) > 0 ? today : asked
}

/** The filter as the page shows it; days as ISO text. */
export function filterView(filter: ReportFilter, on: Temporal.PlainDate) {
  const before = rangeBefore(filter.range)
  return {
    from: filter.range.from.toString(),
    until: filter.range.until.toString(),
    on: on.toString(),
    before: { from: before.from.toString(), until: before.until.toString() },
    preset: filter.preset,
    step: filter.step,
    by: filter.by,
    currency: filter.currency,
    compare: filter.compare,
  }
}

/** A day as a date field or an address gives it; undefined when it is none. */
export function dayOf(text: string | undefined): Temporal.PlainDate | undefined {
  if (text === undefined || !/^\d{4}-\d\d-\d\d$/.test(text)) return undefined
  try {
    return Temporal.PlainDate.from(text)
  } catch {
    return undefined // A day that no month has.
  }
}

import { formatDate, formatMonth, type Locale } from '#platform/i18n.ts'
import { roundHalfUp } from '#platform/money.ts'
import type { Step } from '#modules/billing/reports/report-range.ts'

/** Text; a day with the words for it; minor units (money); a count; basis points (percent). */
export type ReportCell = string | { day: string; text: string } | bigint | number | null
export type ReportColumn = {
  key: string
  header: string
  kind: 'text' | 'day' | 'money' | 'count' | 'percent' | 'change'
  /** Left out on phones, where a row is a card. */
  minor?: true
}
export type ReportRow = { key: string; cells: ReportCell[]; to?: string | undefined }
/** Bars side by side at each label. Minor units of the section's currency. */
export type ReportChart = {
  title: string
  labels: string[]
  series: { name: string; tone: 'main' | 'before' | 'second' | 'bad'; values: bigint[] }[]
}
type ReportFigure = { label: string; value: ReportCell; kind: ReportColumn['kind']; text?: string | undefined }
/** One currency of a report: what it comes to, how that looks, and the same figures as a table. */
export type ReportSection = {
  currency: string
  figures: ReportFigure[]
  charts: ReportChart[]
  rows: ReportRow[]
  total?: ReportCell[] | undefined
}
export type ReportView = { columns: ReportColumn[]; sections: ReportSection[] }

/** Rows by their currency, in the order in which they come. */
export function byCurrency<T extends { currency: string }>(rows: readonly T[]): [string, T[]][] {
  const groups = new Map<string, T[]>()
  for (const row of rows) groups.set(row.currency, [...(groups.get(row.currency) ?? []), row])
  return [...groups]
}

export const sumOf = <T>(rows: readonly T[], amount: (row: T) => bigint): bigint =>
  rows.reduce((sum, row) => sum + amount(row), 0n)

/** By how much something changed, in basis points of what it was; null where it was nothing. */
export const changeOf = (now: bigint, before: bigint): number | null =>
  before > 0n ? Number(roundHalfUp((now - before) * 10_000n, before)) : null

/** A day, a week by its Monday, or a month, as the reader's language writes it. */
export const stepCell = (start: Temporal.PlainDate, step: Step, locale: Locale): { day: string; text: string } => ({
  day: start.toString(),
  text: step === 'month' ? formatMonth(start.toString(), locale) : formatDate(`${start.toString()}T00:00:00Z`, locale),
})

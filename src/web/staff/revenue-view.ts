import {
  type Earned,
  readRevenue,
  readRevenueShares,
  type RevenueShare,
  type RevenueStep,
} from '#modules/billing/reports/revenue-report.ts'
import { reportsMessages } from '../messages/reports.ts'
import type { ReportFilter } from './report-url.ts'
import {
  byCurrency,
  changeOf,
  type ReportColumn,
  type ReportSection,
  type ReportView,
  stepCell,
  sumOf,
} from './report-view.ts'
import type { ReportScope } from './reports-read.ts'
import { countryName } from './view.ts'

type Words = (typeof reportsMessages)['en']

const gross = (earned: Earned): bigint => earned.netMinor + earned.taxMinor

/** What was earned over time, or by product or country. */
export async function revenueView(scope: ReportScope, filter: ReportFilter): Promise<ReportView> {
  const { app, actor, locale } = scope
  const words = reportsMessages[locale]
  const columns = (header: string, kind: ReportColumn['kind']): ReportColumn[] => [
    { key: 'what', header, kind },
    { key: 'net', header: words.net, kind: 'money' },
    { key: 'tax', header: words.tax, kind: 'money' },
    { key: 'gross', header: words.gross, kind: 'money' },
    ...(filter.compare
      ? [
          { key: 'before', header: `${words.before} (${words.net})`, kind: 'money' as const },
          { key: 'change', header: words.change, kind: 'change' as const },
        ]
      : []),
  ]
  if (filter.by === 'time') {
    const steps = await readRevenue(app, actor, filter)
    return {
      columns: columns(words.period[filter.step], 'day'),
      sections: byCurrency(steps).map(([currency, rows]) => overTime(currency, rows, filter, scope.locale, words)),
    }
  }
  const by = filter.by
  const shares = await readRevenueShares(app, actor, { ...filter, by })
  const nameOf = ({ key, name }: RevenueShare): string => {
    if (by === 'country') return key === null ? words.noCountry : countryName(key, locale)
    return name?.[locale] ?? words.unassigned
  }
  return {
    columns: columns(words[by], 'text'),
    sections: byCurrency(shares).map(([currency, rows]) => inShares(currency, rows, filter, nameOf, words)),
  }
}

type Row = Earned & { before?: Earned | undefined }

/** The amounts of a row after its name. */
const amounts = (row: Row, compare: boolean) => [
  row.netMinor,
  row.taxMinor,
  gross(row),
  ...(compare ? [row.before?.netMinor ?? 0n, changeOf(row.netMinor, row.before?.netMinor ?? 0n)] : []),
]

const add = (rows: readonly Row[]): Row & { before: Earned } => ({
  netMinor: sumOf(rows, (row) => row.netMinor),
  taxMinor: sumOf(rows, (row) => row.taxMinor),
  before: {
    netMinor: sumOf(rows, (row) => row.before?.netMinor ?? 0n),
    taxMinor: sumOf(rows, (row) => row.before?.taxMinor ?? 0n),
  },
})

function figuresOf(rows: readonly Row[], { compare }: ReportFilter, words: Words): ReportSection['figures'] {
  const total = add(rows)
  return [
    { label: words.revenue, value: total.netMinor, kind: 'money' },
    { label: words.tax, value: total.taxMinor, kind: 'money' },
    { label: words.gross, value: gross(total), kind: 'money' },
    ...(compare
      ? [{ label: words.change, value: changeOf(total.netMinor, total.before.netMinor), kind: 'change' as const }]
      : []),
  ]
}

function chartOf(rows: readonly Row[], labels: string[], { compare }: ReportFilter, words: Words) {
  const now = { name: words.now, tone: 'main' as const, values: rows.map((row) => row.netMinor) }
  const before = { name: words.before, tone: 'before' as const, values: rows.map((row) => row.before?.netMinor ?? 0n) }
  return { title: words.revenue, labels, series: compare ? [now, before] : [now] }
}

function overTime(
  currency: string,
  rows: RevenueStep[],
  filter: ReportFilter,
  locale: ReportScope['locale'],
  words: Words,
): ReportSection {
  const steps = rows.map((row) => stepCell(row.start, filter.step, locale))
  return {
    currency,
    figures: figuresOf(rows, filter, words),
    charts: [
      chartOf(
        rows,
        steps.map(({ text }) => text),
        filter,
        words,
      ),
    ],
    rows: rows.map((row, index) => ({
      key: steps[index]!.day,
      cells: [steps[index]!, ...amounts(row, filter.compare)],
    })),
    total: [words.total, ...amounts(add(rows), filter.compare)],
  }
}

function inShares(
  currency: string,
  rows: RevenueShare[],
  filter: ReportFilter,
  nameOf: (row: RevenueShare) => string,
  words: Words,
): ReportSection {
  return {
    currency,
    figures: figuresOf(rows, filter, words),
    charts: [chartOf(rows, rows.map(nameOf), filter, words)],
    rows: rows.map((row) => ({ key: row.key ?? 'none', cells: [nameOf(row), ...amounts(row, filter.compare)] })),
    total: [words.total, ...amounts(add(rows), filter.compare)],
  }
}

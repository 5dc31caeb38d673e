import { type AgeGroup, readAgeing } from '#modules/billing/reports/ageing-report.ts'
import { reportsMessages } from '../messages/reports.ts'
import { paths } from '../paths.ts'
import type { ReportFilter } from './report-url.ts'
import { byCurrency, changeOf, type ReportSection, type ReportView, sumOf } from './report-view.ts'
import type { ReportScope } from './reports-read.ts'

/** What is owed, by age. As of today each age leads to its invoices. */
export async function ageingView(scope: ReportScope, filter: ReportFilter): Promise<ReportView> {
  const words = reportsMessages[scope.locale]
  const groups = await readAgeing(scope.app, scope.actor, { on: scope.on, currency: filter.currency })
  return {
    columns: [
      { key: 'age', header: words.age, kind: 'text' },
      { key: 'invoices', header: words.invoices, kind: 'count' },
      { key: 'customers', header: words.customers, kind: 'count' },
      { key: 'owed', header: words.owed, kind: 'money' },
      ...(filter.compare
        ? [
            { key: 'before', header: words.monthBefore, kind: 'money' as const },
            { key: 'change', header: words.change, kind: 'change' as const },
          ]
        : []),
    ],
    sections: byCurrency(groups).map(([currency, rows]) => sectionOf(currency, rows, filter, scope)),
  }
}

function sectionOf(
  currency: string,
  rows: AgeGroup[],
  { compare }: ReportFilter,
  { locale, on, today }: ReportScope,
): ReportSection {
  const words = reportsMessages[locale]
  const labels = rows.map(({ age }) => words.ages[age])
  const owed = sumOf(rows, (row) => row.amountMinor)
  const before = sumOf(rows, (row) => row.before.amountMinor)
  const invoices = rows.reduce((sum, row) => sum + row.invoices, 0)
  const isToday = on.equals(today)
  return {
    currency,
    figures: [
      { label: words.owed, value: owed, kind: 'money' },
      {
        label: words.overdue,
        value: sumOf(
          rows.filter(({ age }) => age !== '0'),
          (row) => row.amountMinor,
        ),
        kind: 'money',
      },
      { label: words.invoices, value: invoices, kind: 'count' },
      ...(compare ? [{ label: words.monthBefore, value: before, kind: 'money' as const }] : []),
    ],
    charts: [
      {
        title: words.owedByAge,
        labels: rows.map(({ age }) => (age === '0' ? words.ages[age] : age.replace('-', '–'))),
        series: [
          { name: words.now, tone: 'main', values: rows.map((row) => row.amountMinor) },
          ...(compare
            ? [{ name: words.monthBefore, tone: 'before' as const, values: rows.map((row) => row.before.amountMinor) }]
            : []),
        ],
      },
    ],
    rows: rows.map((row, index) => ({
      key: row.age,
      to: isToday && row.invoices > 0 ? paths.staffInvoices({ state: 'open', currency, overdue: row.age }) : undefined,
      cells: [
        labels[index]!,
        row.invoices,
        row.customers,
        row.amountMinor,
        ...(compare ? [row.before.amountMinor, changeOf(row.amountMinor, row.before.amountMinor)] : []),
      ],
    })),
    // A customer may owe invoices of several ages, so customers do not add up.
    total: [words.total, invoices, null, owed, ...(compare ? [before, changeOf(owed, before)] : [])],
  }
}

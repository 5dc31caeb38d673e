import { readRecurringRevenue, type RecurringMonth } from '#modules/billing/reports/recurring-report.ts'
import { formatMoney } from '#platform/i18n.ts'
import { reportsMessages } from '../messages/reports.ts'
import type { ReportFilter } from './report-url.ts'
import { byCurrency, changeOf, type ReportSection, type ReportView, stepCell } from './report-view.ts'
import type { ReportScope } from './reports-read.ts'

/** Recurring revenue at each month's end and how it came there. */
export async function recurringView(scope: ReportScope, filter: ReportFilter): Promise<ReportView> {
  const words = reportsMessages[scope.locale]
  const months = await readRecurringRevenue(scope.app, scope.actor, filter)
  return {
    columns: [
      { key: 'month', header: words.period.month, kind: 'day' },
      { key: 'start', header: words.atStart, kind: 'money', minor: true },
      { key: 'new', header: words.isNew, kind: 'money' },
      { key: 'back', header: words.back, kind: 'money' },
      { key: 'grown', header: words.grown, kind: 'money' },
      { key: 'shrunk', header: words.shrunk, kind: 'money' },
      { key: 'lost', header: words.lost, kind: 'money' },
      { key: 'end', header: words.atEnd, kind: 'money' },
      ...(filter.compare ? [{ key: 'change', header: words.change, kind: 'change' as const }] : []),
      { key: 'customers', header: words.customers, kind: 'count' },
      { key: 'customersNew', header: words.customersNew, kind: 'count', minor: true },
      { key: 'customersLost', header: words.customersLost, kind: 'count', minor: true },
      { key: 'customerChurn', header: words.customerChurn, kind: 'percent' },
      { key: 'revenueChurn', header: words.revenueChurn, kind: 'percent' },
    ],
    sections: byCurrency(months).map(([currency, rows]) => sectionOf(currency, rows, filter, scope)),
  }
}

function sectionOf(
  currency: string,
  rows: RecurringMonth[],
  { compare }: ReportFilter,
  { locale }: ReportScope,
): ReportSection {
  const words = reportsMessages[locale]
  const months = rows.map((row) => stepCell(row.month, 'month', locale))
  const labels = months.map(({ text }) => text)
  const last = rows.at(-1)!
  const ofLast = words.ofMonth(labels.at(-1)!)
  return {
    currency,
    figures: [
      {
        label: words.recurringAtEnd,
        value: last.endMinor,
        kind: 'money',
        text: words.perYear(formatMoney(last.endMinor * 12n, currency, locale)),
      },
      { label: words.customers, value: last.customersAtEnd, kind: 'count' },
      { label: words.customerChurn, value: last.customerChurn ?? null, kind: 'percent', text: ofLast },
      { label: words.revenueChurn, value: last.revenueChurn ?? null, kind: 'percent', text: ofLast },
    ],
    charts: [
      {
        title: words.recurringAtEnd,
        labels,
        series: [
          { name: words.atEnd, tone: 'main', values: rows.map((row) => row.endMinor) },
          ...(compare
            ? [{ name: words.atStart, tone: 'before' as const, values: rows.map((row) => row.startMinor) }]
            : []),
        ],
      },
      {
        title: `${words.gains} / ${words.losses}`,
        labels,
        series: [
          {
            name: words.gains,
            tone: 'second',
            values: rows.map((row) => row.newMinor + row.backMinor + row.grownMinor),
          },
          { name: words.losses, tone: 'bad', values: rows.map((row) => -(row.lostMinor + row.shrunkMinor)) },
        ],
      },
    ],
    rows: rows.map((row, index) => ({
      key: months[index]!.day,
      cells: [
        months[index]!,
        row.startMinor,
        row.newMinor,
        row.backMinor,
        row.grownMinor,
        row.shrunkMinor,
        row.lostMinor,
        row.endMinor,
        ...(compare ? [changeOf(row.endMinor, row.startMinor)] : []),
        row.customersAtEnd,
        row.customersNew + row.customersBack,
        row.customersLost,
        row.customerChurn ?? null,
        row.revenueChurn ?? null,
      ],
    })),
  }
}

import { type PlanFigures, readProducts } from '#modules/billing/reports/product-report.ts'
import { reportsMessages } from '../messages/reports.ts'
import type { ReportFilter } from './report-url.ts'
import { byCurrency, changeOf, type ReportSection, type ReportView, sumOf } from './report-view.ts'
import type { ReportScope } from './reports-read.ts'

/** How each plan did. */
export async function productsView(scope: ReportScope, filter: ReportFilter): Promise<ReportView> {
  const words = reportsMessages[scope.locale]
  const rows = await readProducts(scope.app, scope.actor, filter)
  return {
    columns: [
      { key: 'plan', header: words.plan, kind: 'text' },
      { key: 'product', header: words.product, kind: 'text' },
      { key: 'sold', header: words.sold, kind: 'count' },
      ...(filter.compare
        ? [
            {
              key: 'soldBefore',
              header: `${words.before} (${words.sold})`,
              kind: 'count' as const,
              minor: true as const,
            },
          ]
        : []),
      { key: 'cancelled', header: words.cancelled, kind: 'count' },
      { key: 'active', header: words.active, kind: 'count' },
      { key: 'revenue', header: words.revenue, kind: 'money' },
      ...(filter.compare
        ? [
            { key: 'before', header: words.before, kind: 'money' as const },
            { key: 'change', header: words.change, kind: 'change' as const },
          ]
        : []),
    ],
    sections: byCurrency(rows).map(([currency, plans]) => sectionOf(currency, plans, filter, scope)),
  }
}

const countOf = (rows: readonly PlanFigures[], count: (row: PlanFigures) => number): number =>
  rows.reduce((sum, row) => sum + count(row), 0)

function sectionOf(
  currency: string,
  rows: PlanFigures[],
  { compare }: ReportFilter,
  { locale }: ReportScope,
): ReportSection {
  const words = reportsMessages[locale]
  const nameOf = (row: PlanFigures): string => row.plan?.[locale] ?? words.unassigned
  const revenue = sumOf(rows, (row) => row.netMinor)
  const before = sumOf(rows, (row) => row.before.netMinor)
  const [sold, cancelled, active] = [
    countOf(rows, (row) => row.sold),
    countOf(rows, (row) => row.cancelled),
    countOf(rows, (row) => row.active),
  ]
  return {
    currency,
    figures: [
      { label: words.revenue, value: revenue, kind: 'money' },
      { label: words.sold, value: sold, kind: 'count' },
      { label: words.cancelled, value: cancelled, kind: 'count' },
      { label: words.active, value: active, kind: 'count' },
    ],
    charts: [
      {
        title: words.revenue,
        labels: rows.map(nameOf),
        series: [
          { name: words.now, tone: 'main', values: rows.map((row) => row.netMinor) },
          ...(compare
            ? [{ name: words.before, tone: 'before' as const, values: rows.map((row) => row.before.netMinor) }]
            : []),
        ],
      },
    ],
    rows: rows.map((row) => ({
      key: row.planId ?? 'none',
      cells: [
        nameOf(row),
        row.product?.[locale] ?? null,
        row.sold,
        ...(compare ? [row.before.sold] : []),
        row.cancelled,
        row.active,
        row.netMinor,
        ...(compare ? [row.before.netMinor, changeOf(row.netMinor, row.before.netMinor)] : []),
      ],
    })),
    total: [
      words.total,
      null,
      sold,
      ...(compare ? [countOf(rows, (row) => row.before.sold)] : []),
      cancelled,
      active,
      revenue,
      ...(compare ? [before, changeOf(revenue, before)] : []),
    ],
  }
}

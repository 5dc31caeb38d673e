import { formatMoney, formatMoneyShort, formatNumber, formatPercent } from '#platform/i18n.ts'
import { reportsMessages } from '../messages/reports.ts'
import { BarChart } from '../ui/bar-chart.tsx'
import { Card, Figure } from '../ui/card.tsx'
import { type Column, DataTable } from '../ui/data-table.tsx'
import { useLocale, useMessages } from '../ui/site.tsx'
import type { ReportCell, ReportChart, ReportColumn, ReportRow, ReportSection } from './report-view.ts'

const TOTAL = 'total'
const MANY = 10

/** One currency of a report: what it comes to, its picture, and the same figures as a table. */
export function ReportSectionView({
  name,
  columns,
  section,
  titled,
  drills,
}: {
  name: string
  columns: readonly ReportColumn[]
  section: ReportSection
  titled: boolean
  drills: boolean
}) {
  const { currency, figures, charts, total } = section
  const rows: ReportRow[] = [...section.rows, ...(total ? [{ key: TOTAL, cells: total }] : [])]
  return (
    <section aria-label={`${name}, ${currency}`} className="grid min-w-0 gap-4">
      {titled && <h2 className="text-lg">{currency}</h2>}
      <div className="grid grid-cols-2 gap-4 max-sm:gap-3 lg:grid-cols-4">
        {figures.map(({ label, value, kind, text }) => (
          <Figure
            key={label}
            label={label}
            value={<Value cell={value} kind={kind} currency={currency} />}
            text={text}
          />
        ))}
      </div>
      {charts.map((chart) => (
        <Card key={chart.title}>
          <Chart chart={chart} currency={currency} />
        </Card>
      ))}
      <div className="min-w-0">
        <DataTable
          label={`${name}, ${currency}`}
          columns={columns.map((column, index) => tableColumn(column, index, currency, columns.length))}
          rows={rows}
          rowKey={(row) => row.key}
          href={(row) => (drills ? row.to : undefined)}
        />
      </div>
    </section>
  )
}

const tableColumn = (column: ReportColumn, index: number, currency: string, columns: number): Column<ReportRow> => ({
  key: column.key,
  header: column.header,
  cell: ({ key, cells }) => {
    const cell = cells[index] ?? null
    if (cell === null) return null
    const value = <Value cell={cell} kind={column.kind} currency={currency} />
    return key === TOTAL ? <strong className="font-semibold">{value}</strong> : value
  },
  ...(index > 0 && column.kind !== 'text' && { align: 'right' as const }),
  ...(column.minor && { phone: 'hide' as const }),
  // Where many columns share the room, none takes what is left.
  ...(index === 0 && columns < MANY && { grow: true }),
})

function Value({ cell, kind, currency }: { cell: ReportCell; kind: ReportColumn['kind']; currency: string }) {
  const locale = useLocale()
  if (cell === null) return <span className="text-muted">–</span>
  if (typeof cell === 'string') return cell
  if (typeof cell === 'object') return <time dateTime={cell.day}>{cell.text}</time>
  if (kind === 'money') return formatMoney(BigInt(cell), currency, locale)
  if (kind === 'count') return formatNumber(cell, locale)
  return formatPercent(Number(cell), locale, kind === 'change')
}

function Chart({ chart, currency }: { chart: ReportChart; currency: string }) {
  const words = useMessages(reportsMessages)
  const locale = useLocale()
  return (
    <BarChart
      title={chart.title}
      description={words.chart(chart.title, currency, chart.labels.length)}
      labels={chart.labels}
      series={chart.series.map(({ values, ...each }) => ({ ...each, values: values.map(Number) }))}
      tick={(minor) => formatMoneyShort(BigInt(Math.round(minor)), currency, locale)}
      tip={(label, { name, values }, index) =>
        `${label}, ${name}: ${formatMoney(BigInt(values[index] ?? 0), currency, locale)}`
      }
    />
  )
}

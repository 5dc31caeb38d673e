import { Readable } from 'node:stream'
import { recordReportExport } from '#modules/billing/reports/record-export.ts'
import type { Cell } from '#platform/cell.ts'
import { csvLine } from '#platform/csv.ts'
import { toDecimal } from '#platform/money.ts'
import { writeXlsx } from '#platform/xlsx.ts'
import { reportsMessages } from '../messages/reports.ts'
import { readListUrl } from './list-url.ts'
import { type ReportName, readReportUrl } from './report-url.ts'
import type { ReportCell, ReportColumn, ReportView } from './report-view.ts'
import { readReportView, reportNamed, type ReportScope, reportScope } from './reports-read.ts'
import { documentCells, documentHeader, readTaxUrl } from './tax-view.ts'
import type { Route } from './+types/report-export'

const MEDIA = {
  csv: 'text/csv; charset=utf-8',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
}

type Table = { header: string[]; rows: AsyncIterable<Cell[]> | Cell[][] }

/** A report as it is filtered, as a file that begins at once. With `documents`, tax leaves as what is behind its figures. */
export async function loader({ request, context, params }: Route.LoaderArgs) {
  const report = reportNamed(params.report)
  const url = readListUrl(request)
  const scope = await reportScope(context, url)
  const format = url.one('format', ['csv', 'xlsx'] as const) ?? 'csv'
  const documents = report === 'tax' && url.one('documents', ['1']) !== undefined
  const table = documents ? documentTable(scope, url) : await figureTable(scope, report, url)
  await recordReportExport(scope.app, scope.actor, { report, format, query: new URL(request.url).search })
  const name = documents ? 'documents' : report
  const title = reportsMessages[scope.locale].names[name]
  const file = format === 'csv' ? writeCsv(table) : writeXlsx(title, table.header, table.rows)
  return new Response(
    Readable.toWeb(Readable.from(file, { objectMode: false })) as ReadableStream<Uint8Array<ArrayBuffer>>,
    {
      headers: {
        'content-type': MEDIA[format],
        'content-disposition': `attachment; filename="${name}-${scope.today.toString()}.${format}"`,
        'cache-control': 'private, no-store',
      },
    },
  )
}

/** With the mark by which spreadsheets know UTF-8. */
async function* writeCsv({ header, rows }: Table): AsyncGenerator<string> {
  yield `\uFEFF${csvLine(header)}`
  for await (const row of rows) yield csvLine(row)
}

const documentTable = (scope: ReportScope, url: ReturnType<typeof readListUrl>): Table => ({
  header: documentHeader(scope.locale),
  rows: documentCells(scope, readTaxUrl(url, readReportUrl(url, 'tax', scope.today))),
})

async function figureTable(
  scope: ReportScope,
  report: ReportName,
  url: ReturnType<typeof readListUrl>,
): Promise<Table> {
  const view = await readReportView(scope, report, readReportUrl(url, report, scope.today))
  const [first, ...others] = view.columns
  const { currency } = reportsMessages[scope.locale]
  return { header: [first!.header, currency, ...others.map(({ header }) => header)], rows: rowsOf(view) }
}

const rowsOf = ({ columns, sections }: ReportView): Cell[][] =>
  sections.flatMap(({ currency, rows }) =>
    rows.map(({ cells }) => {
      const [first, ...others] = cells.map((cell, index) => cellOf(cell, columns[index]!.kind, currency))
      return [first ?? null, currency, ...others]
    }),
  )

function cellOf(cell: ReportCell, kind: ReportColumn['kind'], currency: string): Cell {
  if (cell === null || typeof cell === 'string') return cell
  if (typeof cell === 'object') return Temporal.PlainDate.from(cell.day)
  if (kind === 'money') return { decimal: toDecimal(BigInt(cell), currency) }
  if (kind === 'count') return { decimal: String(cell) }
  return { decimal: (Number(cell) / 10_000).toFixed(4), percent: true }
}

import { Readable } from 'node:stream'
import { exportForecast, type ForecastRow, getForecast } from '#modules/billing/forecasts/forecast-queries.ts'
import type { Cell } from '#platform/cell.ts'
import { csvLine } from '#platform/csv.ts'
import { toDecimal } from '#platform/money.ts'
import { localeContext } from '../context.ts'
import { staffForecastsMessages } from '../messages/staff-forecasts.ts'
import { staffObjectsMessages } from '../messages/staff-objects.ts'
import { staffScope } from './access.ts'
import { readRowsUrl } from './forecast-url.ts'
import { differenceOf, rowView } from './forecast-view.ts'
import { readListUrl } from './list-url.ts'
import type { Route } from './+types/forecast-export'

/** The rows of a forecast as they are filtered, as a file that begins at once. */
export async function loader({ request, params: { forecastId }, context }: Route.LoaderArgs) {
  const { app, actor } = staffScope(context)
  const locale = context.get(localeContext)
  const { id } = await getForecast(app, actor, forecastId)
  const batches = await exportForecast(app, actor, { forecastId: id, ...readRowsUrl(readListUrl(request)) })
  const words = staffForecastsMessages[locale]
  const { templates } = staffObjectsMessages[locale].customers
  async function* lines(): AsyncGenerator<string> {
    // With the mark by which spreadsheets know UTF-8.
    yield `\uFEFF${csvLine([...Object.values(words.columns), words.difference])}`
    for await (const rows of batches)
      for (const row of rows)
        yield csvLine([
          words.one[row.kind],
          row.template === null ? null : (templates[row.template] ?? row.template),
          ...cellsOf(row),
          differenceOf(rowView(row), words),
        ])
  }
  const body = Readable.toWeb(Readable.from(lines(), { objectMode: false })) as ReadableStream<Uint8Array<ArrayBuffer>>
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="forecast-${id.slice(-6).toLowerCase()}.csv"`,
      'cache-control': 'private, no-store',
    },
  })
}

const cellsOf = (row: ForecastRow): Cell[] => {
  const money = (minor: bigint | null): Cell =>
    minor === null || row.currency === null ? null : { decimal: toDecimal(minor, row.currency) }
  return [
    row.customerId,
    row.customerName,
    row.hostname,
    row.dueOn,
    row.todayOn,
    row.changedOn,
    money(row.todayMinor),
    money(row.changedMinor),
    row.currency,
  ]
}

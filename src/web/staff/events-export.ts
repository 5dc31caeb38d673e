import { Readable } from 'node:stream'
import { exportEvents } from '#modules/accounts/export-events.ts'
import { staffScope } from './access.ts'
import { scopedCustomer } from './customer-scope.ts'
import { readEventFilter } from './event-filter.ts'
import { readListUrl } from './list-url.ts'
import type { Route } from './+types/events-export'

const MEDIA = { csv: 'text/csv; charset=utf-8', ndjson: 'application/x-ndjson' }

/** The log as it is filtered, as a file that begins at once and never lies in memory as a whole. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const format = url.one('format', ['csv', 'ndjson'] as const) ?? 'csv'
  const customer = await scopedCustomer(scope, url)
  const lines = await exportEvents(scope.app, scope.actor, { ...readEventFilter(url, customer?.id), format })
  const day = scope.app.clock.now().toString().slice(0, 10)
  const body = Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream<Uint8Array<ArrayBuffer>>
  return new Response(body, {
    headers: {
      'content-type': MEDIA[format],
      'content-disposition': `attachment; filename="event-log-${day}.${format}"`,
      'cache-control': 'private, no-store',
    },
  })
}

import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { csvLine } from '#platform/csv.ts'
import { type EventFilter, listEvents, type LoggedEvent } from './list-events.ts'
import { requirePermission } from './permissions.ts'

const PAGE = 500
const COLUMNS = [
  'sequence',
  'at',
  'event',
  'about',
  'customer',
  'customerName',
  'actorKind',
  'actor',
  'actorName',
  'address',
  'request',
  'before',
  'after',
] as const
export type ExportFormat = 'csv' | 'ndjson'

/**
 * Staff: the log as a file, newest first, a page at a time however long it is; that it was taken is written to the log itself.
 * Times are UTC. Lines end as RFC 4180 asks of CSV. Throws `permission_denied` before anything is given.
 */
export async function exportEvents(
  app: App,
  actor: Actor,
  { format, ...filter }: Omit<EventFilter, 'limit' | 'after'> & { format: ExportFormat },
): Promise<AsyncIterable<string>> {
  requirePermission(actor, 'event.read')
  await app.transaction(actor, (tx) => tx.emit('event_log.exported', 'events', { after: { format, ...told(filter) } }))
  return write(app, actor, filter, format)
}

const told = (filter: object): object =>
  Object.fromEntries(
    Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )

async function* write(
  app: App,
  actor: Actor,
  filter: Omit<EventFilter, 'limit' | 'after'>,
  format: ExportFormat,
): AsyncGenerator<string> {
  if (format === 'csv') yield csvLine(COLUMNS)
  let after: string | undefined
  do {
    const { rows, next } = await listEvents(app, actor, { ...filter, limit: PAGE, after })
    const lines = rows.map(lineOf)
    if (format === 'csv') yield lines.map((line) => csvLine(COLUMNS.map((name) => cell(line[name])))).join('')
    else yield lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    after = next
  } while (after !== undefined)
}

const lineOf = (event: LoggedEvent) => ({
  sequence: String(event.sequence),
  at: event.createdAt.toString(),
  event: event.name,
  about: event.subjectId,
  customer: event.customerId,
  customerName: event.customerName,
  actorKind: event.actorKind,
  actor: event.actorId,
  actorName: event.actorName,
  address: event.address,
  request: event.requestId,
  before: event.before,
  after: event.after,
})

const cell = (value: unknown): string | null =>
  value === null || value === undefined ? null : typeof value === 'string' ? value : JSON.stringify(value)

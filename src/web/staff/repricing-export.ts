import { Readable } from 'node:stream'
import {
  getRepricing,
  listPayers,
  type Payer,
  PAYER_VIEWS,
  recordRepricingExport,
} from '#modules/billing/repricings-queries.ts'
import { csvLine } from '#platform/csv.ts'
import { toDecimal } from '#platform/money.ts'
import { localeContext } from '../context.ts'
import { staffRepricingsMessages } from '../messages/staff-repricings.ts'
import { type StaffScope, staffScope } from './access.ts'
import { readListUrl } from './list-url.ts'
import type { Route } from './+types/repricing-export'

const PAGE = 1_000

/** Who pays what, as it is filtered, as a file that begins at once and never lies in memory as a whole. */
export async function loader({ request, params: { repricingId }, context }: Route.LoaderArgs) {
  const scope = staffScope(context)
  const url = readListUrl(request)
  const filter = { repricingId, search: url.text('q'), view: url.one('view', PAYER_VIEWS) }
  const repricing = await getRepricing(scope.app, scope.actor, repricingId)
  await recordRepricingExport(scope.app, scope.actor, { repricingId })
  const lines = write(scope, filter, repricing.currency, staffRepricingsMessages[context.get(localeContext)])
  return new Response(
    Readable.toWeb(Readable.from(lines, { objectMode: false })) as ReadableStream<Uint8Array<ArrayBuffer>>,
    {
      headers: {
        'content-type': 'text/csv; charset=utf-8',
        'content-disposition': `attachment; filename="price-change-${repricing.effectiveOn.toString()}.csv"`,
        'cache-control': 'private, no-store',
      },
    },
  )
}

type Filter = Omit<Parameters<typeof listPayers>[2], 'limit' | 'after'>

/** With the mark by which spreadsheets know UTF-8; amounts with a point. */
async function* write(
  { app, actor }: StaffScope,
  filter: Filter,
  currency: string,
  words: (typeof staffRepricingsMessages)['en'],
): AsyncGenerator<string> {
  const { file } = words
  yield `\uFEFF${csvLine([file.customer, file.id, file.subscription, file.hostname, file.currency, words.pieces, words.oldPrice, words.newPrice, words.difference, words.firstRenewal, file.excluded])}`
  for (let after: string | undefined = ''; after !== undefined;) {
    const { rows, next } = await listPayers(app, actor, {
      ...filter,
      limit: PAGE,
      after: after === '' ? undefined : after,
    })
    for (const row of rows) yield csvLine(cellsOf(row, currency))
    after = next
  }
}

const cellsOf = (row: Payer, currency: string): string[] => [
  row.customerName,
  row.customerId,
  row.subscriptionId,
  row.hostname ?? '',
  currency,
  String(row.quantity),
  toDecimal(row.oldMinor, currency),
  toDecimal(row.newMinor, currency),
  toDecimal(row.newMinor - row.oldMinor, currency),
  row.firstOn,
  row.excluded ? '1' : '0',
]

import type { Statement } from '#modules/billing/read-statement.ts'
import type { Locale } from '#platform/i18n.ts'
import { portalScope } from './scope.ts'
import { readAskedStatement } from './statement-view.ts'
import type { Route } from './+types/statement-file'

/** The statement that is shown, to keep: `?format=pdf` or `csv`. */
export async function loader({ request, context }: Route.LoaderArgs) {
  const { app, actor, customerId, locale } = portalScope(context)
  return answerStatement(await readAskedStatement(app, actor, customerId, request), request, locale)
}

/** A statement as the file that an address asks for. */
export async function answerStatement(statement: Statement, request: Request, locale: Locale): Promise<Response> {
  // Loaded when the first one is asked for: nobody else pays for the memory of fonts and layout.
  const { renderStatementCsv, renderStatementPdf } = await import('#modules/billing/statement-file.ts')
  const csv = new URL(request.url).searchParams.get('format') === 'csv'
  const body = csv ? renderStatementCsv(statement, locale) : new Uint8Array(await renderStatementPdf(statement, locale))
  const name = `statement-${statement.from.toString()}-${statement.currency}.${csv ? 'csv' : 'pdf'}`
  return new Response(body, {
    headers: {
      'content-type': csv ? 'text/csv; charset=utf-8' : 'application/pdf',
      'content-disposition': `attachment; filename="${name}"`,
      'cache-control': 'private, no-store',
    },
  })
}

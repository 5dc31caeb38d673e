import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'

/** So many different reports are kept; who sends more makes it no fuller. */
const GROUPS_MAX = 1_000
const REPORTS_PER_MESSAGE = 20

/** As browsers send them (CSP level 3, section 5, and Reporting API), with whatever else they put in. */
const Old = z.object({
  'csp-report': z.object({
    'document-uri': z.string(),
    'effective-directive': z.string().optional(),
    'violated-directive': z.string().optional(),
    'blocked-uri': z.string().optional(),
  }),
})
const New = z.array(
  z.object({
    type: z.string(),
    body: z.object({
      documentURL: z.string().optional(),
      effectiveDirective: z.string().optional(),
      blockedURL: z.string().optional(),
    }),
  }),
)

type Report = { directive: string; blocked: string; page: string }

/**
 * Counts what browsers report of our own pages, by directive, by the origin of what was blocked and by page; no address in
 * full, since it may hold a secret. What extensions do, or what is no report, is passed over. `message` is parsed JSON.
 */
export async function recordCspReports(app: App, message: unknown): Promise<void> {
  const reports = [...new Map(readReports(app, message).map((report) => [JSON.stringify(report), report])).values()]
  if (reports.length === 0) return
  const now = app.clock.now()
  const column = (name: keyof Report): string[] => reports.map((report) => report[name])
  await sql`
    insert into csp_reports (id, directive, blocked, page, count, first_seen, last_seen)
    select r.id, r.directive, r.blocked, r.page, 1, ${now}::timestamptz, ${now}::timestamptz
    from unnest(${reports.map(() => newId('csp'))}::text[], ${column('directive')}::text[], ${column('blocked')}::text[], ${column('page')}::text[])
      as r (id, directive, blocked, page)
    where (select count(*) from csp_reports) < ${GROUPS_MAX}
      or exists (select from csp_reports k where (k.directive, k.blocked, k.page) = (r.directive, r.blocked, r.page))
    on conflict (directive, blocked, page) do update set count = csp_reports.count + 1, last_seen = excluded.last_seen`.execute(
    app.db,
  )
}

function readReports({ config }: App, message: unknown): Report[] {
  const old = Old.safeParse(message).data?.['csp-report']
  const told = old
    ? [
        {
          document: old['document-uri'],
          directive: old['effective-directive'] ?? old['violated-directive'],
          blocked: old['blocked-uri'],
        },
      ]
    : (New.safeParse(message).data ?? [])
        .filter(({ type }) => type === 'csp-violation')
        .map(({ body }) => ({
          document: body.documentURL,
          directive: body.effectiveDirective,
          blocked: body.blockedURL,
        }))
  return told.slice(0, REPORTS_PER_MESSAGE).flatMap(({ document, directive, blocked }) => {
    const page = pageOf(document, config.publicUrl)
    const what = blockedOf(blocked ?? '')
    const [name = ''] = (directive ?? '').split(' ')
    return page === undefined || what === undefined || !/^[a-z-]{1,40}$/.test(name)
      ? []
      : [{ directive: name, blocked: what, page }]
  })
}

/** The path of one of our pages, its ids left out; undefined for any other address. */
function pageOf(address: string | undefined, publicUrl: string): string | undefined {
  const url = URL.parse(address ?? '')
  if (url?.origin !== new URL(publicUrl).origin || url.pathname.length > 200) return undefined
  return url.pathname.replaceAll(/\/[a-z]{3}_[0-9a-z]{26}/g, '/…')
}

/** A keyword such as `inline`, or the origin of what was blocked; undefined for what is no site's, such as an extension. */
function blockedOf(blocked: string): string | undefined {
  if (/^[a-z-]{1,20}$/.test(blocked)) return blocked
  const url = URL.parse(blocked)
  if (!url || blocked.length > 2_000) return undefined
  if (/^(data|blob):$/.test(url.protocol)) return url.protocol.slice(0, -1)
  return /^(https?|wss?):$/.test(url.protocol) ? url.origin.slice(0, 200) : undefined
}

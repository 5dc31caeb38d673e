import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import { requirePermission } from './permissions.ts'

export type CspReport = Schema['cspReports']

/** Staff: what browsers refused on our pages, the latest first; `search` is part of a directive, an origin or a page. */
export async function listCspReports(
  app: App,
  actor: Actor,
  { limit, after, search }: PageFilter & { search?: string | undefined },
): Promise<Page<CspReport>> {
  requirePermission(actor, 'event.read')
  const rows = await app.db
    .selectFrom('cspReports')
    .selectAll()
    .$if(search !== undefined, (query) =>
      query.where(
        sql<boolean>`position(${search!.toLowerCase()} in lower(directive || ' ' || blocked || ' ' || page)) > 0`,
      ),
    )
    .$if(after !== undefined, (query) =>
      query.where(sql<boolean>`(last_seen, id) < (select last_seen, id from csp_reports where id = ${after!})`),
    )
    .orderBy('lastSeen', 'desc')
    .orderBy('id', 'desc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit)
}

/** Staff: forgets one of them, once its cause is mended; it comes back when it happens again. Throws `csp_report_not_found`. */
export async function clearCspReport(app: App, actor: Actor, input: { reportId: string }): Promise<void> {
  requirePermission(actor, 'event.read')
  await app.transaction(actor, async (tx) => {
    const gone = await tx.db
      .deleteFrom('cspReports')
      .where('id', '=', input.reportId)
      .returning(['directive', 'blocked', 'page', 'count'])
      .executeTakeFirst()
    if (!gone) throw new Problem('not_found', 'csp_report_not_found', 'It is not there any more.')
    await tx.emit('csp_report.cleared', input.reportId, { before: gone })
  })
}

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
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

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { UserActor } from '#platform/actor.ts'

/** Writes down that one of us opened a page as a customer: each page once, however often it is looked at anew. */
export async function recordOpenedPage(
  app: App,
  actor: UserActor,
  { impersonationId, path }: { impersonationId: string; path: string },
): Promise<void> {
  const known = await app.db
    .selectFrom('events')
    .select('id')
    .where('subjectId', '=', impersonationId)
    .where('name', '=', 'impersonation.page_opened')
    .where(sql`after->>'path'`, '=', path)
    .executeTakeFirst()
  if (known) return
  await app.transaction(actor, (tx) => tx.emit('impersonation.page_opened', impersonationId, { after: { path } }))
}

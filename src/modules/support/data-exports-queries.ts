import { gunzipSync } from 'node:zlib'
import type { App } from '#app/app.ts'
import { actingUserId } from '#modules/accounts/user.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { DATA_EXPORT_COLUMNS, type DataExport } from './data-export.ts'

/** The actor's exports that can still be had or are under way, the newest first. */
export async function listDataExports(app: App, actor: Actor): Promise<DataExport[]> {
  return app.db
    .selectFrom('dataExports')
    .select(DATA_EXPORT_COLUMNS)
    .where('userId', '=', actingUserId(actor))
    .where('expiresAt', '>', app.clock.now())
    .orderBy('id', 'desc')
    .execute()
}

/** The file itself, JSON. Throws `data_export_not_found` for one that is not the actor's, not ready, or over. */
export async function getDataExport(app: App, actor: Actor, input: { exportId: string }): Promise<Buffer> {
  const found = await app.db
    .selectFrom('dataExports')
    .select('content')
    .where('id', '=', input.exportId)
    .where('userId', '=', actingUserId(actor))
    .where('state', '=', 'ready')
    .where('expiresAt', '>', app.clock.now())
    .executeTakeFirst()
  if (!found?.content) throw new Problem('not_found', 'data_export_not_found', 'There is no such file any more.')
  return gunzipSync(found.content)
}

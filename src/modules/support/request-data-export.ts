import { gunzipSync } from 'node:zlib'
import type { App } from '#app/app.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { actingUserId } from '#modules/accounts/user.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { DATA_EXPORT_COLUMNS, type DataExport, EXPORT_DAYS } from './data-export.ts'
import { exportPersonalData } from './export-personal-data.ts'

const PER_USER = { name: 'data-export', attempts: 5, perSeconds: 86_400 }

/**
 * Asks for everything we hold about the actor as a file; a job makes it and a mail says when (GDPR, articles 15 and 20). Gives
 * the one that is under way, if there is one. Throws `confirmation_needed`, `too_many_attempts`.
 */
export async function requestDataExport(app: App, actor: Actor): Promise<DataExport> {
  requireConfirmed(actor, app.clock.now())
  const userId = actingUserId(actor)
  await app.limits.take(PER_USER, userId)
  return app.transaction(actor, async (tx) => {
    const made = await tx.db
      .insertInto('dataExports')
      .values({
        id: newId('exp'),
        userId,
        state: 'pending',
        createdAt: tx.now,
        updatedAt: tx.now,
        expiresAt: tx.now.add({ hours: 24 * EXPORT_DAYS }),
      })
      .onConflict((conflict) => conflict.column('userId').where('state', '=', 'pending').doNothing())
      .returning(DATA_EXPORT_COLUMNS)
      .executeTakeFirst()
    if (!made)
      return tx.db
        .selectFrom('dataExports')
        .select(DATA_EXPORT_COLUMNS)
        .where('userId', '=', userId)
        .where('state', '=', 'pending')
        .executeTakeFirstOrThrow()
    await tx.emit('data_export.pending', made.id, { after: { state: made.state } })
    await tx.enqueue(exportPersonalData, { exportId: made.id })
    return made
  })
}

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
export async function readDataExport(app: App, actor: Actor, input: { exportId: string }): Promise<Buffer> {
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

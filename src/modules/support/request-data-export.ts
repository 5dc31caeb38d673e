import type { App } from '#app/app.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { actingUserId } from '#modules/accounts/user.ts'
import type { Actor } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
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

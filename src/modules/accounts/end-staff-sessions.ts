import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { endSessions } from './end-sessions.ts'
import { lockColleague } from './lock-colleague.ts'
import { requirePermission } from './permissions.ts'

/**
 * Signs a colleague out of one browser, or of all when none is named. One that is over already is fine. Throws
 * `permission_denied`, `session_not_found`, as lockColleague.
 */
export async function endStaffSessions(
  app: App,
  actor: Actor,
  input: { userId: string; sessionId?: string | undefined },
): Promise<void> {
  requirePermission(actor, 'staff.manage')
  await app.transaction(actor, async (tx) => {
    const { id } = await lockColleague(tx, input.userId)
    if (input.sessionId === undefined) return void (await endSessions(tx, { userId: id, customerId: null }))
    const session = await tx.db
      .selectFrom('sessions')
      .select('revokedAt')
      .where('id', '=', input.sessionId)
      .where('userId', '=', id)
      .forUpdate()
      .executeTakeFirst()
    if (!session) throw new Problem('not_found', 'session_not_found', 'There is no such session.')
    if (session.revokedAt) return
    await tx.db.updateTable('sessions').set({ revokedAt: tx.now }).where('id', '=', input.sessionId).execute()
    await tx.emit('session.revoked', input.sessionId, { after: { userId: id } })
  })
}

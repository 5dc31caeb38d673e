import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { actingUserId } from './user.ts'

/**
 * Ends one of the actor's sessions, this browser's or another's; the next request with it is refused. Doing it twice is
 * fine. Throws `session_not_found` for a session that is not the actor's.
 */
export async function signOut(app: App, actor: Actor, input: { sessionId: string }): Promise<void> {
  const userId = actingUserId(actor)
  await app.transaction(actor, async (tx) => {
    const session = await tx.db
      .selectFrom('sessions')
      .select('revokedAt')
      .where('id', '=', input.sessionId)
      .where('userId', '=', userId)
      .forUpdate()
      .executeTakeFirst()
    if (!session) throw new Problem('not_found', 'session_not_found', 'There is no such session.')
    if (session.revokedAt) return
    await tx.db.updateTable('sessions').set({ revokedAt: tx.now }).where('id', '=', input.sessionId).execute()
    await tx.emit('session.revoked', input.sessionId, { after: { userId } })
  })
}

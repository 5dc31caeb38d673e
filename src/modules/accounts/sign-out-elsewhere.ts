import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { ownSession } from './confirm-session.ts'
import { endSessions } from './end-sessions.ts'

/** Ends every session of the actor's but the one that asks; gives how many. Throws `session_required`. */
export async function signOutElsewhere(app: App, actor: Actor): Promise<number> {
  const { userId, sessionId: keepSessionId } = ownSession(actor)
  return app.transaction(actor, async (tx) =>
    endSessions(tx, { userId, customerId: await findCustomerIdOf(tx.db, userId), keepSessionId }),
  )
}

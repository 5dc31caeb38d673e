import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { confirmUser, type UserProof } from './confirm-user.ts'
import { endSessions } from './end-sessions.ts'
import { type RenewedSession, renewSession } from './renew-session.ts'
import { actingUserId } from './user.ts'

/**
 * Whoever is signed in shows anew that it is them; for fifteen minutes dangerous acts ask nothing more. The session gets a
 * new token. Throws `session_required` and whatever `confirmUser` throws.
 */
export async function confirmSession(app: App, actor: Actor, proof: UserProof): Promise<RenewedSession> {
  const { userId, sessionId } = ownSession(actor)
  await confirmUser(app, actor, proof)
  return app.transaction(actor, async (tx) => {
    const renewed = await renewSession(tx, { sessionId, userId, confirmed: true })
    if (!renewed) throw sessionRequired()
    await tx.emit('session.confirmed', sessionId, { after: { userId } })
    return renewed
  })
}

/** Ends every session of the actor's but the one that asks; gives how many. Throws `session_required`. */
export async function endOtherSessions(app: App, actor: Actor): Promise<number> {
  const { userId, sessionId: keepSessionId } = ownSession(actor)
  return app.transaction(actor, (tx) => endSessions(tx, { userId, customerId: null, keepSessionId }))
}

function ownSession(actor: Actor): { userId: string; sessionId: string } {
  const userId = actingUserId(actor)
  const session = actor.kind === 'user' || actor.kind === 'staff' ? actor.session : undefined
  if (!session) throw sessionRequired()
  return { userId, sessionId: session.id }
}

const sessionRequired = (): Problem =>
  new Problem('forbidden', 'session_required', 'This is for whoever is signed in with a browser or program.')

import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { confirmUser, type UserProof } from './confirm-user.ts'
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

/** The browser or program that acts, and whose it is. Throws `session_required`. */
export function ownSession(actor: Actor): { userId: string; sessionId: string } {
  const userId = actingUserId(actor)
  const session = actor.kind === 'user' || actor.kind === 'staff' ? actor.session : undefined
  if (!session) throw sessionRequired()
  return { userId, sessionId: session.id }
}

const sessionRequired = (): Problem =>
  new Problem('forbidden', 'session_required', 'This is for whoever is signed in with a browser or program.')

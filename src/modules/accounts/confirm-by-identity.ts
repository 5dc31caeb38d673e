import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { ownSession } from './confirm-session.ts'
import type { OutsideIdentity } from './identity-provider.ts'
import { identityRefused } from './identity.ts'
import { hasSecondFactor } from './second-factor.ts'
import { type RenewedSession, renewSession } from './renew-session.ts'

/**
 * Whoever is signed in came back from a provider as somebody connected with their account: that shows that it is them, for
 * users who have no password, and no second factor. The session gets a new token. Throws `identity_refused`, `session_required`.
 */
export async function confirmByIdentity(app: App, actor: Actor, identity: OutsideIdentity): Promise<RenewedSession> {
  const { userId, sessionId } = ownSession(actor)
  return app.transaction(actor, async (tx) => {
    const own = await tx.db
      .selectFrom('identities')
      .select('id')
      .where('userId', '=', userId)
      .where('issuer', '=', identity.issuer)
      .where('subject', '=', identity.subject)
      .executeTakeFirst()
    // No second factor of ours was asked for there, so it does not stand in for one.
    const enough = own && !(await hasSecondFactor(tx.db, userId))
    const renewed = enough && (await renewSession(tx, { sessionId, userId, confirmed: true }))
    if (!renewed) throw identityRefused()
    await tx.emit('session.confirmed', sessionId, { after: { userId } })
    return renewed
  })
}

import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { findCustomerIdOf } from './accounts-queries.ts'
import { ownSession } from './confirm-session.ts'
import { requireConfirmed } from './confirmed.ts'
import { endSessions } from './end-sessions.ts'
import type { OutsideIdentity } from './identity-provider.ts'
import { insertIdentity } from './sign-in-with-identity.ts'

/**
 * Connects an outside identity with the actor's account and ends their other sessions, as somebody else may have opened one
 * while the account was not yet theirs. Whose address nobody has verified must do that first: until then the account may be
 * another's trap. Throws `confirmation_needed`, `email_unverified`, `identity_taken`.
 */
export async function connectIdentity(
  app: App,
  actor: Actor,
  input: { provider: string; identity: OutsideIdentity },
): Promise<void> {
  requireConfirmed(actor, app.clock.now())
  const { userId, sessionId } = ownSession(actor)
  await app.transaction(actor, async (tx) => {
    const user = await tx.db
      .selectFrom('users')
      .select('emailVerifiedAt')
      .where('id', '=', userId)
      .forUpdate()
      .executeTakeFirstOrThrow()
    if (!user.emailVerifiedAt)
      throw new Problem('conflict', 'email_unverified', 'Please confirm your email address first.')
    const identityId = await insertIdentity(tx, { userId, ...input, used: false })
    if (identityId === undefined)
      throw new Problem(
        'conflict',
        'identity_taken',
        'This log-in is connected with an account already, or yours is connected with another there.',
      )
    const customerId = await findCustomerIdOf(tx.db, userId)
    await endSessions(tx, { userId, customerId, keepSessionId: sessionId })
    await tx.emit('user.identity_connected', userId, {
      ...(customerId ? { customerId } : {}),
      after: { identityId, provider: input.provider },
    })
  })
}

import type { App } from '#app/app.ts'
import { newId } from '#platform/ids.ts'
import type { SignInMethod } from '#platform/schema.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'
import { findActor } from './find-actor.ts'
import { type OpenedSession, SESSION_HOURS, type Visitor } from './session.ts'

const AGENT_MAX = 300

/**
 * Signs a user in whose right to it was just proved, for the customer they joined first. Undefined for a user who is
 * neither staff nor a member of anything.
 */
export async function openSession(
  app: Pick<App, 'config'>,
  tx: Tx,
  input: { userId: string; method: SignInMethod } & Visitor,
): Promise<OpenedSession | undefined> {
  const { userId, method } = input
  const token = randomToken()
  const sessionId = newId('ses')
  const actor = await findActor(app, tx.db, tx.now, { userId, session: { id: sessionId, confirmedAt: tx.now } })
  if (!actor) return undefined
  const customerId = actor.kind === 'user' ? actor.customerId : null
  const expiresAt = tx.now.add({ hours: SESSION_HOURS })
  await tx.db
    .insertInto('sessions')
    .values({
      id: sessionId,
      tokenHash: hashToken(token),
      userId,
      customerId,
      method,
      userAgent: input.userAgent?.slice(0, AGENT_MAX) ?? null,
      address: input.address ?? null,
      createdAt: tx.now,
      lastSeenAt: tx.now,
      confirmedAt: tx.now,
      expiresAt,
    })
    .execute()
  await tx.emit('user.signed_in', userId, { ...(customerId ? { customerId } : {}), after: { sessionId, method } })
  return { token, sessionId, expiresAt, userId, actor }
}

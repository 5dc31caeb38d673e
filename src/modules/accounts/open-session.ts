import { newId } from '#platform/ids.ts'
import type { SignInMethod } from '#platform/schema.ts'
import { hashToken, randomToken } from '#platform/secrets.ts'
import type { Tx } from '#platform/transaction.ts'
import { actorOf, type OpenedSession, SESSION_HOURS, type Visitor } from './session.ts'
import type { User } from './user.ts'

const AGENT_MAX = 300

/** Signs a user in whose right to it was just proved. Undefined for a user who is neither staff nor a member. */
export async function openSession(
  tx: Tx,
  input: { user: Pick<User, 'id' | 'staffRole'>; customerId: string | null; method: SignInMethod } & Visitor,
): Promise<OpenedSession | undefined> {
  const { user, customerId } = input
  const actor = actorOf(user, customerId)
  if (!actor) return undefined
  const token = randomToken()
  const sessionId = newId('ses')
  const expiresAt = tx.now.add({ hours: SESSION_HOURS })
  await tx.db
    .insertInto('sessions')
    .values({
      id: sessionId,
      tokenHash: hashToken(token),
      userId: user.id,
      method: input.method,
      userAgent: input.userAgent?.slice(0, AGENT_MAX) ?? null,
      address: input.address ?? null,
      createdAt: tx.now,
      lastSeenAt: tx.now,
      confirmedAt: tx.now,
      expiresAt,
    })
    .execute()
  await tx.emit('user.signed_in', user.id, {
    ...(customerId ? { customerId } : {}),
    after: { sessionId, method: input.method },
  })
  return { token, sessionId, expiresAt, userId: user.id, actor }
}

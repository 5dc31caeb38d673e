import type { App } from '#app/app.ts'
import { hashToken } from '#platform/secrets.ts'
import { actorOf, SEEN_MINUTES, SESSION_IDLE_HOURS, type SignedIn } from './session.ts'
import { USER_COLUMNS } from './user.ts'

/**
 * Who is behind the token of a session cookie; undefined when it is unknown, signed out, over after 90 days, or idle for
 * 30. One query; what changed about the user, such as a role, holds from the next request.
 */
export async function authenticateSession(app: App, token: string): Promise<SignedIn | undefined> {
  const now = app.clock.now()
  const row = await app.db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .leftJoin('members', 'members.userId', 'users.id')
    .leftJoin('customers', 'customers.id', 'members.customerId')
    .select(['sessions.id as sessionId', 'sessions.lastSeenAt'])
    .select(USER_COLUMNS)
    .select([
      'customers.id as customerId',
      'customers.name as customerName',
      'customers.currency',
      'customers.locale as customerLocale',
    ])
    .where('sessions.tokenHash', '=', hashToken(token))
    .where('sessions.revokedAt', 'is', null)
    .where('sessions.expiresAt', '>', now)
    .where('sessions.lastSeenAt', '>', now.subtract({ hours: SESSION_IDLE_HOURS }))
    .orderBy('members.createdAt')
    .limit(1)
    .executeTakeFirst()
  if (!row) return undefined
  const { sessionId, lastSeenAt, customerId, customerName, currency, customerLocale, ...user } = row
  const actor = actorOf(user, customerId)
  if (!actor) return undefined
  const customer =
    actor.kind === 'user'
      ? { id: actor.customerId, name: customerName!, currency: currency!, locale: customerLocale! }
      : null
  const stale = Temporal.Instant.compare(lastSeenAt.add({ minutes: SEEN_MINUTES }), now) < 0
  if (stale)
    await app.transaction(actor, (tx) =>
      tx.db.updateTable('sessions').set({ lastSeenAt: now }).where('id', '=', sessionId).execute(),
    )
  return { user, customer, sessionId, actor }
}

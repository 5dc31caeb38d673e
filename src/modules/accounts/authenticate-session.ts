import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { groupCommit } from '#platform/group-commit.ts'
import type { Locale } from '#platform/i18n.ts'
import { hashToken } from '#platform/secrets.ts'
import { actorOf, SEEN_MINUTES, SESSION_IDLE_HOURS, type SignedIn } from './session.ts'
import type { User } from './user.ts'

type Found = User & {
  tokenHash: string
  sessionId: string
  lastSeenAt: Temporal.Instant
  customerId: string | null
  customerName: string | null
  currency: string | null
  customerLocale: Locale | null
}

const finders = new WeakMap<App['database'], (tokenHash: string) => Promise<Found | undefined>>()

/**
 * Who is behind the token of a session cookie; undefined when it is unknown, signed out, over after 90 days, or idle for
 * 30. One query for all who ask at one time; what changed about the user, such as a role, holds from the next request.
 */
export async function authenticateSession(app: App, token: string): Promise<SignedIn | undefined> {
  const now = app.clock.now()
  let find = finders.get(app.database)
  if (!find) finders.set(app.database, (find = groupCommit((hashes) => findSessions(app, hashes))))
  const row = await find(hashToken(token))
  if (!row) return undefined
  const { tokenHash: _hash, sessionId, lastSeenAt, customerId, customerName, currency, customerLocale, ...user } = row
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

async function findSessions(app: App, hashes: string[]): Promise<(Found | undefined)[]> {
  const now = app.clock.now()
  const { rows } = await sql<Found>`
    select distinct on (s.id) s.token_hash, s.id as session_id, s.last_seen_at, u.id, u.email, u.name, u.email_verified_at, u.staff_role,
      u.locale, u.created_at, u.updated_at, c.id as customer_id, c.name as customer_name, c.currency, c.locale as customer_locale
    from sessions s join users u on u.id = s.user_id left join members m on m.user_id = u.id left join customers c on c.id = m.customer_id
    where s.token_hash = any(${hashes}) and s.revoked_at is null and s.expires_at > ${now}
      and s.last_seen_at > ${now.subtract({ hours: SESSION_IDLE_HOURS })}
    order by s.id, m.created_at`.execute(app.db)
  const byHash = new Map(rows.map((row) => [row.tokenHash, row]))
  return hashes.map((hash) => byHash.get(hash))
}

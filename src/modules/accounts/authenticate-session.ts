import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Locale } from '#platform/i18n.ts'
import { hashToken } from '#platform/secrets.ts'
import { actorOf, SEEN_MINUTES, SESSION_IDLE_HOURS, type SignedIn } from './session.ts'
import type { User } from './user.ts'

type Found = User & {
  sessionId: string
  lastSeenAt: Temporal.Instant
  customerId: string | null
  customerName: string | null
  currency: string | null
  customerLocale: Locale | null
}

/**
 * Who is behind the token of a session cookie; undefined when it is unknown, signed out, over after 90 days, or idle for
 * 30. One query; what changed about the user, such as a role, holds from the next request.
 */
export async function authenticateSession(app: App, token: string): Promise<SignedIn | undefined> {
  const now = app.clock.now()
  const { rows } = await sql<Found>`
    select s.id as session_id, s.last_seen_at, u.id, u.email, u.name, u.email_verified_at, u.staff_role, u.locale, u.created_at, u.updated_at,
      c.id as customer_id, c.name as customer_name, c.currency, c.locale as customer_locale
    from sessions s join users u on u.id = s.user_id left join members m on m.user_id = u.id left join customers c on c.id = m.customer_id
    where s.token_hash = ${hashToken(token)} and s.revoked_at is null and s.expires_at > ${now}
      and s.last_seen_at > ${now.subtract({ hours: SESSION_IDLE_HOURS })}
    order by m.created_at limit 1`.execute(app.db)
  const [row] = rows
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

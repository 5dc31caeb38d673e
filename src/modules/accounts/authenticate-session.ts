import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { groupCommit } from '#platform/group-commit.ts'
import type { Locale } from '#platform/i18n.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { hashToken } from '#platform/secrets.ts'
import { type Acting, ACTING_COLUMNS, actingFrom, actorOf, owesSecondFactor } from './find-actor.ts'
import { actingAs } from './impersonation.ts'
import { mayDo } from './permissions.ts'
import { SEEN_MINUTES, SESSION_IDLE_HOURS, type SignedIn } from './session.ts'
import type { User } from './user.ts'

type Found = User &
  Acting & {
    tokenHash: string
    sessionId: string
    lastSeenAt: Temporal.Instant
    confirmedAt: Temporal.Instant
    customerName: string | null
    currency: string | null
    customerLocale: Locale | null
    impersonationId: string | null
    actingFor: string | null
    actingName: string | null
    actingUntil: Temporal.Instant | null
  }

type Find = (key: string) => Promise<Found | undefined>
const finders = { tokenHash: new WeakMap<App['database'], Find>(), id: new WeakMap<App['database'], Find>() }

/**
 * Who is behind the token of a session cookie; undefined when it is unknown, signed out, over after 90 days, or idle for
 * 30. One query for all who ask at one time; what changed about the user, such as a role, holds from the next request.
 */
export const authenticateSession = (app: App, token: string): Promise<SignedIn | undefined> =>
  authenticateBy(app, 'tokenHash', hashToken(token))

/** The same for the session of this id, which an access token has proved. */
export const authenticateSessionId = (app: App, sessionId: string): Promise<SignedIn | undefined> =>
  authenticateBy(app, 'id', sessionId)

async function authenticateBy(app: App, column: keyof typeof finders, key: string): Promise<SignedIn | undefined> {
  const now = app.clock.now()
  let find = finders[column].get(app.database)
  if (!find) {
    find = groupCommit((keys) => beyondOwnRows(() => findSessions(app, column, keys)))
    finders[column].set(app.database, find)
  }
  const row = await find(key)
  if (!row) return undefined
  const { sessionId, lastSeenAt, confirmedAt } = row
  const actor = actorOf(app, row.id, row, { id: sessionId, confirmedAt })
  if (!actor) return undefined
  const stale = Temporal.Instant.compare(lastSeenAt.add({ minutes: SEEN_MINUTES }), now) < 0
  if (stale)
    await app.transaction(actor, (tx) =>
      tx.db.updateTable('sessions').set({ lastSeenAt: now }).where('id', '=', sessionId).execute(),
    )
  const { id, email, name, emailVerifiedAt, staffRole, locale, createdAt, updatedAt } = row
  return {
    user: { id, email, name, emailVerifiedAt, staffRole, locale, createdAt, updatedAt },
    customer:
      actor.kind === 'user'
        ? { id: actor.customerId, name: row.customerName!, currency: row.currency!, locale: row.customerLocale! }
        : null,
    sessionId,
    actor,
    acting: actingOf(row, actor),
    owesSecondFactor: owesSecondFactor(app, row),
  }
}

/** Whoever may not look as a customer any longer is back to themselves with the next request. */
function actingOf(row: Found, actor: SignedIn['actor']): SignedIn['acting'] {
  if (row.impersonationId === null || actor.kind !== 'staff' || !mayDo(actor, 'customer.impersonate')) return null
  const { impersonationId: id, actingFor, actingName, actingUntil } = row
  return { id, customerName: actingName!, until: actingUntil!, actor: actingAs(actor, actingFor!) }
}

async function findSessions(app: App, column: keyof typeof finders, keys: string[]): Promise<(Found | undefined)[]> {
  const now = app.clock.now()
  const { rows } = await sql<Found>`
    select s.token_hash, s.id as session_id, s.last_seen_at, s.confirmed_at, u.id, u.email, u.name, u.email_verified_at,
      u.locale, u.created_at, u.updated_at, c.name as customer_name, c.currency, c.locale as customer_locale,
      i.id as impersonation_id, i.customer_id as acting_for, ic.name as acting_name, i.expires_at as acting_until, ${ACTING_COLUMNS}
    from sessions s join users u on u.id = s.user_id ${actingFrom(sql`s.customer_id`, now)}
    left join impersonations i on i.session_id = s.id and i.ended_at is null and i.expires_at > ${now}
    left join customers ic on ic.id = i.customer_id
    where ${sql.ref(`s.${column}`)} = any(${keys}) and s.revoked_at is null and s.expires_at > ${now}
      and s.last_seen_at > ${now.subtract({ hours: SESSION_IDLE_HOURS })}`.execute(app.db)
  const byKey = new Map(rows.map((row) => [column === 'id' ? row.sessionId : row.tokenHash, row]))
  return keys.map((key) => byKey.get(key))
}

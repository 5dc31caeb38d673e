import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { actingUserId } from './user.ts'

/** Somebody came in as this user, or tried to. */
export type SignInRecord = {
  sequence: bigint
  outcome: 'signed_in' | 'wrong_password' | 'wrong_code'
  address: string | null
  /** As the browser or program called itself; known of those that came in. */
  userAgent: string | null
  at: Temporal.Instant
}

const OUTCOMES: Record<string, SignInRecord['outcome']> = {
  'user.signed_in': 'signed_in',
  'user.sign_in_failed': 'wrong_password',
  'user.second_factor_failed': 'wrong_code',
}

/** How the actor came in, and how somebody failed to, whatever customer it was for, the newest first. */
export async function listSignIns(app: App, actor: Actor, { limit, after }: PageFilter): Promise<Page<SignInRecord>> {
  const userId = actingUserId(actor)
  const since = /^\d{1,18}$/.test(after ?? '') ? after : undefined
  const rows = await beyondOwnRows(() =>
    app.db
      .selectFrom('events')
      .leftJoin('sessions', (join) =>
        join.on(sql<boolean>`sessions.id = events.after->>'sessionId'`).on('sessions.userId', '=', userId),
      )
      .select(['events.sequence', 'events.name', 'events.createdAt', 'sessions.userAgent'])
      .select(sql<string | null>`coalesce(sessions.address, events.after->>'address')`.as('address'))
      .where('events.subjectId', '=', userId)
      .where('events.name', 'in', Object.keys(OUTCOMES))
      .$if(since !== undefined, (query) => query.where('events.sequence', '<', BigInt(since!)))
      .orderBy('events.sequence', 'desc')
      .limit(limit + 1)
      .execute(),
  )
  const records = rows.map(({ name, createdAt, ...row }) => ({ ...row, outcome: OUTCOMES[name]!, at: createdAt }))
  return pageOf(records, limit, ({ sequence }) => String(sequence))
}

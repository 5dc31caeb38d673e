import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'
import { requirePermission } from './permissions.ts'
import { actingUserId } from './user.ts'

const NAMES = ['user.signed_in', 'user.sign_in_failed', 'user.second_factor_failed'] as const

/** Somebody came in as a user, or tried to. */
export type SignInRecord = {
  sequence: bigint
  /** The event: what became of it. */
  name: (typeof NAMES)[number]
  address: string | null
  /** As the browser or program called itself; known of those that came in. */
  userAgent: string | null
  createdAt: Temporal.Instant
}

/** How the actor came in, and how somebody failed to, whatever customer it was for, the newest first. */
export const listSignIns = (app: App, actor: Actor, filter: PageFilter): Promise<Page<SignInRecord>> =>
  signInsOf(app, actingUserId(actor), filter)

/** The same of a colleague, for those who run our people. Throws `permission_denied`. */
export async function listStaffSignIns(
  app: App,
  actor: Actor,
  { userId, ...filter }: PageFilter & { userId: string },
): Promise<Page<SignInRecord>> {
  requirePermission(actor, 'staff.read')
  return signInsOf(app, userId, filter)
}

async function signInsOf(app: App, userId: string, { limit, after }: PageFilter): Promise<Page<SignInRecord>> {
  const since = /^\d{1,18}$/.test(after ?? '') ? after : undefined
  const rows = await beyondOwnRows(() =>
    app.db
      .selectFrom('events')
      .leftJoin('sessions', (join) =>
        join.on(sql<boolean>`sessions.id = events.after->>'sessionId'`).on('sessions.userId', '=', userId),
      )
      .select(['events.sequence', 'events.createdAt', 'sessions.userAgent'])
      .select(sql<SignInRecord['name']>`events.name`.as('name'))
      .select(sql<string | null>`coalesce(sessions.address, events.after->>'address')`.as('address'))
      .where('events.subjectId', '=', userId)
      .where('events.name', 'in', NAMES)
      .$if(since !== undefined, (query) => query.where('events.sequence', '<', BigInt(since!)))
      .orderBy('events.sequence', 'desc')
      .limit(limit + 1)
      .execute(),
  )
  return pageOf(rows, limit, ({ sequence }) => String(sequence))
}

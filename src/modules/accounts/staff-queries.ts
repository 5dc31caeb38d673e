import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import type { Schema } from '#platform/schema.ts'
import { noColleague } from './lock-colleague.ts'
import { requirePermission } from './permissions.ts'
import { type Session, SESSION_COLUMNS, SESSION_IDLE_HOURS } from './session.ts'
import { roleNotFound, type StaffRole } from './staff-role.ts'
import { hasSecondFactorOf } from './second-factor.ts'

export const STAFF_STATES = ['active', 'invited', 'ended'] as const
type StaffState = (typeof STAFF_STATES)[number]

/** One of our own people as lists show them. */
export type StaffMember = Pick<Schema['users'], 'id' | 'name' | 'email' | 'locale' | 'createdAt' | 'staffEndedAt'> & {
  state: StaffState
  role: string | null
  roleName: string | null
  secondFactor: boolean
  lastSeenAt: Temporal.Instant | null
}

export type StaffFilter = PageFilter & {
  search?: string | undefined
  role?: string | undefined
  state?: StaffState | undefined
  secondFactor?: 'on' | 'off' | undefined
  order?: 'name' | 'name-down' | 'newest' | 'oldest' | undefined
}

const STATE = sql<StaffState>`case when users.staff_ended_at is not null then 'ended'
  when users.email_verified_at is null then 'invited' else 'active' end`
const SECOND_FACTOR = hasSecondFactorOf('users.id')
const LAST_SEEN = sql<Temporal.Instant | null>`(select max(s.last_seen_at) from sessions s where s.user_id = users.id)`

const people = (app: App) =>
  app.db
    .selectFrom('users')
    .leftJoin('staffRoles', 'staffRoles.id', 'users.staffRole')
    .select([
      'users.id',
      'users.name',
      'users.email',
      'users.locale',
      'users.createdAt',
      'users.staffEndedAt',
      'users.staffRole as role',
      'staffRoles.name as roleName',
      STATE.as('state'),
      SECOND_FACTOR.as('secondFactor'),
      LAST_SEEN.as('lastSeenAt'),
    ])
    .where(sql<boolean>`(users.staff_role is not null or users.staff_ended_at is not null)`)

/** Our own people by name or age, those who left as well. A search looks into name and email. */
export async function listStaff(app: App, actor: Actor, filter: StaffFilter): Promise<Page<StaffMember>> {
  requirePermission(actor, 'staff.read')
  const { order = 'name', limit, after, search, role, state, secondFactor } = filter
  const byName = order === 'name' || order === 'name-down'
  const rows = await people(app)
    .$if(search !== undefined, (query) =>
      query.where(sql<boolean>`strpos(lower(users.name || ' ' || users.email), ${search!.toLowerCase()}) > 0`),
    )
    .$if(role !== undefined, (query) => query.where('users.staffRole', '=', role!))
    .$if(state !== undefined, (query) => query.where(STATE, '=', state!))
    .$if(secondFactor !== undefined, (query) => query.where(SECOND_FACTOR, '=', secondFactor === 'on'))
    .$if(after !== undefined && !byName, (query) => query.where('users.id', order === 'newest' ? '<' : '>', after!))
    .$if(after !== undefined && byName, (query) =>
      query.where(
        sql<boolean>`(lower(users.name), users.id) ${sql.raw(order === 'name' ? '>' : '<')} (select lower(name), id from users where id = ${after!})`,
      ),
    )
    .$if(byName, (query) => query.orderBy(sql`lower(users.name)`, order === 'name' ? 'asc' : 'desc'))
    .orderBy('users.id', order === 'newest' || order === 'name-down' ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit)
}

/** One of our own people, also after they left. Throws `staff_not_found`. */
export async function getStaff(app: App, actor: Actor, userId: string): Promise<StaffMember> {
  requirePermission(actor, 'staff.read')
  const found = await people(app).where('users.id', '=', userId).executeTakeFirst()
  if (!found) throw noColleague()
  return found
}

/** Where a colleague is signed in, the latest used first. */
export async function listStaffSessions(app: App, actor: Actor, userId: string): Promise<Session[]> {
  requirePermission(actor, 'staff.read')
  const now = app.clock.now()
  return app.db
    .selectFrom('sessions')
    .innerJoin('users', 'users.id', 'sessions.userId')
    .select(SESSION_COLUMNS)
    .where('sessions.userId', '=', userId)
    .where('users.staffRole', 'is not', null)
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where('lastSeenAt', '>', now.subtract({ hours: SESSION_IDLE_HOURS }))
    .orderBy('lastSeenAt', 'desc')
    .execute()
}

/** Every role with how many have it: the administrators' first, then by name. */
export async function listStaffRoles(app: App, actor: Actor): Promise<(StaffRole & { holders: number })[]> {
  requirePermission(actor, 'staff.read')
  return app.db
    .selectFrom('staffRoles')
    .selectAll()
    .select(sql<number>`(select count(*)::int from users u where u.staff_role = staff_roles.id)`.as('holders'))
    .orderBy(sql`id <> 'admin'`)
    .orderBy('name')
    .orderBy('id')
    .execute()
}

/** Throws `role_not_found`, here as a thing that is not there. */
export async function getStaffRole(app: App, actor: Actor, id: string): Promise<StaffRole & { holders: number }> {
  const role = (await listStaffRoles(app, actor)).find((each) => each.id === id)
  if (!role) throw roleNotFound('not_found')
  return role
}

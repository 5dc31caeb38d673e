import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { API_TOKEN_COLUMNS, type ApiToken } from './api-token.ts'
import type { Customer } from './customer.ts'
import { matchCustomer } from './match-customer.ts'
import { requirePermission, requireRight, visibleWith } from './permissions.ts'
import { type Session, SESSION_COLUMNS, SESSION_IDLE_HOURS } from './session.ts'
import { actingUserId, type User, USER_COLUMNS } from './user.ts'

/** A user: everybody sees themselves, staff with `customer.read` see all. Throws `user_not_found`. */
export async function getUser(app: App, actor: Actor, userId: string): Promise<User> {
  const own = actor.kind !== 'system' && actor.kind !== 'anonymous' && actor.userId === userId
  if (!own && actor.kind !== 'user') requirePermission(actor, 'customer.read')
  const user =
    own || actor.kind !== 'user'
      ? await app.db.selectFrom('users').select(USER_COLUMNS).where('id', '=', userId).executeTakeFirst()
      : undefined
  if (!user) throw new Problem('not_found', 'user_not_found', 'There is no such user.')
  return user
}

/** For staff and the system only, since the answer tells who is a customer here. `email` in small letters. */
export async function findUserByEmail(app: App, actor: Actor, email: string): Promise<User | undefined> {
  requirePermission(actor, 'customer.read')
  return app.db.selectFrom('users').select(USER_COLUMNS).where('email', '=', email).executeTakeFirst()
}

/** The customer a user is a member of, or null for staff. */
export async function findCustomerIdOf(db: App['db'] | Tx['db'], userId: string): Promise<string | null> {
  const member = await db
    .selectFrom('members')
    .select('customerId')
    .where('userId', '=', userId)
    .orderBy('createdAt')
    .limit(1)
    .executeTakeFirst()
  return member?.customerId ?? null
}

const noCustomer = (): Problem => new Problem('not_found', 'customer_not_found', 'There is no such customer.')

/** Throws `customer_not_found`, for another's customer too. */
export async function getCustomer(app: App, actor: Actor, customerId: string): Promise<Customer> {
  const visible = visibleWith(actor, 'customer.read')
  const customer = await app.db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', customerId)
    .$if(visible !== undefined, (query) => query.where('id', '=', visible!))
    .executeTakeFirst()
  if (!customer) throw noCustomer()
  return customer
}

/** Holds the customer's row until the transaction ends: first of all locks. Throws `customer_not_found`. */
export async function lockCustomer(tx: Tx, customerId: string): Promise<Customer> {
  const customer = await tx.db
    .selectFrom('customers')
    .selectAll()
    .where('id', '=', customerId)
    .forUpdate()
    .executeTakeFirst()
  if (!customer) throw noCustomer()
  return customer
}

export type CustomerFilter = PageFilter & {
  search?: string | undefined
  order?: 'name' | 'name-down' | 'newest' | 'oldest' | undefined
}

/**
 * Customers by name, up or down, or by age; users see their own alone. A search of one or two letters looks at the
 * beginning of names only, a longer one anywhere in name, email and company; an id finds its customer.
 */
export async function listCustomers(app: App, actor: Actor, filter: CustomerFilter): Promise<Page<Customer>> {
  const visible = visibleWith(actor, 'customer.read')
  const { order = 'name', limit, after } = filter
  const byName = order === 'name' || order === 'name-down'
  const search = filter.search?.trim()
  const rows = await app.db
    .selectFrom('customers')
    .selectAll()
    .$if(visible !== undefined, (query) => query.where('id', '=', visible!))
    .$if(Boolean(search), (query) => query.where(matchCustomer(search!)))
    .$if(after !== undefined && !byName, (query) => query.where('id', order === 'newest' ? '<' : '>', after!))
    .$if(after !== undefined && byName, (query) =>
      query.where(
        sql<boolean>`(lower(name), id) ${sql.raw(order === 'name' ? '>' : '<')} (select lower(name), id from customers where id = ${after!})`,
      ),
    )
    .$if(byName, (query) => query.orderBy(sql`lower(name)`, order === 'name' ? 'asc' : 'desc'))
    .orderBy('id', order === 'newest' || order === 'name-down' ? 'desc' : 'asc')
    .limit(limit + 1)
    .execute()
  return pageOf(rows, limit)
}

/** The users of a customer. Throws `customer_not_found`. */
export async function listMembers(
  app: App,
  actor: Actor,
  customerId: string,
): Promise<(User & { role: Schema['members']['role'] })[]> {
  await getCustomer(app, actor, customerId)
  return app.db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.userId')
    .select(USER_COLUMNS)
    .select('members.role')
    .where('members.customerId', '=', customerId)
    .orderBy('members.createdAt')
    .execute()
}

/** A token with whom it acts as. */
export type OwnedToken = ApiToken & { userName: string; own: boolean }

/**
 * The tokens for the actor's customer that still work, newest first: their own, or with `everyone` those of all members, for
 * whoever looks after these. Throws `permission_denied`.
 */
export async function listApiTokens(
  app: App,
  actor: Actor,
  { everyone = false }: { everyone?: boolean } = {},
): Promise<OwnedToken[]> {
  if (everyone) requireRight(actor, 'member.manage')
  const userId = actingUserId(actor)
  const found = await app.db
    .selectFrom('apiTokens')
    .innerJoin('users', 'users.id', 'apiTokens.userId')
    .select(API_TOKEN_COLUMNS)
    .select('users.name as userName')
    .where('customerId', '=', actingCustomerId(actor))
    .$if(!everyone, (query) => query.where('userId', '=', userId))
    .where('revokedAt', 'is', null)
    .where((or) => or.or([or('expiresAt', 'is', null), or('expiresAt', '>', app.clock.now())]))
    .orderBy('apiTokens.id', 'desc')
    .execute()
  return found.map((token) => ({ ...token, own: token.userId === userId }))
}

/** The actor's sessions that are still open, the latest used first. */
export async function listSessions(app: App, actor: Actor): Promise<Session[]> {
  const now = app.clock.now()
  return app.db
    .selectFrom('sessions')
    .select(SESSION_COLUMNS)
    .where('userId', '=', actingUserId(actor))
    .where('revokedAt', 'is', null)
    .where('expiresAt', '>', now)
    .where('lastSeenAt', '>', now.subtract({ hours: SESSION_IDLE_HOURS }))
    .orderBy('lastSeenAt', 'desc')
    .execute()
}

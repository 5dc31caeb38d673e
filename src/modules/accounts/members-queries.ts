import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { type Page, pageOf, type PageFilter } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { MemberRole } from '#platform/schema.ts'
import type { Invitation } from './invitation.ts'
import { requireRight } from './permissions.ts'
import { hasSecondFactorOf } from './second-factor.ts'

/** A member as the team page shows them. */
export type TeamMember = {
  userId: string
  name: string
  email: string
  role: MemberRole
  hasSecondFactor: boolean
  lastSeenAt: Temporal.Instant | null
  createdAt: Temporal.Instant
}

/** Who shares the acting customer, who joined first on top. Throws `permission_denied`. */
export async function listTeam(app: App, actor: Actor): Promise<TeamMember[]> {
  requireRight(actor, 'member.read')
  return app.db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.userId')
    .select(['members.userId', 'users.name', 'users.email', 'members.role', 'members.createdAt'])
    .select([
      hasSecondFactorOf('users.id').as('hasSecondFactor'),
      sql<Temporal.Instant | null>`(select max(s.last_seen_at) from sessions s
        where s.user_id = users.id and s.customer_id = members.customer_id)`.as('lastSeenAt'),
    ])
    .where('members.customerId', '=', actingCustomerId(actor))
    .orderBy('members.createdAt')
    .orderBy('members.userId')
    .execute()
}

/** Invitations nobody has answered, newest first; those that are over, too, until they are renewed or taken back. */
export async function listInvitations(
  app: App,
  actor: Actor,
): Promise<(Invitation & { hostname: string | null; inviterName: string })[]> {
  requireRight(actor, 'member.read')
  return app.db
    .selectFrom('invitations')
    .innerJoin('users', 'users.id', 'invitations.invitedBy')
    .leftJoin('services', 'services.id', 'invitations.serviceId')
    .selectAll('invitations')
    .select(['services.hostname', 'users.name as inviterName'])
    .where('invitations.customerId', '=', actingCustomerId(actor))
    .where('invitations.state', '=', 'pending')
    .orderBy('invitations.id', 'desc')
    .execute()
}

/** A service that is or was lent to somebody. */
export type Grant = {
  id: string
  serviceId: string
  hostname: string
  userId: string
  name: string
  email: string
  actions: string[]
  createdAt: Temporal.Instant
  expiresAt: Temporal.Instant | null
  revokedAt: Temporal.Instant | null
}

const grants = (app: App, customerId: string) =>
  app.db
    .selectFrom('serviceGrants as g')
    .innerJoin('users', 'users.id', 'g.userId')
    .innerJoin('services', 'services.id', 'g.serviceId')
    .select(['g.id', 'g.serviceId', 'services.hostname', 'g.userId', 'users.name', 'users.email', 'g.actions'])
    .select(['g.createdAt', 'g.expiresAt', 'g.revokedAt'])
    .where('g.customerId', '=', customerId)

/** What the acting customer has lent, newest first, over or not. Throws `permission_denied`. */
export async function listGrants(
  app: App,
  actor: Actor,
  filter: PageFilter & { serviceId?: string | undefined },
): Promise<Page<Grant>> {
  requireRight(actor, 'member.read')
  const rows = await grants(app, actingCustomerId(actor))
    .$if(filter.serviceId !== undefined, (query) => query.where('g.serviceId', '=', filter.serviceId!))
    .$if(filter.after !== undefined, (query) => query.where('g.id', '<', filter.after!))
    .orderBy('g.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** Something whoever borrowed a service did with it. */
export type GrantAct = { id: string; name: string; action: string | null; at: Temporal.Instant }

/**
 * A lent service, and what was done with it by whoever borrowed it, newest first. Throws `service_grant_not_found`, for
 * another customer's too.
 */
export async function getGrantReport(
  app: App,
  actor: Actor,
  grantId: string,
  filter: PageFilter,
): Promise<{ grant: Grant; acts: Page<GrantAct> }> {
  requireRight(actor, 'member.read')
  const customerId = actingCustomerId(actor)
  const grant = await grants(app, customerId).where('g.id', '=', grantId).executeTakeFirst()
  if (!grant) throw new Problem('not_found', 'service_grant_not_found', 'Nothing with this id is lent.')
  const rows = await app.db
    .selectFrom('events')
    .select(['id', 'sequence', 'name', 'createdAt as at'])
    .select(sql<string | null>`after->>'action'`.as('action'))
    .where('actorId', '=', grant.userId)
    .where('customerId', '=', customerId)
    .where('subjectId', '=', grant.serviceId)
    .where('createdAt', '>=', grant.createdAt)
    .$if(/^\d{1,18}$/.test(filter.after ?? ''), (query) => query.where('sequence', '<', BigInt(filter.after!)))
    .orderBy('sequence', 'desc')
    .limit(filter.limit + 1)
    .execute()
  const page = pageOf(rows, filter.limit, (row) => String(row.sequence))
  return { grant, acts: { ...page, rows: page.rows.map(({ sequence: _sequence, ...act }) => act) } }
}

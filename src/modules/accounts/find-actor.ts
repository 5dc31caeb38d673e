import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Actor, ActorSession } from '#platform/actor.ts'
import type { MemberRole } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { MEMBER_RIGHTS } from './member.ts'
import { staffRights } from './permissions.ts'
import { hasSecondFactorOf } from './second-factor.ts'

/** What a query finds of how a user acts; `rights` and `owes` follow from it. */
export type Acting = {
  staffRole: string | null
  staffPermissions: string[] | null
  customerId: string | null
  memberRole: MemberRole | null
  lent: Record<string, string[]> | null
  membersNeedSecondFactor: boolean | null
  hasSecondFactor: boolean
}

/** The columns of Acting, from the tables that `actingFrom` joins. */
export const ACTING_COLUMNS = sql`u.staff_role, r.permissions as staff_permissions, a.customer_id, a.role as member_role, l.lent,
  c.members_need_second_factor, ${hasSecondFactorOf('u.id')} as has_second_factor`

/**
 * Joins to users `u` whom they act for: the wanted customer if they may, else the one they joined first. A member acts in
 * their role; whoever was lent a service acts for its customer with that service alone.
 */
export const actingFrom = (wanted: RawBuilder<unknown>, now: Temporal.Instant): RawBuilder<unknown> => sql`
  left join staff_roles r on r.id = u.staff_role
  left join lateral (
    select customer_id, role from (
      select m.customer_id, m.role, m.created_at from members m
      join customers k on k.id = m.customer_id and k.closed_at is null where m.user_id = u.id
      union all
      select g.customer_id, null, g.created_at from service_grants g where g.user_id = u.id and g.revoked_at is null
        and (g.expires_at is null or g.expires_at > ${now})
        and not exists (select from members m where m.user_id = u.id and m.customer_id = g.customer_id)
    ) each_one order by (customer_id is not distinct from ${wanted}) desc, role is null, created_at, customer_id limit 1
  ) a on u.staff_role is null
  left join customers c on c.id = a.customer_id
  left join lateral (
    select jsonb_object_agg(g.service_id, g.actions) as lent from service_grants g where g.user_id = u.id
      and g.customer_id = a.customer_id and g.revoked_at is null and (g.expires_at is null or g.expires_at > ${now})
  ) l on true`

/** Which second factor is owed: demanded of this user, who has none. They may then do nothing but set one up. */
export const owesSecondFactor = (app: Pick<App, 'config'>, acting: Acting): boolean =>
  !acting.hasSecondFactor &&
  (acting.staffRole === null ? acting.membersNeedSecondFactor === true : app.config.staffNeedSecondFactor)

/**
 * How a user acts: staff as staff, everybody else for a customer. Undefined for a user who is neither, who has nothing to
 * do here. Whoever owes a second factor has no rights.
 */
export function actorOf(
  app: Pick<App, 'config'>,
  userId: string,
  acting: Acting,
  session?: ActorSession,
): Exclude<Actor, { kind: 'anonymous' | 'system' }> | undefined {
  const owes = owesSecondFactor(app, acting)
  const base = { userId, ...(session ? { session } : {}) }
  const { staffRole: role, customerId, memberRole, lent } = acting
  if (role !== null)
    return { kind: 'staff', ...base, role, may: owes ? NOTHING : staffRights(role, acting.staffPermissions ?? []) }
  if (customerId === null) return undefined
  return {
    kind: 'user',
    ...base,
    customerId,
    may: owes || memberRole === null ? NOTHING : MEMBER_RIGHTS[memberRole],
    ...(lent && !owes
      ? { lent: new Map(Object.entries(lent).map(([id, actions]) => [id, new Set(actions)] as const)) }
      : {}),
  }
}

const NOTHING: ReadonlySet<string> = new Set()

/** How a user acts now, for the wanted customer where they may; undefined when they have nothing to do here. */
export async function findActor(
  app: Pick<App, 'config'>,
  db: App['db'] | Tx['db'],
  now: Temporal.Instant,
  { userId, customerId, session }: { userId: string; customerId?: string | null; session?: ActorSession },
): Promise<ReturnType<typeof actorOf>> {
  const { rows } = await sql<Acting>`
    select ${ACTING_COLUMNS} from users u ${actingFrom(sql`${customerId ?? null}::text`, now)} where u.id = ${userId}`.execute(
    db,
  )
  return rows[0] && actorOf(app, userId, rows[0], session)
}

import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { ADMIN } from './permissions.ts'
import { lockStaffRole, requireGrantable, rightsOfRole } from './staff-role.ts'

/** One of our own people, who is with us. */
export type Colleague = Pick<Schema['users'], 'id' | 'email' | 'name' | 'locale' | 'emailVerifiedAt'> & {
  staffRole: string
}

/**
 * Holds a colleague, whoever acts, and every administrator, always in the same order, so that what is then decided about
 * who administers stays true. Whoever acts must still have the role they came with, and every right of the colleague's.
 * Throws `staff_not_found`, `permission_denied`, `own_staff_account`, `grant_exceeds_own`.
 */
export async function lockColleague(tx: Tx, userId: string): Promise<Colleague> {
  const { actor } = tx
  const acting = actor.kind === 'staff' ? actor : undefined
  const rows = await tx.db
    .selectFrom('users')
    .select(['id', 'email', 'name', 'locale', 'emailVerifiedAt', 'staffRole'])
    .where((or) => or.or([or('id', 'in', [userId, ...(acting ? [acting.userId] : [])]), or('staffRole', '=', ADMIN)]))
    .orderBy('id')
    .forUpdate()
    .execute()
  if (acting && rows.find(({ id }) => id === acting.userId)?.staffRole !== acting.role)
    throw new Problem('forbidden', 'permission_denied', 'Your role was changed meanwhile.')
  const found = rows.find(({ id }) => id === userId)
  if (!found || found.staffRole === null) throw noColleague()
  if (acting?.userId === userId)
    throw new Problem('forbidden', 'own_staff_account', 'A colleague has to do this for you.')
  requireGrantable(actor, rightsOfRole(await lockStaffRole(tx, found.staffRole)))
  return { ...found, staffRole: found.staffRole }
}

/** To be asked with all administrators held, as lockColleague does. Throws `last_administrator`. */
export async function requireAnotherAdministrator(tx: Tx, colleague: Colleague): Promise<void> {
  if (colleague.staffRole !== ADMIN) return
  const other = await tx.db
    .selectFrom('users')
    .select('id')
    .where('staffRole', '=', ADMIN)
    .where('emailVerifiedAt', 'is not', null)
    .where('id', '<>', colleague.id)
    .executeTakeFirst()
  if (!other)
    throw new Problem(
      'conflict',
      'last_administrator',
      'This is the last administrator. Make somebody else one before.',
    )
}

export const noColleague = (): Problem => new Problem('not_found', 'staff_not_found', 'There is no such colleague.')

import { z } from 'zod'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { mayDo, type StaffPermission, STAFF_PERMISSIONS, staffRights } from './permissions.ts'
import { lineField } from './user.ts'

/** What a part of our own people may do. */
export type StaffRole = Schema['staffRoles']

export const RoleNameField = lineField(60, 'Please give the role a name.')
export const RoleIdField = z.string({ error: 'Please choose a role.' }).max(40, { error: 'Please choose a role.' })
export const PermissionsField = z.array(z.enum(STAFF_PERMISSIONS, { error: 'There is no such permission.' }))

/** What a role may do, in the order of the matrix. */
export const rightsOfRole = (role: Pick<StaffRole, 'id' | 'permissions'>): StaffPermission[] => {
  const rights = staffRights(role.id, role.permissions)
  return STAFF_PERMISSIONS.filter((each) => rights.has(each))
}

/** Holds a role as it is until the transaction ends. Throws `role_not_found`. */
export async function lockStaffRole(tx: Tx, id: string, how: 'use' | 'change' = 'use'): Promise<StaffRole> {
  const role = await tx.db
    .selectFrom('staffRoles')
    .selectAll()
    .where('id', '=', id)
    .$call((query) => (how === 'use' ? query.forShare() : query.forUpdate()))
    .executeTakeFirst()
  if (!role) throw roleNotFound()
  return role
}

/** `not_found` where the role is what a page is about. */
export function roleNotFound(kind: 'invalid' | 'not_found' = 'invalid'): Problem {
  const message = 'There is no such role.'
  return new Problem(kind, 'role_not_found', message, { issues: [{ path: 'role', message }] })
}

/** Nobody gives what they do not have. Throws `grant_exceeds_own`. */
export function requireGrantable(actor: Actor, permissions: Iterable<StaffPermission>): void {
  for (const permission of permissions)
    if (!mayDo(actor, permission))
      throw new Problem(
        'forbidden',
        'grant_exceeds_own',
        'This would give or touch rights that your own role does not have.',
      )
}

import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { requireConfirmed } from './confirmed.ts'
import { ADMIN, requirePermission } from './permissions.ts'
import {
  lockStaffRole,
  PermissionsField,
  requireGrantable,
  RoleNameField,
  rightsOfRole,
  type StaffRole,
} from './staff-role.ts'

export const UpdateStaffRoleInput = z.strictObject({
  role: z.string(),
  name: RoleNameField,
  permissions: PermissionsField,
})
export type UpdateStaffRoleInput = z.output<typeof UpdateStaffRoleInput>

/**
 * Makes a role that may do nothing yet. Throws `permission_denied`, `confirmation_needed`, `role_exists`,
 * `role_name_unfit`.
 */
export async function createStaffRole(app: App, actor: Actor, input: { name: string }): Promise<StaffRole> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  const id = idOf(input.name)
  return app.transaction(actor, async (tx) => {
    const role = await tx.db
      .insertInto('staffRoles')
      .values({ id, name: input.name, permissions: [], createdAt: tx.now, updatedAt: tx.now })
      .onConflict((conflict) => conflict.column('id').doNothing())
      .returningAll()
      .executeTakeFirst()
    if (!role) throw refusedName('conflict', 'role_exists', 'There is a role of this name already.')
    await tx.emit('staff_role.created', role.id, { after: { name: role.name } })
    return role
  })
}

/**
 * Renames a role and says what it may do; it holds for everybody who has it from their next request. Throws
 * `permission_denied`, `confirmation_needed`, `role_not_found`, `role_fixed` for the administrators', `own_role`,
 * `grant_exceeds_own`.
 */
export async function updateStaffRole(app: App, actor: Actor, input: UpdateStaffRoleInput): Promise<void> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  await app.transaction(actor, async (tx) => {
    const role = await lockEditableRole(tx, input.role)
    const before = rightsOfRole(role)
    const after = rightsOfRole({ id: role.id, permissions: input.permissions })
    requireGrantable(
      actor,
      after.filter((each) => !before.includes(each)),
    )
    const taken = before.filter((each) => !after.includes(each))
    const given = after.filter((each) => !before.includes(each))
    if (role.name === input.name && taken.length === 0 && given.length === 0) return
    await tx.db
      .updateTable('staffRoles')
      .set({ name: input.name, permissions: after, updatedAt: tx.now })
      .where('id', '=', role.id)
      .execute()
    await tx.emit('staff_role.changed', role.id, {
      before: { name: role.name, permissions: before.join(' ') },
      after: { name: input.name, permissions: after.join(' ') },
    })
  })
}

/**
 * Throws `permission_denied`, `confirmation_needed`, `role_not_found`, `role_fixed`, `own_role`, and `role_in_use`
 * while somebody has it.
 */
export async function deleteStaffRole(app: App, actor: Actor, input: { role: string }): Promise<void> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  await app.transaction(actor, async (tx) => {
    const role = await lockEditableRole(tx, input.role)
    const holder = await tx.db.selectFrom('users').select('id').where('staffRole', '=', role.id).executeTakeFirst()
    if (holder) throw new Problem('conflict', 'role_in_use', 'Somebody has this role. Give them another one before.')
    await tx.db.deleteFrom('staffRoles').where('id', '=', role.id).execute()
    await tx.emit('staff_role.deleted', role.id, {
      before: { name: role.name, permissions: rightsOfRole(role).join(' ') },
    })
  })
}

/** The administrators' role stays as it is, and nobody edits the role they have. */
async function lockEditableRole(tx: Tx, id: string): Promise<StaffRole> {
  const role = await lockStaffRole(tx, id, 'change')
  if (role.id === ADMIN)
    throw new Problem('conflict', 'role_fixed', 'Administrators may do everything, so that somebody always can.')
  if (tx.actor.kind === 'staff' && tx.actor.role === role.id)
    throw new Problem('forbidden', 'own_role', 'Nobody changes the role they have.')
  return role
}

/** A name as the id of its role: `Night shift` as `night_shift`. */
function idOf(name: string): string {
  const id = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[_0-9]+|_+$/g, '')
    .slice(0, 40)
  if (id.length < 2)
    throw refusedName('invalid', 'role_name_unfit', 'Please use at least two letters from a to z in the name.')
  return id
}

const refusedName = (kind: 'conflict' | 'invalid', code: string, message: string): Problem =>
  new Problem(kind, code, message, { issues: [{ path: 'name', message }] })

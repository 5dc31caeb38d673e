import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { lockColleague, requireAnotherAdministrator } from './lock-colleague.ts'
import { requirePermission } from './permissions.ts'
import { lockStaffRole, requireGrantable, RoleIdField, rightsOfRole } from './staff-role.ts'

export const ChangeStaffRoleInput = z.strictObject({ userId: z.string(), role: RoleIdField })
export type ChangeStaffRoleInput = z.output<typeof ChangeStaffRoleInput>

/**
 * Gives a colleague another role; their next request has its rights and no others. The same role again changes nothing.
 * Throws `permission_denied`, `role_not_found`, `grant_exceeds_own`, `last_administrator`, as lockColleague.
 */
export async function changeStaffRole(app: App, actor: Actor, input: ChangeStaffRoleInput): Promise<void> {
  requirePermission(actor, 'staff.manage')
  await app.transaction(actor, async (tx) => {
    const colleague = await lockColleague(tx, input.userId)
    const role = await lockStaffRole(tx, input.role)
    requireGrantable(actor, rightsOfRole(role))
    if (role.id === colleague.staffRole) return
    await requireAnotherAdministrator(tx, colleague)
    await tx.db
      .updateTable('users')
      .set({ staffRole: role.id, updatedAt: tx.now })
      .where('id', '=', colleague.id)
      .execute()
    await tx.emit('staff.role_changed', colleague.id, {
      before: { role: colleague.staffRole },
      after: { role: role.id },
    })
  })
}

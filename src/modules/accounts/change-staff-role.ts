import { z } from 'zod'
import type { App } from '#app/app.ts'
import type { Actor, StaffActor } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { askApproval, DONE, type Outcome } from './ask-approval.ts'
import { type Colleague, lockColleague, requireAnotherAdministrator } from './lock-colleague.ts'
import { requireConfirmed } from './confirmed.ts'
import { requirePermission } from './permissions.ts'
import { lockStaffRole, requireGrantable, RoleIdField, rightsOfRole, type StaffRole } from './staff-role.ts'

export const ChangeStaffRoleInput = z.strictObject({ userId: z.string(), role: RoleIdField })
export type ChangeStaffRoleInput = z.output<typeof ChangeStaffRoleInput>

/**
 * Gives a colleague another role; their next request has its rights and no others. The same role again changes nothing.
 * Where the house wants a second colleague, one is asked for instead. Throws `permission_denied`,
 * `confirmation_needed`, `role_not_found`,
 * `grant_exceeds_own`, `last_administrator`, as lockColleague.
 */
export async function changeStaffRole(app: App, actor: Actor, input: ChangeStaffRoleInput): Promise<Outcome> {
  requirePermission(actor, 'staff.manage')
  requireConfirmed(actor, app.clock.now())
  return app.transaction(actor, async (tx) => {
    const { colleague, role } = await lockChange(tx, input)
    if (role.id === colleague.staffRole) return DONE
    const approval = await askApproval(tx, { act: 'staff.role_changed', subjectId: colleague.id, input })
    if (approval) return { approvalId: approval.id }
    await change(tx, colleague, role, {})
    return DONE
  })
}

/** The same within the transaction of whoever agreed to it, who must be allowed it as well as whoever asked. */
export async function changeApprovedRole(
  tx: Tx,
  input: ChangeStaffRoleInput,
  asker: StaffActor,
  extra: object,
): Promise<void> {
  const { colleague, role } = await lockChange(tx, input)
  requireGrantable(asker, rightsOfRole(role))
  if (role.id !== colleague.staffRole) await change(tx, colleague, role, extra)
}

async function lockChange(tx: Tx, input: ChangeStaffRoleInput): Promise<{ colleague: Colleague; role: StaffRole }> {
  const colleague = await lockColleague(tx, input.userId)
  const role = await lockStaffRole(tx, input.role)
  requireGrantable(tx.actor, rightsOfRole(role))
  return { colleague, role }
}

async function change(tx: Tx, colleague: Colleague, role: StaffRole, extra: object): Promise<void> {
  await requireAnotherAdministrator(tx, colleague)
  await tx.db
    .updateTable('users')
    .set({ staffRole: role.id, updatedAt: tx.now })
    .where('id', '=', colleague.id)
    .execute()
  await tx.emit('staff.role_changed', colleague.id, {
    before: { role: colleague.staffRole },
    after: { role: role.id, ...extra },
  })
}

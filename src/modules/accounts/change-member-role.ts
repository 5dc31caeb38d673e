import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { lockCustomer } from './accounts-queries.ts'
import { endMemberSessions } from './end-member-sessions.ts'
import { MemberRoleField, roleBeyondOwn } from './invite-member.ts'
import { lockMember, lockOwnRole, type Member, requireOtherOwner } from './lock-member.ts'
import { mayGrantRole } from './member.ts'
import { requireConfirmed } from './confirmed.ts'
import { requireRight } from './permissions.ts'

export const ChangeMemberRoleInput = z.strictObject({ role: MemberRoleField })

/**
 * Gives a member another role; their sessions for this customer end, so that nothing goes on with the rights they had.
 * Throws `permission_denied`, `confirmation_needed`, `member_not_found`, `role_beyond_own`, `last_owner`.
 */
export async function changeMemberRole(
  app: App,
  actor: Actor,
  input: { userId: string } & z.output<typeof ChangeMemberRoleInput>,
): Promise<Member> {
  requireRight(actor, 'member.manage')
  requireConfirmed(actor, app.clock.now())
  const customerId = actingCustomerId(actor)
  return app.transaction(actor, async (tx) => {
    await lockCustomer(tx, customerId)
    const own = await lockOwnRole(tx)
    const member = await lockMember(tx, input.userId)
    if (!mayGrantRole(own, member.role) || !mayGrantRole(own, input.role)) throw roleBeyondOwn()
    if (member.role === input.role) return member
    await requireOtherOwner(tx, member)
    const changed = await tx.db
      .updateTable('members')
      .set({ role: input.role })
      .where('customerId', '=', customerId)
      .where('userId', '=', member.userId)
      .returningAll()
      .executeTakeFirstOrThrow()
    await endMemberSessions(tx, member)
    await tx.emit('member.role_changed', member.userId, {
      customerId,
      before: { role: member.role },
      after: { role: input.role },
    })
    return changed
  })
}

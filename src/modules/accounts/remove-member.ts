import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockCustomer } from './accounts-queries.ts'
import { endMemberSessions } from './end-member-sessions.ts'
import { roleBeyondOwn } from './invite-member.ts'
import { lockMember, lockOwnRole, type Member, requireOtherOwner } from './lock-member.ts'
import { mayGrantRole } from './member.ts'
import { requireRight } from './permissions.ts'
import { actingUserId } from './user.ts'

/**
 * Ends somebody's share in the customer, with their sessions, API tokens and borrowed services of it. Throws
 * `permission_denied`, `member_not_found`, `role_beyond_own`, `last_owner`.
 */
export async function removeMember(app: App, actor: Actor, input: { userId: string }): Promise<void> {
  requireRight(actor, 'member.manage')
  await app.transaction(actor, async (tx) => {
    await lockCustomer(tx, actingCustomerId(actor))
    const own = await lockOwnRole(tx)
    const member = await lockMember(tx, input.userId)
    if (!mayGrantRole(own, member.role)) throw roleBeyondOwn()
    await end(tx, member)
  })
}

/** The same by one's own wish, in whatever role. Throws `member_not_found`, `last_owner`. */
export async function leaveCustomer(app: App, actor: Actor): Promise<void> {
  await app.transaction(actor, async (tx) => {
    await lockCustomer(tx, actingCustomerId(actor))
    await end(tx, await lockMember(tx, actingUserId(actor)))
  })
}

async function end(tx: Tx, member: Member): Promise<void> {
  await requireOtherOwner(tx, member)
  const { customerId, userId, role } = member
  await tx.db.deleteFrom('members').where('customerId', '=', customerId).where('userId', '=', userId).execute()
  const tokens = await tx.db
    .updateTable('apiTokens')
    .set({ revokedAt: tx.now })
    .where('customerId', '=', customerId)
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .returning('id')
    .execute()
  const grants = await tx.db
    .updateTable('serviceGrants')
    .set({ revokedAt: tx.now })
    .where('customerId', '=', customerId)
    .where('userId', '=', userId)
    .where('revokedAt', 'is', null)
    .returning(['id', 'serviceId'])
    .execute()
  await endMemberSessions(tx, member)
  for (const { id } of tokens) await tx.emit('api_token.revoked', id, { customerId })
  for (const { id, serviceId } of grants)
    await tx.emit('service_grant.revoked', id, { customerId, before: { serviceId, userId } })
  await tx.emit('member.removed', userId, { customerId, before: { role } })
}

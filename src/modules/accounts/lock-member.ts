import { actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { MemberRole, Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { actingUserId } from './user.ts'

export type Member = Schema['members']

const memberNotFound = (): Problem =>
  new Problem('not_found', 'member_not_found', 'Nobody of this account has this id.')

/** Holds a member of the acting customer, whose row is locked before. Throws `member_not_found`, for others' too. */
export async function lockMember(tx: Tx, userId: string): Promise<Member> {
  const member = await tx.db
    .selectFrom('members')
    .selectAll()
    .where('customerId', '=', actingCustomerId(tx.actor))
    .where('userId', '=', userId)
    .forUpdate()
    .executeTakeFirst()
  if (!member) throw memberNotFound()
  return member
}

/** The role of whoever acts, as it is now: a right of a moment ago may be gone. Throws `permission_denied`. */
export async function lockOwnRole(tx: Tx): Promise<MemberRole> {
  const member = await tx.db
    .selectFrom('members')
    .select('role')
    .where('customerId', '=', actingCustomerId(tx.actor))
    .where('userId', '=', actingUserId(tx.actor))
    .forShare()
    .executeTakeFirst()
  if (!member) throw new Problem('forbidden', 'permission_denied', 'You do not share this account any more.')
  return member.role
}

/** Throws `last_owner` when nobody but this member owns the customer. The caller holds the customer's lock. */
export async function requireOtherOwner(tx: Tx, member: Pick<Member, 'customerId' | 'userId' | 'role'>): Promise<void> {
  if (member.role !== 'owner') return
  const other = await tx.db
    .selectFrom('members')
    .select('userId')
    .where('customerId', '=', member.customerId)
    .where('role', '=', 'owner')
    .where('userId', '<>', member.userId)
    .executeTakeFirst()
  if (!other)
    throw new Problem('conflict', 'last_owner', 'An account needs an owner. Please make somebody else an owner first.')
}

import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockCustomer } from './accounts-queries.ts'
import { INVITATION_DAYS, type Invitation, invitationMachine } from './invitation.ts'
import { lockOwnRole } from './lock-member.ts'
import { mayGrantRole, MEMBER_ROLES } from './member.ts'
import { requireConfirmed } from './confirmed.ts'
import { requireRight } from './permissions.ts'
import { actingUserId, EmailField, maskEmail } from './user.ts'
import { transition } from '#platform/state-machine.ts'

export const MemberRoleField = z.enum(MEMBER_ROLES, { error: `Please choose a role: ${MEMBER_ROLES.join(', ')}.` })

export const InviteMemberInput = z.strictObject({ email: EmailField, role: MemberRoleField })
export type InviteMemberInput = z.output<typeof InviteMemberInput>

const PER_CUSTOMER = { name: 'invite', attempts: 30, perSeconds: 3_600 }

/**
 * Asks somebody by mail to share the customer in a role; it can be accepted for seven days. Asked again, the earlier
 * link ends and a new one is sent. Throws `permission_denied`, `confirmation_needed`, `already_member`,
 * `role_beyond_own`, `too_many_attempts`.
 */
export async function inviteMember(app: App, actor: Actor, input: InviteMemberInput): Promise<Invitation> {
  requireRight(actor, 'member.manage')
  requireConfirmed(actor, app.clock.now())
  const customerId = actingCustomerId(actor)
  await app.limits.take(PER_CUSTOMER, customerId)
  return app.transaction(actor, async (tx) => {
    await lockCustomer(tx, customerId)
    if (!mayGrantRole(await lockOwnRole(tx), input.role)) throw roleBeyondOwn()
    await requireNoMember(tx, customerId, input.email)
    return renewInvitation(tx, { customerId, email: input.email, role: input.role })
  })
}

export const roleBeyondOwn = (): Problem => {
  const message = 'Your own role does not let you give or take this role.'
  return new Problem('forbidden', 'role_beyond_own', message, { issues: [{ path: 'role', message }] })
}

/** Throws `already_member` when the owner of this address shares the customer already. */
export async function requireNoMember(tx: Tx, customerId: string, email: string): Promise<void> {
  const member = await tx.db
    .selectFrom('members')
    .innerJoin('users', 'users.id', 'members.userId')
    .select('users.id')
    .where('members.customerId', '=', customerId)
    .where('users.email', '=', email)
    .executeTakeFirst()
  if (!member) return
  const message = 'Somebody with this address shares the account already.'
  throw new Problem('conflict', 'already_member', message, { issues: [{ path: 'email', message }] })
}

type Asked = Pick<Invitation, 'customerId' | 'email'> &
  ({ role: NonNullable<Invitation['role']> } | { serviceId: string; actions: string[]; lentDays: number | null })

/** Makes an invitation, in place of one that asks the same person for the same. The caller holds the customer's lock. */
export async function renewInvitation(tx: Tx, asked: Asked): Promise<Invitation> {
  const earlier = await tx.db
    .selectFrom('invitations')
    .selectAll()
    .where('customerId', '=', asked.customerId)
    .where('email', '=', asked.email)
    .where('serviceId', 'serviceId' in asked ? '=' : 'is', 'serviceId' in asked ? asked.serviceId : null)
    .where('state', '=', 'pending')
    .forUpdate()
    .executeTakeFirst()
  if (earlier) await transition(tx, invitationMachine, earlier, 'revoke')
  const made = await tx.db
    .insertInto('invitations')
    .values({
      id: newId('ivt'),
      ...asked,
      state: 'pending',
      invitedBy: actingUserId(tx.actor),
      createdAt: tx.now,
      updatedAt: tx.now,
      expiresAt: tx.now.add({ hours: 24 * INVITATION_DAYS }),
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  const { id, customerId, role, serviceId, actions, lentDays } = made
  await tx.emit('invitation.pending', id, {
    customerId,
    after: { email: maskEmail(made.email), ...(serviceId ? { serviceId, actions, lentDays } : { role }) },
  })
  return made
}

import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { transition } from '#platform/state-machine.ts'
import { invitationMachine } from './invitation.ts'
import { requireRight } from './permissions.ts'

/**
 * Takes an invitation back that nobody has answered; its link no longer works. Throws `permission_denied`,
 * `invitation_not_found` for another customer's, `invitation_accepted` and the like.
 */
export async function revokeInvitation(app: App, actor: Actor, input: { invitationId: string }): Promise<void> {
  requireRight(actor, 'service.lend')
  const customerId = actingCustomerId(actor)
  await app.transaction(actor, async (tx) => {
    const invitation = await tx.db
      .selectFrom('invitations')
      .selectAll()
      .where('id', '=', input.invitationId)
      .where('customerId', '=', customerId)
      .forUpdate()
      .executeTakeFirst()
    if (!invitation) throw new Problem('not_found', 'invitation_not_found', 'There is no such invitation.')
    if (invitation.role !== null) requireRight(actor, 'member.manage')
    await transition(tx, invitationMachine, invitation, 'revoke')
  })
}

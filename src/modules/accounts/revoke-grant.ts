import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireRight } from './permissions.ts'
import { actingUserId } from './user.ts'

/**
 * Takes a lent service back; doing it twice is fine. Whoever borrowed it may give it back. Throws `permission_denied`,
 * `service_grant_not_found`, for another customer's too.
 */
export async function revokeGrant(app: App, actor: Actor, input: { grantId: string }): Promise<void> {
  const [customerId, userId] = [actingCustomerId(actor), actingUserId(actor)]
  await app.transaction(actor, async (tx) => {
    const grant = await tx.db
      .selectFrom('serviceGrants')
      .selectAll()
      .where('id', '=', input.grantId)
      .where('customerId', '=', customerId)
      .forUpdate()
      .executeTakeFirst()
    if (!grant) throw new Problem('not_found', 'service_grant_not_found', 'Nothing with this id is lent.')
    if (grant.userId !== userId) requireRight(actor, 'service.lend')
    if (grant.revokedAt) return
    await tx.db.updateTable('serviceGrants').set({ revokedAt: tx.now }).where('id', '=', grant.id).execute()
    await tx.emit('service_grant.revoked', grant.id, {
      customerId,
      before: { serviceId: grant.serviceId, userId: grant.userId },
    })
  })
}

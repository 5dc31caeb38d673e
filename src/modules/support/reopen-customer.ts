import type { App } from '#app/app.ts'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

/**
 * Staff: opens a closed account again, for whoever closed it by mistake. Throws `permission_denied`, `customer_not_found`,
 * `customer_erased`, `customer_not_closed`.
 */
export async function reopenCustomer(app: App, actor: Actor, input: { customerId: string }): Promise<void> {
  requirePermission(actor, 'customer.update')
  await app.transaction(actor, async (tx) => {
    const { closedAt, erasedAt } = await lockCustomer(tx, input.customerId)
    if (erasedAt) throw new Problem('conflict', 'customer_erased', 'What was personal in this account is erased.')
    if (!closedAt) throw new Problem('conflict', 'customer_not_closed', 'This account is not closed.')
    await tx.db
      .updateTable('customers')
      .set({ closedAt: null, updatedAt: tx.now })
      .where('id', '=', input.customerId)
      .execute()
    await tx.emit('customer.reopened', input.customerId, {
      customerId: input.customerId,
      before: { closedAt: closedAt.toString() },
      after: { closedAt: null },
    })
  })
}

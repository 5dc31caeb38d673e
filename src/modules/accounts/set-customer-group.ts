import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { lockCustomer } from './accounts-queries.ts'
import { requirePermission } from './permissions.ts'

/** Staff: puts a customer into a group that offers may be meant for, or with null into none. Throws `customer_not_found`. */
export async function setCustomerGroup(
  app: App,
  actor: Actor,
  input: { customerId: string; group: string | null },
): Promise<void> {
  requirePermission(actor, 'customer.update')
  const { customerId, group: customerGroup } = input
  await app.transaction(actor, async (tx) => {
    const customer = await lockCustomer(tx, customerId)
    if (customer.customerGroup === customerGroup) return
    await tx.db
      .updateTable('customers')
      .set({ customerGroup, updatedAt: tx.now })
      .where('id', '=', customerId)
      .execute()
    const before = { customerGroup: customer.customerGroup }
    await tx.emit('customer.updated', customerId, { customerId, before, after: { customerGroup } })
  })
}

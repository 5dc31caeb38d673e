import { endSubscription } from './stripe-simulator-collection.ts'
import type { Customer, Memory } from './stripe-simulator-memory.ts'
import { detachMethod } from './stripe-simulator-methods.ts'

/** A customer goes, with all that was kept for later; her subscriptions end. */
export function deleteCustomer(memory: Memory, customer: Customer): { id: string; object: 'customer'; deleted: true } {
  const { id } = customer
  for (const each of memory.subscriptions.values())
    if (each.customer === id && each.ended_at === null)
      endSubscription(memory, each, { reason: 'cancellation_requested' })
  for (const method of memory.methods.values()) if (method.customer === id) detachMethod(memory, method)
  const deleted = { id, object: 'customer' as const, deleted: true as const }
  memory.customers.set(id, deleted)
  memory.emit('customer.deleted', customer)
  return deleted
}

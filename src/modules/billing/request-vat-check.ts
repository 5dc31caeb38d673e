import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import type { Limit } from '#platform/limits.ts'
import { checkVatNumber } from './check-vat-number.ts'

const LIMIT: Limit = { name: 'vat-check', attempts: 10, perSeconds: 3_600 }

/** Has the customer's VAT number asked about once more, now. Throws `permission_denied`, `too_many_attempts`. */
export async function requestVatCheck(app: App, actor: Actor): Promise<void> {
  requireRight(actor, 'customer.update')
  const customerId = actingCustomerId(actor)
  await app.limits.take(LIMIT, customerId)
  await app.transaction(actor, (tx) => tx.enqueue(checkVatNumber, { customerId }))
}

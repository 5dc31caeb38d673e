import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { lockCustomer } from './accounts-queries.ts'
import { billingDetails, type Customer, isCountry } from './customer.ts'
import { requireRight } from './permissions.ts'
import { lineField, optionalLineField, PersonNameField } from './user.ts'

const CHOOSE_COUNTRY = 'Please choose a country.'

export const UpdateBillingDetailsInput = z.strictObject({
  name: PersonNameField,
  company: optionalLineField(200),
  addressLine1: lineField(200, 'Please enter street and number.'),
  addressLine2: optionalLineField(200),
  postalCode: optionalLineField(20),
  city: lineField(100, 'Please enter a town or city.'),
  country: z.string({ error: CHOOSE_COUNTRY }).trim().toUpperCase().refine(isCountry, { error: CHOOSE_COUNTRY }),
  vatId: optionalLineField(30),
})
export type UpdateBillingDetailsInput = z.output<typeof UpdateBillingDetailsInput>

/** What invoices from now on name as the buyer; invoices that exist keep theirs. Throws `sign_in_required`,
 * `permission_denied`. */
export async function updateBillingDetails(
  app: App,
  actor: Actor,
  input: UpdateBillingDetailsInput,
): Promise<Customer> {
  requireRight(actor, 'customer.update')
  const customerId = actingCustomerId(actor)
  return app.transaction(actor, async (tx) => {
    const customer = await lockCustomer(tx, customerId)
    const before = billingDetails(customer)
    if (JSON.stringify(before) === JSON.stringify(billingDetails({ ...customer, ...input }))) return customer
    const updated = await tx.db
      .updateTable('customers')
      .set({ ...input, updatedAt: tx.now })
      .where('id', '=', customerId)
      .returningAll()
      .executeTakeFirstOrThrow()
    await tx.emit('customer.updated', customerId, { customerId, before, after: billingDetails(updated) })
    return updated
  })
}

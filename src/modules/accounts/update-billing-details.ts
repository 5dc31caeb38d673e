import { z } from 'zod'
import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { lockCustomer } from './accounts-queries.ts'
import { billingDetails, type Customer, isCountry, REGION } from './customer.ts'
import { requireRight } from './permissions.ts'
import { lineField, optionalLineField, PersonNameField } from './user.ts'
import { readVatNumber } from './vat-number.ts'

const CHOOSE_COUNTRY = 'Please choose a country.'

const VAT_WORDS = {
  other_country: (example: string) =>
    `This VAT ID is of another country than the address. It should look like ${example}.`,
  pattern: (example: string) => `This is not complete or not quite right. It should look like ${example}.`,
}

export const UpdateBillingDetailsInput = z
  .strictObject({
    name: PersonNameField,
    company: optionalLineField(200),
    addressLine1: lineField(200, 'Please enter street and number.'),
    addressLine2: optionalLineField(200),
    postalCode: optionalLineField(20),
    city: lineField(100, 'Please enter a town or city.'),
    region: z
      .string()
      .trim()
      .toUpperCase()
      .regex(REGION, 'Give the short code of the state, such as CA or QC.')
      .nullable()
      .default(null)
      .meta({ description: 'The state or province: the second half of its ISO 3166-2 code.' }),
    country: z.string({ error: CHOOSE_COUNTRY }).trim().toUpperCase().refine(isCountry, { error: CHOOSE_COUNTRY }),
    vatId: optionalLineField(30),
  })
  .superRefine(({ vatId, country }, context) => {
    const read = vatId === null ? undefined : readVatNumber(vatId, country)
    if (read?.ok === false)
      context.addIssue({ code: 'custom', path: ['vatId'], message: VAT_WORDS[read.reason](read.example) })
  })
export type UpdateBillingDetailsInput = z.output<typeof UpdateBillingDetailsInput>

/**
 * What invoices from now on name as the buyer; invoices that exist keep theirs. A VAT number of the EU is kept with its
 * prefix and without spaces. Throws `sign_in_required`, `permission_denied`.
 */
export async function updateBillingDetails(
  app: App,
  actor: Actor,
  { vatId, ...given }: UpdateBillingDetailsInput,
): Promise<Customer> {
  requireRight(actor, 'customer.update')
  const read = vatId === null ? undefined : readVatNumber(vatId, given.country)
  const input = { ...given, vatId: read?.ok ? read.vatId : vatId }
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

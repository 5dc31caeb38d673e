import type { App } from '#app/app.ts'
import { getCustomer } from '#modules/accounts/accounts-queries.ts'
import type { Actor } from '#platform/actor.ts'
import type { Schema } from '#platform/schema.ts'
import { isReverseCharge } from './tax.ts'
import { type TaxProfile, type VatState, vatStateOf } from './vat-profile.ts'

type VatCheck = Schema['vatChecks']

export type VatStanding = {
  state: VatState
  number: string | null
  /** The last "valid" about this number, the proof of a confirmed one. */
  proof: VatCheck | undefined
  /** Whether the buyer owes the tax instead of us. */
  reverseCharge: boolean
  profile: TaxProfile | undefined
}

/** How far the proof of a customer's VAT number is. Throws `customer_not_found`, for another's customer too. */
export async function getVatStanding(app: App, actor: Actor, customerId: string): Promise<VatStanding> {
  const customer = await getCustomer(app, actor, customerId)
  const [seller, profile, proof] = await Promise.all([
    app.db.selectFrom('legalEntities').select('country').orderBy('id').limit(1).executeTakeFirst(),
    app.db.selectFrom('taxProfiles').selectAll().where('customerId', '=', customer.id).executeTakeFirst(),
    customer.vatId === null
      ? undefined
      : app.db
          .selectFrom('vatChecks')
          .selectAll()
          .where('customerId', '=', customer.id)
          .where('number', '=', customer.vatId)
          .where('outcome', '=', 'valid')
          .orderBy('id', 'desc')
          .limit(1)
          .executeTakeFirst(),
  ])
  const state = vatStateOf(customer, profile)
  const vatConfirmed = state === 'confirmed'
  const decided = profile !== undefined && profile.overrideBasisPoints !== null
  const reverseCharge =
    !decided && seller !== undefined && isReverseCharge(seller, { country: customer.country, vatConfirmed })
  return { state, number: customer.vatId, proof: vatConfirmed ? proof : undefined, reverseCharge, profile }
}

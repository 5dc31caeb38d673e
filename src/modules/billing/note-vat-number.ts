import { z } from 'zod'
import { lockCustomer } from '#modules/accounts/accounts-queries.ts'
import { euVatNumber } from '#modules/accounts/vat-number.ts'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { checkVatNumber } from './check-vat-number.ts'

/** After a customer changed their details: a VAT number that is new is asked about, and what was proven of another is void. */
export const noteVatNumber = job({
  name: 'billing.note-vat-number',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: customerId }) {
    await app.transaction(system('billing'), async (tx) => {
      const customer = await lockCustomer(tx, customerId)
      const vatNumber = euVatNumber(customer) ? customer.vatId : null
      const known = await tx.db
        .selectFrom('taxProfiles')
        .select('vatNumber')
        .where('customerId', '=', customerId)
        .forUpdate()
        .executeTakeFirst()
      if ((known?.vatNumber ?? null) === vatNumber) return
      const fresh = {
        vatNumber,
        outcome: null,
        checkedAt: null,
        confirmedAt: null,
        askedSince: vatNumber === null ? null : tx.now,
        attempts: 0,
        checkDueAt: vatNumber === null ? null : tx.now,
        updatedAt: tx.now,
      }
      await tx.db
        .insertInto('taxProfiles')
        .values({ customerId, ...fresh })
        .onConflict((conflict) => conflict.column('customerId').doUpdateSet(fresh))
        .execute()
      if (vatNumber !== null) await tx.enqueue(checkVatNumber, { customerId })
    })
  },
})

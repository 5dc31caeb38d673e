import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import { ERASED_AFTER_DAYS } from './close-customer.ts'
import { eraseCustomer } from './erase-customer.ts'

const AT_ONCE = 100

/** Once an hour: the accounts that were closed two weeks ago, and files of personal data that are over. */
export const eraseCustomers = job({
  name: 'support.erase-customers',
  queue: 'maintenance',
  payload: z.object({}),
  async run(app) {
    const now = app.clock.now()
    await app.db.deleteFrom('dataExports').where('expiresAt', '<', now).execute()
    const due = await app.db
      .selectFrom('customers')
      .select('id')
      .where('closedAt', '<', now.subtract({ hours: 24 * ERASED_AFTER_DAYS }))
      .where('erasedAt', 'is', null)
      .orderBy('closedAt')
      .limit(AT_ONCE)
      .execute()
    if (due.length === 0) return
    await app.transaction(system('support'), async (tx) => {
      for (const { id } of due) await tx.enqueue(eraseCustomer, { customerId: id })
    })
  },
})

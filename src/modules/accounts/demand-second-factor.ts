import type { App } from '#app/app.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { lockCustomer } from './accounts-queries.ts'
import { requireRight } from './permissions.ts'
import { hasSecondFactor } from './second-factor.ts'
import { actingUserId } from './user.ts'

/**
 * Whether members of the customer need a second factor: who has none may then do nothing but set one up. Whoever demands
 * it has one. Throws `permission_denied`, `second_factor_missing`.
 */
export async function demandSecondFactor(app: App, actor: Actor, input: { needed: boolean }): Promise<void> {
  requireRight(actor, 'member.manage')
  const customerId = actingCustomerId(actor)
  await app.transaction(actor, async (tx) => {
    const customer = await lockCustomer(tx, customerId)
    if (customer.membersNeedSecondFactor === input.needed) return
    if (input.needed && !(await hasSecondFactor(tx.db, actingUserId(actor))))
      throw new Problem(
        'conflict',
        'second_factor_missing',
        'Please set up a second factor for yourself before you demand it of others.',
      )
    await tx.db
      .updateTable('customers')
      .set({ membersNeedSecondFactor: input.needed, updatedAt: tx.now })
      .where('id', '=', customerId)
      .execute()
    await tx.emit('customer.updated', customerId, {
      customerId,
      before: { membersNeedSecondFactor: !input.needed },
      after: { membersNeedSecondFactor: input.needed },
    })
  })
}

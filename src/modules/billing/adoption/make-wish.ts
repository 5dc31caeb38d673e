import { Problem } from '#platform/problem.ts'
import type { AdoptionWish } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'

/**
 * Writes down what the gateway is to do with a locked agreement's subscription; a job then asks for it until the gateway says that
 * it is so. One that has ended there is left as it is.
 */
export async function makeWish(tx: Tx, input: { subscriptionId: string; wish: AdoptionWish }): Promise<void> {
  const { subscriptionId, wish } = input
  const made = await tx.db
    .updateTable('adoptions')
    .set((of) => ({
      wish,
      wishVersion: of('wishVersion', '+', 1),
      wishedAt: tx.now,
      updatedAt: tx.now,
    }))
    .where('subscriptionId', '=', subscriptionId)
    .where('endedAt', 'is', null)
    .where((where) => where.or([where('wish', 'is', null), where('wish', '<>', wish)]))
    .returning('customerId')
    .executeTakeFirst()
  if (made) await tx.emit('adoption.wished', subscriptionId, { customerId: made.customerId, after: { wish } })
}

/**
 * The same while the gateway is asked for nothing else: what is under way is answered first. Throws `adoption_busy`.
 */
export async function makeOnlyWish(tx: Tx, input: { subscriptionId: string; wish: AdoptionWish }): Promise<void> {
  const { wish } = await tx.db
    .selectFrom('adoptions')
    .select('wish')
    .where('subscriptionId', '=', input.subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (wish !== null) throw adoptionBusy()
  await makeWish(tx, input)
}

export const adoptionBusy = (): Problem =>
  new Problem(
    'conflict',
    'adoption_busy',
    'Stripe is being told about this subscription. Please try again in a minute.',
    { retryAfterSeconds: 60 },
  )

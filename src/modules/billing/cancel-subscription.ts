import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { subscriptionMachine } from './subscription.ts'

/** Ends an agreement, so that nothing is billed for it any more. One that has ended already is left as it is. */
export async function cancelSubscription(tx: Tx, subscriptionId: string): Promise<void> {
  const subscription = await tx.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  if (can(subscriptionMachine, subscription, 'cancel'))
    await transition(tx, subscriptionMachine, subscription, 'cancel', { nextBillingOn: null })
}

import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { makeWish } from './adoption/make-wish.ts'
import { changeMachine } from './change.ts'
import type { Invoice } from './invoice.ts'
import { lockOpenDocuments } from './lock-open-documents.ts'
import { type Subscription, subscriptionMachine } from './subscription.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * Ends an agreement, so that nothing is billed for it any more. A renewal or a change that nobody paid is taken back; what else a
 * renewal billed is billed anew. What the gateway still bills for it ends there. One that has ended already is left as it is.
 */
export async function cancelSubscription(tx: Tx, subscriptionId: string): Promise<void> {
  const documents = await lockOpenDocuments(tx, subscriptionId)
  const subscription = await tx.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', subscriptionId)
    .forUpdate()
    .executeTakeFirstOrThrow()
  await cancelLocked(tx, subscription, documents)
}

/** The same for a locked agreement whose open documents are locked as well. */
export async function cancelLocked(
  tx: Tx,
  subscription: Subscription,
  documents: readonly Invoice[],
): Promise<Subscription> {
  if (!can(subscriptionMachine, subscription, 'cancel')) return subscription
  const cancelled = await transition(tx, subscriptionMachine, subscription, 'cancel', { nextBillingOn: null })
  for (const document of documents) await voidInvoice(tx, document)
  await endChanges(tx, subscription)
  if (subscription.gatewaySubscriptionId !== null)
    await makeWish(tx, { subscriptionId: subscription.id, wish: 'end_now' })
  return cancelled
}

/** Changes that do not hold yet never will. Money for them that is under way becomes credit. */
export async function endChanges(tx: Tx, { id }: Pick<Subscription, 'id'>): Promise<void> {
  const live = await tx.db
    .selectFrom('changeQuotes')
    .selectAll()
    .where('subscriptionId', '=', id)
    .where('state', 'in', ['awaiting_payment', 'scheduled'])
    .forUpdate()
    .execute()
  for (const change of live) await transition(tx, changeMachine, change, 'withdraw')
}

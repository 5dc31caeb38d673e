import type { App } from '#app/app.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockSubscription } from './apply-change.ts'
import { makeOnlyWish } from './adoption/make-wish.ts'
import type { CancelReason } from './cancel-reason.ts'
import { cancelLocked, endChanges } from './cancel-subscription.ts'
import { lockOpenDocuments, resumeBilling } from './lock-open-documents.ts'
import { ownerWhoCancels } from './require-changeable.ts'
import { type Subscription, subscriptionMachine } from './subscription.ts'
import { voidInvoice } from './void-invoice.ts'

export type CancellationInput = {
  subscriptionId: string
  /** At the end of what is paid, or today: paid days are not given back. */
  when: 'period_end' | 'now'
  reason: CancelReason
  note?: string | undefined
}

/**
 * Ends an agreement at the end of its paid period, or now. A renewal that is not paid is taken back, and none is made any more; on
 * its day the server is removed. One that is past due ends now. Throws `subscription_not_found`, `subscription_cancelled`,
 * `subscription_ending` when it ends already, `subscription_paid_once` for the end of what has none, `confirmation_needed` for now,
 * `adoption_busy` while the gateway that bills it is being told something else.
 */
export async function requestCancellation(app: App, actor: Actor, input: CancellationInput): Promise<Subscription> {
  const owner = ownerWhoCancels(actor)
  if (input.when === 'now') requireConfirmed(actor, app.clock.now())
  return app.transaction(actor, async (tx) => {
    const { documents, subscription, today } = await lockAll(tx, input.subscriptionId, owner)
    requireVerb(subscriptionMachine, subscription, 'cancel')
    if (subscription.intervalUnit === 'once' && input.when === 'period_end')
      throw new Problem(
        'conflict',
        'subscription_paid_once',
        'This was paid once and has no end of its own. End it now.',
      )
    const paidUntil = subscription.currentPeriodEnd
    const over = Temporal.PlainDate.compare(paidUntil, today) <= 0
    const now = input.when === 'now' || over
    if (subscription.cancelOn && !now)
      throw new Problem('conflict', 'subscription_ending', 'This subscription ends already.')
    const cancelOn = now ? today : paidUntil
    if (subscription.billedBy === 'gateway' && !now)
      await makeOnlyWish(tx, { subscriptionId: subscription.id, wish: 'end' })
    const told = { cancelOn, cancelReason: input.reason, cancelNote: input.note?.trim() || null }
    const updated = await tx.db
      .updateTable('subscriptions')
      .set({ ...told, nextBillingOn: null, updatedAt: tx.now })
      .where('id', '=', subscription.id)
      .returningAll()
      .executeTakeFirstOrThrow()
    const { customerId } = subscription
    await tx.emit('subscription.cancellation_requested', subscription.id, {
      customerId,
      after: { cancelOn: cancelOn.toString(), when: now ? 'now' : 'period_end', reason: input.reason },
    })
    if (now) return cancelLocked(tx, updated, documents)
    for (const document of documents) await voidInvoice(tx, document)
    await endChanges(tx, updated)
    return updated
  })
}

/**
 * Takes a cancellation back while the agreement has not ended; it renews as before. Throws `subscription_not_found`,
 * `subscription_cancelled`, `cancellation_missing` when there is none, `adoption_busy` as above.
 */
export async function undoCancellation(
  app: App,
  actor: Actor,
  input: { subscriptionId: string },
): Promise<Subscription> {
  const owner = ownerWhoCancels(actor)
  return app.transaction(actor, async (tx) => {
    const { subscription, today } = await lockAll(tx, input.subscriptionId, owner)
    requireVerb(subscriptionMachine, subscription, 'cancel')
    const { cancelOn, customerId } = subscription
    if (!cancelOn) throw new Problem('conflict', 'cancellation_missing', 'This subscription was not cancelled.')
    // Its day has come, and its end is on its way.
    if (Temporal.PlainDate.compare(cancelOn, today) <= 0)
      throw new Problem('conflict', 'subscription_cancelled', 'This subscription has ended.')
    await tx.db
      .updateTable('subscriptions')
      .set({ cancelOn: null, cancelReason: null, cancelNote: null, updatedAt: tx.now })
      .where('id', '=', subscription.id)
      .execute()
    await resumeBilling(tx, subscription.id)
    if (subscription.billedBy === 'gateway') await makeOnlyWish(tx, { subscriptionId: subscription.id, wish: 'renew' })
    await tx.emit('subscription.cancellation_undone', subscription.id, {
      customerId,
      before: { cancelOn: cancelOn.toString() },
    })
    return lockSubscription(tx, subscription.id)
  })
}

/** Holds an agreement of `owner` and the documents that ask for its money. */
async function lockAll(tx: Tx, subscriptionId: string, owner: string | undefined) {
  const found = await tx.db
    .selectFrom('subscriptions')
    .innerJoin('legalEntities', 'legalEntities.id', 'subscriptions.legalEntityId')
    .select('legalEntities.timeZone')
    .where('subscriptions.id', '=', subscriptionId)
    .$if(owner !== undefined, (query) => query.where('subscriptions.customerId', '=', owner!))
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'subscription_not_found', 'There is no such subscription.'))
  await lockOpenDocuments(tx, subscriptionId)
  const subscription = await lockSubscription(tx, subscriptionId)
  return {
    // One that was made while the agreement was waited for.
    documents: await lockOpenDocuments(tx, subscriptionId),
    subscription,
    today: tx.now.toZonedDateTimeISO(found.timeZone).toPlainDate(),
  }
}

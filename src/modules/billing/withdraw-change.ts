import type { App } from '#app/app.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { applyChange, lockSubscription } from './apply-change.ts'
import { findPendingPayment } from './billing-queries.ts'
import { type Change, changeMachine } from './change.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { lockOpenDocuments, resumeBilling } from './lock-open-documents.ts'
import { ownerWhoChanges } from './require-changeable.ts'
import type { Subscription } from './subscription.ts'
import { settlePayment } from './settle-payment.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * Takes a change back that was accepted and does not hold yet: its document is void, and the agreement goes on as it was. A
 * change whose money came in meanwhile stays, and is given as it is. Throws `change_not_found`, `change_applied`,
 * `change_withdrawn`, `subscription_changing` while a payment of it is under way.
 */
export async function withdrawChange(app: App, actor: Actor, input: { changeId: string }): Promise<Change> {
  const owner = ownerWhoChanges(actor)
  const found = await findChange(app.db, input.changeId, owner)
  await closePaymentPage(app, found.subscriptionId)
  return app.transaction(actor, async (tx) => {
    const documents = await lockOpenDocuments(tx, found.subscriptionId)
    const subscription = await lockSubscription(tx, found.subscriptionId)
    const change = await findChange(tx.db, input.changeId, owner)
    if (!can(changeMachine, change, 'withdraw'))
      throw new Problem('conflict', `change_${change.state}`, `This change is ${change.state}.`)
    if (change.state === 'scheduled') await takeRenewalsBack(tx, change, subscription, documents)
    return withdrawLocked(tx, change, documents)
  })
}

/** A renewal at the price of a change that was set for its day is made anew. Paid, it is too late to take the change back. */
async function takeRenewalsBack(
  tx: Tx,
  change: Change,
  { currentPeriodEnd }: Subscription,
  documents: readonly Invoice[],
): Promise<void> {
  if (Temporal.PlainDate.compare(currentPeriodEnd, change.startsOn) > 0)
    throw new Problem('conflict', 'change_applied', 'The next period is paid at the new price already.')
  for (const document of documents) if (document.purpose === 'renewal') await voidInvoice(tx, document)
}

/** Another customer's change does not exist: `change_not_found`. */
export const findChange = (db: App['db'], changeId: string, owner: string | undefined): Promise<Change> =>
  db
    .selectFrom('changeQuotes')
    .selectAll()
    .where('id', '=', changeId)
    .$if(owner !== undefined, (query) => query.where('customerId', '=', owner!))
    .executeTakeFirstOrThrow(() => new Problem('not_found', 'change_not_found', 'There is no such change.'))

/** The change of an agreement that was accepted and does not hold yet. */
export const findLiveChange = (db: App['db'], subscriptionId: string): Promise<Change | undefined> =>
  db
    .selectFrom('changeQuotes')
    .selectAll()
    .where('subscriptionId', '=', subscriptionId)
    .where('state', 'in', ['awaiting_payment', 'scheduled'])
    .executeTakeFirst()

/** The same for a change of a locked agreement, whose open documents are locked as well. */
export async function withdrawLocked(tx: Tx, change: Change, documents: readonly Invoice[]): Promise<Change> {
  const document = documents.find(({ id }) => id === change.invoiceId)
  if (document && can(invoiceMachine, document, 'void')) {
    if (await findPendingPayment(tx.db, document.id)) throw paymentUnderWay()
    await voidInvoice(tx, document)
  }
  const withdrawn = await transition(tx, changeMachine, change, 'withdraw')
  await resumeBilling(tx, change.subscriptionId)
  return withdrawn
}

const paymentUnderWay = (): Problem =>
  new Problem('conflict', 'subscription_changing', 'A payment for another change is under way. Please wait a moment.')

/** Nobody shall pay any more for a change that another one replaces. */
export async function closePaymentPage(app: App, subscriptionId: string): Promise<void> {
  const live = await findLiveChange(app.db, subscriptionId)
  const pending = live?.invoiceId && (await findPendingPayment(app.db, live.invoiceId))
  if (!pending || pending.channel !== 'checkout') return
  const { outcome } = await settlePayment(app, pending.id, 'close')
  if (outcome === 'open') throw paymentUnderWay()
}

/** Applies a scheduled change whose day has come; one of an agreement that has ended lapses. */
export async function applyScheduled(tx: Tx, changeId: string): Promise<void> {
  const found = await findChange(tx.db, changeId, undefined)
  const subscription = await lockSubscription(tx, found.subscriptionId)
  const change = await findChange(tx.db, changeId, undefined)
  if (change.state !== 'scheduled') return
  if (subscription.state === 'cancelled') await transition(tx, changeMachine, change, 'withdraw')
  else await applyChange(tx, change, subscription)
}

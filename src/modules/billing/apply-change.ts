import { sql } from 'kysely'
import { newId } from '#platform/ids.ts'
import { transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { type Change, changeMachine } from './change.ts'
import { ChangeDetail, ChangedItems } from './change-detail.ts'
import type { Invoice } from './invoice.ts'
import { resumeBilling } from './lock-open-documents.ts'
import type { Subscription } from './subscription.ts'

/** When the document of a change is paid, in the same transaction: what was agreed holds from the day that was quoted. */
export async function applyPaidChange(tx: Tx, invoice: Pick<Invoice, 'id'>): Promise<void> {
  const found = await tx.db
    .selectFrom('changeQuotes')
    .select('subscriptionId')
    .where('invoiceId', '=', invoice.id)
    .where('state', '=', 'awaiting_payment')
    .executeTakeFirst()
  if (!found) return
  const subscription = await lockSubscription(tx, found.subscriptionId)
  const change = await tx.db
    .selectFrom('changeQuotes')
    .selectAll()
    .where('invoiceId', '=', invoice.id)
    .where('state', '=', 'awaiting_payment')
    .forUpdate()
    .executeTakeFirst()
  if (change) await applyChange(tx, change, subscription)
}

/** Holds an agreement, after its documents. */
export const lockSubscription = (tx: Tx, subscriptionId: string): Promise<Subscription> =>
  tx.db.selectFrom('subscriptions').selectAll().where('id', '=', subscriptionId).forUpdate().executeTakeFirstOrThrow()

/**
 * Makes a locked change of a locked agreement true: its parts, its price, its plan, and its periods where it begins a new one.
 * The server follows by itself: `subscription.changed`. No document asks for a further period meanwhile.
 */
export async function applyChange(tx: Tx, change: Change, subscription: Subscription): Promise<void> {
  const { id: subscriptionId, customerId } = subscription
  const items = ChangedItems.parse(change.items)
  await tx.db.deleteFrom('subscriptionItems').where('subscriptionId', '=', subscriptionId).execute()
  await tx.db
    .insertInto('subscriptionItems')
    .values(
      items.map(({ unitMinor, ...item }, position) => ({
        id: newId('sit'),
        subscriptionId,
        position,
        ...item,
        unitMinor: BigInt(unitMinor),
        amountMinor: BigInt(unitMinor) * BigInt(item.quantity),
      })),
    )
    .execute()
  const { planId, description, amountMinor } = change
  await tx.db
    .updateTable('subscriptions')
    .set({ planId, description, amountMinor, updatedAt: tx.now })
    .where('id', '=', subscriptionId)
    .execute()
  if (change.newPeriod) await beginNewPeriod(tx, change)
  await resumeBilling(tx, subscriptionId)
  await transition(tx, changeMachine, change, 'apply', { appliedAt: tx.now, usedAt: change.usedAt ?? tx.now })
  await tx.emit('subscription.changed', subscriptionId, {
    customerId,
    before: { planId: subscription.planId, amountMinor: subscription.amountMinor },
    after: { planId, amountMinor, changeId: change.id },
  })
}

/** Periods that were given up may be billed again; the new one is what the change's own document pays for, and uses up discounts. */
async function beginNewPeriod(
  tx: Tx,
  { subscriptionId, invoiceId, startsOn, nextOn, ...change }: Change,
): Promise<void> {
  await sql`
    update invoice_lines set released = true
    where subscription_id = ${subscriptionId} and period_start >= ${startsOn} and not released`.execute(tx.db)
  await sql`
    update invoice_lines set period_start = ${startsOn}, period_end = ${nextOn}
    where invoice_id = ${invoiceId} and subscription_id = ${subscriptionId}`.execute(tx.db)
  await tx.db
    .updateTable('subscriptions')
    .set({
      intervalUnit: change.intervalUnit,
      intervalCount: change.intervalCount,
      anchor: startsOn,
      periods: 1,
      periodsElsewhere: 0,
      currentPeriodStart: startsOn,
      currentPeriodEnd: nextOn,
      billedUntil: nextOn,
    })
    .where('id', '=', subscriptionId)
    .execute()
  const { counted } = ChangeDetail.parse(change.detail)
  if (counted.length > 0)
    await tx.db
      .updateTable('subscriptionDiscounts')
      .set(({ eb }) => ({ cyclesLeft: eb('cyclesLeft', '-', 1) }))
      .where('subscriptionId', '=', subscriptionId)
      .where('couponId', 'in', counted)
      .where('cyclesLeft', '>', 0)
      .execute()
}

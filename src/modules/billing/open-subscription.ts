import { newId } from '#platform/ids.ts'
import type { IntervalUnit } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { periodStart, type Subscription } from './subscription.ts'

/**
 * Opens the agreement that renews, from today in the seller's time zone. `amountMinor` is what a period costs, as priced.
 * The invoice lines that pay for the first period are told which one it is.
 */
export async function openSubscription(
  tx: Tx,
  input: {
    customerId: string
    planId: string
    description: string
    currency: string
    amountMinor: bigint
    intervalUnit: IntervalUnit
    intervalCount: number
    timeZone: string
    invoiceLineIds: string[]
  },
): Promise<Subscription> {
  const { timeZone, invoiceLineIds, ...agreement } = input
  const anchor = tx.now.toZonedDateTimeISO(timeZone).toPlainDate()
  const end = periodStart(anchor, input.intervalUnit, input.intervalCount, 1)
  const subscription = await tx.db
    .insertInto('subscriptions')
    .values({
      id: newId('sub'),
      state: 'active',
      ...agreement,
      anchor,
      periods: 1,
      currentPeriodStart: anchor,
      currentPeriodEnd: end,
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await tx.db
    .updateTable('invoiceLines')
    .set({ subscriptionId: subscription.id, periodStart: anchor, periodEnd: end })
    .where('id', 'in', invoiceLineIds)
    .where('subscriptionId', 'is', null)
    .execute()
  await tx.emit('subscription.active', subscription.id, {
    customerId: input.customerId,
    after: { periodStart: anchor.toString(), periodEnd: end.toString() },
  })
  return subscription
}

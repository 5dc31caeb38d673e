import { type RawBuilder, sql } from 'kysely'
import { newId } from '#platform/ids.ts'
import type { IntervalUnit, Schema } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { periodStart, type Subscription } from './subscription.ts'

/** What a period of an agreement consists of: minor units for one piece and one period, as priced. */
export type SubscriptionItem = Pick<
  Schema['subscriptionItems'],
  'kind' | 'code' | 'description' | 'quantity' | 'unitMinor'
> & {
  /** What was chosen of an option that has something to choose from. */
  choice?: string | null
}

/**
 * Opens the agreement that renews, from today in the seller's time zone. `items` is what a period consists of, the plan first.
 * The invoice lines that pay for the first period are told which one it is, unless their document has its number already:
 * what it says is final then. With a trial the first period that is paid begins when the trial is over, on its anchor; what was
 * paid once is never billed again.
 */
export async function openSubscription(
  tx: Tx,
  input: {
    customerId: string
    planId: string
    description: string
    currency: string
    items: SubscriptionItem[]
    legalEntityId: string
    intervalUnit: IntervalUnit
    intervalCount: number
    /** Days before the first paid period. */
    trialDays?: number | null
    timeZone: string
    invoiceLineIds: string[]
  },
): Promise<Subscription> {
  const { timeZone, invoiceLineIds, items, trialDays = null, ...agreement } = input
  const today = tx.now.toZonedDateTimeISO(timeZone).toPlainDate()
  const trialEndsOn = trialDays === null ? null : today.add({ days: trialDays })
  const anchor = trialEndsOn ?? today
  const end = trialEndsOn ?? periodStart(anchor, input.intervalUnit, input.intervalCount, 1)
  const subscription = await tx.db
    .insertInto('subscriptions')
    .values({
      id: newId('sub'),
      state: 'active',
      ...agreement,
      billedBy: 'us',
      periodsElsewhere: 0,
      amountMinor: items.reduce((sum, item) => sum + item.unitMinor * BigInt(item.quantity), 0n),
      anchor,
      periods: trialEndsOn ? 0 : 1,
      trialEndsOn,
      currentPeriodStart: today,
      currentPeriodEnd: end,
      billedUntil: end,
      nextBillingOn: firstBilling(input, end, trialEndsOn !== null),
      createdAt: tx.now,
      updatedAt: tx.now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  await saveItems(tx, subscription.id, items)
  await sql`
    with document as (
      select i.id, i.number from invoices i where i.id in (select invoice_id from invoice_lines where id = any(${invoiceLineIds}::text[]))
      for update)
    update invoice_lines l set subscription_id = ${subscription.id},
      period_start = case when d.number is null and l.kind <> 'setup' then ${today}::date end,
      period_end = case when d.number is null and l.kind <> 'setup' then ${end}::date end
    from document d where d.id = l.invoice_id and l.id = any(${invoiceLineIds}::text[]) and l.subscription_id is null`.execute(
    tx.db,
  )
  await tx.emit('subscription.active', subscription.id, {
    customerId: input.customerId,
    after: { periodStart: today.toString(), periodEnd: end.toString() },
  })
  return subscription
}

function firstBilling(
  {
    legalEntityId,
    intervalUnit,
    intervalCount,
  }: Pick<Subscription, 'legalEntityId' | 'intervalUnit' | 'intervalCount'>,
  end: Temporal.PlainDate,
  tried: boolean,
): RawBuilder<Temporal.PlainDate> | null {
  if (intervalUnit === 'once') return null
  return sql`${end}::date - renewal_lead_of(${legalEntityId}, ${intervalUnit}, ${intervalCount}, ${tried ? 0 : 1}::int, ${end}::date)`
}

async function saveItems(tx: Tx, subscriptionId: string, items: readonly SubscriptionItem[]): Promise<void> {
  const rows = items.map((item, position) => ({
    id: newId('sit'),
    subscriptionId,
    position,
    ...item,
    choice: item.choice ?? null,
    amountMinor: item.unitMinor * BigInt(item.quantity),
  }))
  await tx.db.insertInto('subscriptionItems').values(rows).execute()
}

import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import type { IntervalUnit, SubscriptionBiller } from '#platform/schema.ts'
import { type NextRenewal, nextRenewals } from './next-renewals.ts'

/** What a subscription costs next. */
export type UpcomingPayment = {
  subscriptionId: string
  description: string
  /** Minor units with tax: what will be charged, or what its document says once there is one. */
  amountMinor: bigint
  /** The coupons that take something off it. `cyclesLeft` counts it; null is for good. Empty once there is a document. */
  coupons: NextRenewal['coupons']
  currency: string
  /** The gateway charges it by itself: an adopted subscription that was not moved over yet. */
  billedBy: SubscriptionBiller
  intervalUnit: IntervalUnit
  intervalCount: number
  /** The first day that is not paid for, in the seller's time zone. */
  on: Temporal.PlainDate
}

/** What the customer's subscriptions cost next, the soonest first; cancelled ones, what is free and what was paid once cost nothing more. */
export async function listUpcomingPayments(
  app: App,
  actor: Actor,
  filter: { limit: number; subscriptionId?: string },
): Promise<UpcomingPayment[]> {
  requireRight(actor, 'invoice.read')
  const customerId = actingCustomerId(actor)
  const rows = await app.db
    .selectFrom('subscriptions')
    .select(['id', 'description', 'currency', 'intervalUnit', 'intervalCount', 'currentPeriodEnd', 'billedBy'])
    .where('customerId', '=', customerId)
    .where('state', 'in', ['active', 'past_due'])
    .where('intervalUnit', '<>', 'once')
    .where('amountMinor', '>', 0n)
    .where((where) => where.or([where('cancelOn', 'is', null), where('cancelOn', '>', where.ref('currentPeriodEnd'))]))
    .$if(filter.subscriptionId !== undefined, (query) => query.where('id', '=', filter.subscriptionId!))
    .orderBy('currentPeriodEnd')
    .orderBy('id')
    .limit(filter.limit)
    .execute()
  const next = await nextRenewals(
    app,
    rows.map(({ id }) => id),
  )
  return rows.map((row) => ({
    subscriptionId: row.id,
    description: row.description,
    amountMinor: next.get(row.id)?.totalMinor ?? 0n,
    coupons: next.get(row.id)?.coupons ?? [],
    currency: row.currency,
    billedBy: row.billedBy,
    intervalUnit: row.intervalUnit,
    intervalCount: row.intervalCount,
    on: row.currentPeriodEnd,
  }))
}

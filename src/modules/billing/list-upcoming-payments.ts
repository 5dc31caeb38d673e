import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import type { IntervalUnit } from '#platform/schema.ts'
import { type DiscountedRenewal, discountedRenewals } from './discounted-renewals.ts'
import { sellerAt } from './seller.ts'
import { taxBuyerOf } from './tax-buyer.ts'
import { taxDocument } from './tax.ts'

/** What a subscription costs next. */
export type UpcomingPayment = {
  subscriptionId: string
  description: string
  /** Minor units, after discounts and with the tax that holds today; what its document says once there is one. */
  amountMinor: bigint
  /** The coupons that take something off it. `cyclesLeft` counts it; null is for good. Empty once there is a document. */
  coupons: DiscountedRenewal['coupons']
  currency: string
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
    .innerJoin('customers', 'customers.id', 'subscriptions.customerId')
    .select([
      'subscriptions.id',
      'subscriptions.description',
      'subscriptions.amountMinor',
      'subscriptions.currency',
      'subscriptions.intervalUnit',
      'subscriptions.intervalCount',
      'subscriptions.currentPeriodEnd',
      taxBuyerOf('customers').as('taxBuyer'),
      sql<bigint | null>`(select sum(l.amount_minor + l.tax_minor)::bigint from invoice_lines l
        where l.subscription_id = subscriptions.id and l.period_start = subscriptions.current_period_end and not l.released)`.as(
        'billed',
      ),
      sql<bigint>`${offerVersion}`.as('version'),
    ])
    .where('subscriptions.customerId', '=', customerId)
    .where('subscriptions.state', 'in', ['active', 'past_due'])
    .where('subscriptions.intervalUnit', '<>', 'once')
    .where('subscriptions.amountMinor', '>', 0n)
    .$if(filter.subscriptionId !== undefined, (query) => query.where('subscriptions.id', '=', filter.subscriptionId!))
    .orderBy('subscriptions.currentPeriodEnd')
    .orderBy('subscriptions.id')
    .limit(filter.limit)
    .execute()
  const [first] = rows
  if (!first) return []
  const { taxBuyer, version } = first
  const [{ entity, treatment }, discounted] = await Promise.all([
    sellerAt(app, app.db, version, taxBuyer, app.clock.now()),
    discountedRenewals(
      app,
      rows.filter(({ billed }) => billed === null).map(({ id }) => id),
    ),
  ])
  const totalOf = (priced: bigint) => taxDocument([priced], treatment, entity.pricesIncludeTax).totalMinor
  return rows.map((row) => ({
    subscriptionId: row.id,
    description: row.description,
    amountMinor: row.billed ?? totalOf(discounted.get(row.id)?.amountMinor ?? row.amountMinor),
    coupons: discounted.get(row.id)?.coupons ?? [],
    currency: row.currency,
    intervalUnit: row.intervalUnit,
    intervalCount: row.intervalCount,
    on: row.currentPeriodEnd,
  }))
}

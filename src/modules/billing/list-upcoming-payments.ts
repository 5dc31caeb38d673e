import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { offerVersion } from '#modules/catalog/catalog-queries.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'
import type { IntervalUnit } from '#platform/schema.ts'
import { sellerAt } from './seller.ts'
import { taxBuyerOf } from './tax-buyer.ts'
import { taxDocument } from './tax.ts'

/** What a subscription costs next. */
export type UpcomingPayment = {
  subscriptionId: string
  description: string
  /** Minor units, with the tax that holds today. */
  amountMinor: bigint
  currency: string
  intervalUnit: IntervalUnit
  intervalCount: number
  /** The first day that is not paid for, in the seller's time zone. */
  on: Temporal.PlainDate
}

/** What the customer's subscriptions cost next, the soonest first; cancelled ones cost nothing more. */
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
      sql<bigint>`${offerVersion}`.as('version'),
    ])
    .where('subscriptions.customerId', '=', customerId)
    .where('subscriptions.state', 'in', ['active', 'past_due'])
    .$if(filter.subscriptionId !== undefined, (query) => query.where('subscriptions.id', '=', filter.subscriptionId!))
    .orderBy('subscriptions.currentPeriodEnd')
    .orderBy('subscriptions.id')
    .limit(filter.limit)
    .execute()
  const [first] = rows
  if (!first) return []
  const { taxBuyer, version } = first
  const { entity, treatment } = await sellerAt(app, app.db, version, taxBuyer, app.clock.now())
  return rows.map((row) => ({
    subscriptionId: row.id,
    description: row.description,
    amountMinor: taxDocument([row.amountMinor], treatment, entity.pricesIncludeTax).totalMinor,
    currency: row.currency,
    intervalUnit: row.intervalUnit,
    intervalCount: row.intervalCount,
    on: row.currentPeriodEnd,
  }))
}

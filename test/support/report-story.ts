import { cancelSubscription } from '#modules/billing/cancel-subscription.ts'
import { type Bought, buildCustomer, buildItem, buildOrder, buildPaidOrder, type Buyer, tester } from './builders.ts'
import type { TestApp } from './test-app.ts'

/** Brings business time to a moment, as a test app's clock may be moved. */
export function travelTo(app: TestApp, instant: string): void {
  const ahead = Temporal.Instant.from(instant).since(app.clock.wallClock()).total('seconds')
  app.clock.setOffsetSeconds(Math.round(ahead))
}

type Purchase = { buyer: Buyer; plan?: string; period?: 'month' | 'year'; currency?: string }

/** One server bought and paid for, and the agreement that began with it. */
export async function buy(
  app: TestApp,
  { buyer, plan = 'vps-starter', period = 'month', currency = 'EUR' }: Purchase,
): Promise<Bought & { subscriptionId: string }> {
  const bought = await buildPaidOrder(app, { buyer, currency, items: [buildItem({ plan, period })] })
  const { subscriptionId } = await app.db
    .selectFrom('orderItems')
    .select('subscriptionId')
    .where('orderId', '=', bought.order.id)
    .executeTakeFirstOrThrow()
  return { ...bought, subscriptionId: subscriptionId! }
}

/** A renewal nobody has paid, due on a day at noon UTC. Gives its id. */
export async function owe(app: TestApp, buyer: Buyer, dueOn: string, currency = 'EUR'): Promise<string> {
  const { invoice } = await buildOrder(app, { buyer, currency })
  const dueAt = Temporal.Instant.from(`${dueOn}T12:00:00Z`)
  await app.db.updateTable('invoices').set({ dueAt, purpose: 'renewal' }).where('id', '=', invoice.id).execute()
  return invoice.id
}

/**
 * Four months of a small house in Berlin, told for reports. Starter costs 9.00 a month and 86.00 a year, tax included: 19 %,
 * for buyers in Austria 20 %. January: Ada and Ben (Austria, for a year), and Cleo in dollars half an hour before the
 * month ends in Berlin. February: Dora, half an hour after it began there, and a second server of Ada's. March: Ben leaves,
 * Ada ends her second. April: Ben is back for a month.
 */
export async function tellStory(app: TestApp): Promise<Record<'ada' | 'ben' | 'cleo' | 'dora', Buyer>> {
  travelTo(app, '2027-01-10T10:00:00Z')
  const ada = await buildCustomer(app, { name: 'Ada' })
  const ben = await buildCustomer(app, { name: '=Ben & "Söhne"', country: 'AT' })
  const cleo = await buildCustomer(app, { name: 'Cleo', currency: 'USD' })
  const dora = await buildCustomer(app, { name: 'Dora' })
  await buy(app, { buyer: ada })
  const { subscriptionId: bens } = await buy(app, { buyer: ben, period: 'year' })
  travelTo(app, '2027-01-31T22:30:00Z')
  await buy(app, { buyer: cleo, currency: 'USD' })
  travelTo(app, '2027-01-31T23:30:00Z')
  await buy(app, { buyer: dora })
  travelTo(app, '2027-02-15T10:00:00Z')
  const { subscriptionId: adasSecond } = await buy(app, { buyer: ada })
  travelTo(app, '2027-03-05T10:00:00Z')
  await app.transaction(tester, (tx) => cancelSubscription(tx, bens))
  await app.transaction(tester, (tx) => cancelSubscription(tx, adasSecond))
  travelTo(app, '2027-04-02T10:00:00Z')
  await buy(app, { buyer: ben })
  travelTo(app, '2027-04-20T10:00:00Z')
  return { ada, ben, cleo, dora }
}

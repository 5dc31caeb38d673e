import { acceptChange } from '#modules/billing/accept-change.ts'
import type { Change } from '#modules/billing/change.ts'
import { endSubscriptions } from '#modules/billing/end-subscriptions.ts'
import { wakeChanges } from '#modules/billing/expire-changes.ts'
import type { ChangeWanted } from '#modules/billing/price-change.ts'
import { quoteChange } from '#modules/billing/quote-change.ts'
import { passNight } from './billing-builders.ts'
import type { Bought } from './builders.ts'
import type { TestApp } from './test-app.ts'

/** The agreement behind what was bought. */
export const agreementOf = (app: TestApp, { customer }: Pick<Bought, 'customer'>) =>
  app.db.selectFrom('subscriptions').selectAll().where('customerId', '=', customer.id).executeTakeFirstOrThrow()

export const serviceOf = (app: TestApp, { customer }: Pick<Bought, 'customer'>) =>
  app.db.selectFrom('services').selectAll().where('customerId', '=', customer.id).executeTakeFirstOrThrow()

/** What a change of what was bought costs now. */
export async function buildChangeQuote(
  app: TestApp,
  bought: Pick<Bought, 'customer' | 'actor'>,
  wanted: ChangeWanted,
): Promise<Change> {
  const { id: subscriptionId } = await agreementOf(app, bought)
  return quoteChange(app, bought.actor, { subscriptionId, ...wanted })
}

/** The same, accepted at once, and all that follows from it done. */
export async function changeTo(
  app: TestApp,
  bought: Pick<Bought, 'customer' | 'actor'>,
  wanted: ChangeWanted,
): Promise<Change> {
  const { id } = await buildChangeQuote(app, bought, wanted)
  await acceptChange(app, bought.actor, { changeId: id })
  await app.work()
  return app.db.selectFrom('changeQuotes').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
}

/** A night in which changes and cancellations come due as well. */
export async function passNightOfChanges(app: TestApp): Promise<void> {
  const { signal } = new AbortController()
  await wakeChanges.run(app, {}, signal)
  await endSubscriptions.run(app, {}, signal)
  await app.work()
  await passNight(app)
}

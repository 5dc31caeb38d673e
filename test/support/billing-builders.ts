import type { App } from '#app/app.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { openSubscription, type SubscriptionItem } from '#modules/billing/open-subscription.ts'
import type { Subscription } from '#modules/billing/subscription.ts'
import type { IntervalUnit } from '#platform/schema.ts'
import type { TestApp } from './test-app.ts'
import { buildCustomer, type Buyer, tester } from './builders.ts'

/** The seller of the demo catalogue. */
export const getSeller = (app: App) => app.db.selectFrom('legalEntities').selectAll().executeTakeFirstOrThrow()

export type Agreed = Buyer & { subscription: Subscription }

/** An agreement as if its first period, which begins today in the seller's time zone, had been paid for elsewhere. */
export async function buildSubscription(
  app: App,
  overrides: {
    buyer?: Buyer
    customer?: Partial<Customer>
    items?: SubscriptionItem[]
    currency?: string
    intervalUnit?: IntervalUnit
    intervalCount?: number
  } = {},
): Promise<Agreed> {
  const buyer = overrides.buyer ?? (await buildCustomer(app, overrides.customer))
  const seller = await getSeller(app)
  const plan = await app.db.selectFrom('plans').select('id').orderBy('position').executeTakeFirstOrThrow()
  const subscription = await app.transaction(tester, (tx) =>
    openSubscription(tx, {
      customerId: buyer.customer.id,
      planId: plan.id,
      legalEntityId: seller.id,
      description: 'VPS Starter',
      currency: overrides.currency ?? 'EUR',
      items: overrides.items ?? [planItem(900n)],
      intervalUnit: overrides.intervalUnit ?? 'month',
      intervalCount: overrides.intervalCount ?? 1,
      timeZone: seller.timeZone,
      invoiceLineIds: [],
    }),
  )
  return { ...buyer, subscription }
}

export const planItem = (unitMinor: bigint, quantity = 1): SubscriptionItem => ({
  kind: 'plan',
  code: null,
  description: 'VPS Starter',
  quantity,
  unitMinor,
})

/** Moves business time to noon of a day in the seller's time zone. */
export function goTo(app: TestApp, day: Temporal.PlainDate | string): void {
  const noon = Temporal.PlainDate.from(day).toZonedDateTime({ timeZone: 'Europe/Berlin', plainTime: '12:00' })
  app.clock.setOffsetSeconds(Math.round((noon.epochMilliseconds - app.clock.wallClock().epochMilliseconds) / 1000))
}

/** The night: everything that is due today is made, charged, reminded of and ended. */
export async function passNight(app: TestApp): Promise<void> {
  const { signal } = new AbortController()
  await renewSubscriptions.run(app, {}, signal)
  await app.work()
  await runDunning.run(app, {}, signal)
  await app.work()
  await numberInvoices.run(app, {}, signal)
  await app.work()
}

/** Documents of a customer with their lines, oldest first. */
export async function listDocuments(app: App, customerId: string) {
  const invoices = await app.db
    .selectFrom('invoices')
    .selectAll()
    .where('customerId', '=', customerId)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  const lines = await app.db
    .selectFrom('invoiceLines')
    .selectAll()
    .where('invoiceId', 'in', invoices.map(({ id }) => id).concat(''))
    .orderBy('position')
    .execute()
  return invoices.map((invoice) => ({ invoice, lines: lines.filter((line) => line.invoiceId === invoice.id) }))
}

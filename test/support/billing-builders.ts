import type { App } from '#app/app.ts'
import type { Customer } from '#modules/accounts/customer.ts'
import { getInvoice } from '#modules/billing/billing-queries.ts'
import { readForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import { cancelForecast, requestForecast } from '#modules/billing/forecasts/request-forecast.ts'
import { issueInvoice } from '#modules/billing/issue-invoice.ts'
import { recordTransfer } from '#modules/billing/record-transfer.ts'
import { buyerIn, resolveTax } from '#modules/billing/tax.ts'
import { deleteBackups } from '#modules/provisioning/delete-backups.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { openSubscription, type SubscriptionItem } from '#modules/billing/open-subscription.ts'
import type { Subscription } from '#modules/billing/subscription.ts'
import { newId } from '#platform/ids.ts'
import type { IntervalUnit } from '#platform/schema.ts'
import { staffAs } from './actors.ts'
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

/** An agreement whose first period was billed on a document of its own, and paid for by bank transfer. */
export async function buildPaidAgreement(
  app: App,
  input: {
    buyer?: Buyer
    items?: SubscriptionItem[]
    currency?: string
    intervalUnit?: IntervalUnit
    intervalCount?: number
  } = {},
): Promise<Agreed> {
  const { currency = 'EUR', items = [planItem(900n)] } = input
  const buyer = input.buyer ?? (await buildCustomer(app))
  const seller = await getSeller(app)
  const agreed = await buildSubscription(app, { ...input, buyer, items, currency })
  const rules = await app.db.selectFrom('taxRules').selectAll().execute()
  const today = app.clock.now().toZonedDateTimeISO(seller.timeZone).toPlainDate()
  const { subscription } = agreed
  const id = await app.transaction(tester, (tx) =>
    issueInvoice(tx, {
      customer: buyer.customer,
      seller,
      treatment: resolveTax(rules, seller, buyerIn(buyer.customer.country), today)!,
      currency,
      lines: items.map((item) => ({ ...item, amountMinor: item.unitMinor * BigInt(item.quantity) })),
      dueAt: tx.now,
      purpose: 'order',
    }),
  )
  await app.db
    .updateTable('invoiceLines')
    .set({
      subscriptionId: subscription.id,
      periodStart: subscription.currentPeriodStart,
      periodEnd: subscription.currentPeriodEnd,
    })
    .where('invoiceId', '=', id)
    .execute()
  await payByTransfer(app, id)
  return agreed
}

/** Money for a document arrives at our bank today: all of it unless told, in minor units of its currency. */
export async function payByTransfer(app: App, invoiceId: string, amountMinor?: bigint): Promise<void> {
  const { totalMinor, paidMinor } = await getInvoice(app, tester, invoiceId)
  const { timeZone } = await getSeller(app)
  await recordTransfer(app, staffAs('billing'), {
    invoiceId,
    channel: 'bank_transfer',
    amountMinor: amountMinor ?? totalMinor - paidMinor,
    reference: newId('req'),
    receivedOn: app.clock.now().toZonedDateTimeISO(timeZone).toPlainDate(),
  })
}

export const planItem = (unitMinor: bigint, quantity = 1): SubscriptionItem => ({
  kind: 'plan',
  code: null,
  description: 'VPS Starter',
  quantity,
  unitMinor,
})

/** A card of a customer that is kept but not charged by itself, as if the gateway had told of it. Gives its id. */
export async function buildSavedCard(
  app: App,
  card: { customerId: string; brand?: string; lastFour?: string; expiryMonth?: number; expiryYear?: number },
): Promise<string> {
  const id = newId('pmt')
  await app.db
    .insertInto('paymentMethods')
    .values({
      brand: 'visa',
      lastFour: '4242',
      expiryMonth: 2,
      expiryYear: 2028,
      ...card,
      id,
      gateway: 'stripe',
      gatewayMethodId: id.replace('pmt_', 'pm_'),
      kind: 'card',
      isDefault: false,
      createdAt: app.clock.now(),
    })
    .execute()
  return id
}

/** From now on the customer's bank answers every charge of the saved card as this test card of Stripe's does. */
export async function cardBecomes(app: TestApp, customerId: string, testMethod: string): Promise<void> {
  const { gatewayCustomerId } = await app.db
    .selectFrom('gatewayCustomers')
    .select('gatewayCustomerId')
    .where('customerId', '=', customerId)
    .executeTakeFirstOrThrow()
  const answer = await app.stripe.fetch(`http://stripe.localhost/v1/payment_methods/${testMethod}/attach`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.config.stripe.secretKey.reveal()}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ customer: gatewayCustomerId }),
  })
  const attached = (await answer.json()) as { id: string }
  await app.db
    .updateTable('paymentMethods')
    .set({ gatewayMethodId: attached.id })
    .where('customerId', '=', customerId)
    .where('isDefault', '=', true)
    .execute()
}

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
  await deleteBackups.run(app, {}, signal)
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

/** A forecast that somebody called off, so that nothing is lived through. Gives its id. */
export async function buildForecast(app: App): Promise<string> {
  const { id: legalEntityId } = await getSeller(app)
  const settings = await readForecastSettings(app.db, legalEntityId)
  const asked = { legalEntityId, days: 30, cards: 'as_last_time', settings } as const
  const { id: forecastId } = await requestForecast(app, staffAs('billing'), asked)
  await cancelForecast(app, staffAs('billing'), { forecastId })
  return forecastId
}

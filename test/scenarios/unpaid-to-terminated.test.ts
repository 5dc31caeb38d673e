import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { getSubscription } from '#modules/billing/billing-queries.ts'
import { grantCredit } from '#modules/billing/grant-credit.ts'
import { requestCancellation } from '#modules/billing/request-cancellation.ts'
import { staffAs } from '#test/support/actors.ts'
import {
  buildPaidAgreement,
  cardBecomes,
  goTo,
  listDocuments,
  passNight,
  planItem,
} from '#test/support/billing-builders.ts'
import { type Bought, buildPaidOrder, buildPaymentPage, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

async function standing(bought: Bought): Promise<{ invoice: string; subscription: string; service: string }> {
  const documents = await listDocuments(app, bought.customer.id)
  const last = documents.at(-1)!
  const service = await app.db
    .selectFrom('services')
    .selectAll()
    .where('customerId', '=', bought.customer.id)
    .executeTakeFirstOrThrow()
  const { state } = await getSubscription(app, tester, service.subscriptionId)
  return { invoice: last.invoice.state, subscription: state, service: service.state }
}

const mailTo = async (bought: Bought): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('customerId', '=', bought.customer.id)
    .orderBy('createdAt')
    .orderBy('id')
    .execute()
  return rows.map(({ template }) => template)
}

const chargesOf = async (bought: Bought) =>
  app.db
    .selectFrom('payments')
    .select(['state', 'channel', 'failureCode'])
    .where('customerId', '=', bought.customer.id)
    .where('channel', '=', 'saved_method')
    .orderBy('id')
    .execute()

test('a saved card renews month after month by itself, and the period moves on', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  for (const [day, state] of [
    ['2027-02-14', 'open'],
    ['2027-02-27', 'open'],
    ['2027-02-28', 'paid'],
    ['2027-03-17', 'open'],
    ['2027-03-31', 'paid'],
  ] as const) {
    goTo(app, day)
    await passNight(app)
    assert.deepEqual(await standing(bought), { invoice: state, subscription: 'active', service: 'active' }, day)
  }
  const documents = await listDocuments(app, bought.customer.id)
  assert.deepEqual(
    documents.map(({ lines }) => [lines[0]!.periodStart, lines[0]!.periodEnd].join(' ')),
    ['2027-01-31 2027-02-28', '2027-02-28 2027-03-31', '2027-03-31 2027-04-30'],
  )
  assert.ok(documents.every(({ invoice }) => invoice.number))
  assert.deepEqual(
    (await chargesOf(bought)).map(({ state }) => state),
    ['succeeded', 'succeeded'],
  )
  assert.deepEqual(await runChecks(app), [])
})

/** Bought on 31 January; the renewal is due on 28 February and the card is refused. */
async function buyAndDecline(): Promise<Bought> {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  await cardBecomes(app, bought.customer.id, 'pm_card_chargeCustomerFail')
  return bought
}

async function passDays(from: string, until: string): Promise<void> {
  for (let day = Temporal.PlainDate.from(from); day.toString() <= until; day = day.add({ days: 1 })) {
    goTo(app, day)
    await passNight(app)
  }
}

test('a refused card is tried again, warned of, suspended after five days and terminated after thirty', async () => {
  const bought = await buyAndDecline()
  await passDays('2027-02-14', '2027-02-28')
  assert.deepEqual(await standing(bought), { invoice: 'open', subscription: 'active', service: 'active' })
  await passDays('2027-03-01', '2027-03-04')
  assert.deepEqual(await standing(bought), { invoice: 'open', subscription: 'past_due', service: 'active' })
  await passDays('2027-03-05', '2027-03-05')
  assert.deepEqual(await standing(bought), { invoice: 'open', subscription: 'past_due', service: 'suspended' })
  await passDays('2027-03-06', '2027-03-29')
  assert.equal((await standing(bought)).service, 'suspended')
  await passDays('2027-03-30', '2027-03-30')
  assert.deepEqual(await standing(bought), { invoice: 'void', subscription: 'cancelled', service: 'terminated' })
  await passDays('2027-03-31', '2027-05-05')
  assert.equal((await listDocuments(app, bought.customer.id)).length, 2, 'nothing is billed any more')
  assert.equal((await chargesOf(bought)).length, 4, 'on the due day and one, three and seven days later')
  assert.deepEqual(await mailTo(bought), [
    'order-received',
    'invoice-receipt',
    'service-ready',
    'renewal-invoice',
    'invoice-reminder',
    'invoice-reminder',
    'payment-failed',
    'payment-failed',
    'payment-failed',
    'suspension-warning',
    'service-suspended',
    'payment-failed',
    'termination-warning',
    'service-terminated',
  ])
  assert.deepEqual(await runChecks(app), [])
})

/** A month after the card was refused the server is suspended; then its renewal is paid, and the server answers. Gives the document. */
async function payWhileSuspended(bought: Awaited<ReturnType<typeof buyAndDecline>>) {
  await passDays('2027-02-14', '2027-03-12')
  assert.equal((await standing(bought)).service, 'suspended')
  const [, renewal] = await listDocuments(app, bought.customer.id)
  const page = await buildPaymentPage(app, { actor: bought.actor, invoice: renewal!.invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  assert.deepEqual(await standing(bought), { invoice: 'paid', subscription: 'active', service: 'active' })
  const [, paid] = await listDocuments(app, bought.customer.id)
  return paid!
}

test('paid while suspended, the server answers again and the period begins with the payment', async () => {
  const bought = await buyAndDecline()
  const paid = await payWhileSuspended(bought)
  assert.deepEqual([paid.lines[0]!.periodStart, paid.lines[0]!.periodEnd].map(String), ['2027-03-12', '2027-04-12'])
  assert.ok(paid.invoice.number)
  await passDays('2027-03-29', '2027-03-29')
  const [, , next] = await listDocuments(app, bought.customer.id)
  assert.equal(next!.invoice.dueOn.toString(), '2027-04-12')
  assert.deepEqual(await runChecks(app), [])
})

test('a document made anew while the server is suspended, without what was cancelled, is for the days from its payment on', async () => {
  const bought = await buyAndDecline()
  const other = await buildPaidAgreement(app, { buyer: bought, items: [planItem(500n)] })
  await passDays('2027-02-14', '2027-03-12')
  assert.equal((await standing(bought)).service, 'suspended')
  const gone = { subscriptionId: other.subscription.id, when: 'now', reason: 'other' } as const
  await requestCancellation(app, bought.actor, gone)
  const customerId = bought.customer.id
  await grantCredit(app, staffAs('billing'), { customerId, currency: 'EUR', amountMinor: 900n, note: 'Sorry' })
  await passDays('2027-03-12', '2027-03-12')
  assert.deepEqual(await standing(bought), { invoice: 'paid', subscription: 'active', service: 'active' })
  const paid = (await listDocuments(app, bought.customer.id)).at(-1)!
  assert.deepEqual([paid.lines[0]!.periodStart, paid.lines[0]!.periodEnd].map(String), ['2027-03-12', '2027-04-12'])
  assert.deepEqual(await runChecks(app), [])
})

test('where the seller wants it so, a period paid while suspended begins where the old one ended, and days without a server are paid', async () => {
  const bought = await buyAndDecline()
  await app.db.updateTable('legalEntities').set({ latePeriodFromPayment: false }).execute()
  const paid = await payWhileSuspended(bought)
  assert.deepEqual([paid.lines[0]!.periodStart, paid.lines[0]!.periodEnd].map(String), ['2027-02-28', '2027-03-31'])
  await passDays('2027-03-17', '2027-03-17')
  const [, , next] = await listDocuments(app, bought.customer.id)
  assert.equal(next!.invoice.dueOn.toString(), '2027-03-31')
  assert.deepEqual(await runChecks(app), [])
  await app.db.updateTable('legalEntities').set({ latePeriodFromPayment: true }).execute()
})

test('paid late but before it was suspended, the next period begins where the old one ended', async () => {
  const bought = await buyAndDecline()
  await passDays('2027-02-14', '2027-03-03')
  await cardBecomes(app, bought.customer.id, 'pm_card_visa')
  const [, renewal] = await listDocuments(app, bought.customer.id)
  const page = await buildPaymentPage(app, { actor: bought.actor, invoice: renewal!.invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  const [, paid] = await listDocuments(app, bought.customer.id)
  assert.deepEqual([paid!.lines[0]!.periodStart, paid!.lines[0]!.periodEnd].map(String), ['2027-02-28', '2027-03-31'])
  await passDays('2027-03-04', '2027-03-10')
  assert.deepEqual(await standing(bought), { invoice: 'paid', subscription: 'active', service: 'active' })
})

test('a card that was deleted at the gateway fails like a refused one, and the document can be paid on a page', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  await app.db
    .updateTable('paymentMethods')
    .set({ gatewayMethodId: 'pm_deleted' })
    .where('customerId', '=', bought.customer.id)
    .execute()
  for (const day of ['2027-02-14', '2027-02-28']) {
    goTo(app, day)
    await passNight(app)
  }
  assert.deepEqual(await chargesOf(bought), [{ state: 'failed', channel: 'saved_method', failureCode: 'not_charged' }])
  const [, renewal] = await listDocuments(app, bought.customer.id)
  const page = await buildPaymentPage(app, { actor: bought.actor, invoice: renewal!.invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  assert.equal((await standing(bought)).invoice, 'paid')
})

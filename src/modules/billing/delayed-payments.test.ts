import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { goTo, listDocuments, passNight } from '#test/support/billing-builders.ts'
import { type Bought, buildOrder, buildPaidOrder, buildPaymentPage } from '#test/support/builders.ts'
import { changeTo, passNightOfChanges, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { chooseTransfer } from '#modules/orders/choose-transfer.ts'
import { cancelOrder, expireOrders } from '#modules/orders/cancel-order.ts'
import { getOrder } from '#modules/orders/orders-queries.ts'
import { getInvoice, getPayment } from './billing-queries.ts'
import { openPaymentPage } from './open-payment-page.ts'
import type { Payment } from './payment.ts'

const app = await createTestApp()
after(() => app.close())

type Opened = Bought & { payment: Payment & { sessionId: string } }

async function buildOpened(): Promise<Opened> {
  const bought = await buildOrder(app)
  return { ...bought, payment: await buildPaymentPage(app, bought) }
}
const invoiceOf = ({ actor, invoice }: Bought) => getInvoice(app, actor, invoice.id)
const paymentOf = ({ actor, payment }: Opened) => getPayment(app, actor, payment.id)

const GOOD = 'DE89 3704 0044 0532 0130 00'
const POOR = 'DE62 3704 0044 0532 0130 01'

/** Somebody pays a document on its page by direct debit, of which the bank has not told yet. */
async function debit(bought: Pick<Bought, 'actor' | 'invoice'>, iban: string): Promise<Opened['payment']> {
  const payment = await buildPaymentPage(app, bought)
  app.stripe.setDebitSettlesAfter(30 * 86_400_000)
  app.stripe.pay(payment.sessionId, iban)
  await app.work()
  return payment
}

/** From now on nothing is charged by itself. */
const forgetCard = ({ customer }: Bought): Promise<unknown> =>
  app.db.updateTable('paymentMethods').set({ isDefault: false }).where('customerId', '=', customer.id).execute()

/** Somebody pays on the page by direct debit, and the bank tells at once. */
async function buildToldDebit(iban: string): Promise<Opened> {
  const bought = await buildOpened()
  app.stripe.setDebitSettlesAfter(0)
  app.stripe.pay(bought.payment.sessionId, iban)
  app.stripe.tick()
  await app.work()
  return bought
}

test('a direct debit that comes back frees its document, which is then paid by card', async () => {
  const bought = await buildToldDebit(POOR)
  const { state, failureCode } = await paymentOf(bought)
  assert.deepEqual([state, failureCode], ['failed', 'insufficient_funds'])
  const again = await buildPaymentPage(app, bought)
  assert.notEqual(again.id, bought.payment.id, 'the old page is over')
  app.stripe.pay(again.sessionId)
  await app.work()
  assert.equal((await invoiceOf(bought)).state, 'paid')
})

test('an order whose direct debit came back can be cancelled, and gives its stock back', async () => {
  const bought = await buildToldDebit(POOR)
  const cancelled = await cancelOrder(app, bought.actor, { orderId: bought.order.id, reason: 'by_customer' })
  assert.equal(cancelled.state, 'cancelled')
  assert.equal((await invoiceOf(bought)).state, 'void')
})

test('while a direct debit is under way, nobody is sent to its page to pay a second time', async () => {
  const bought = await buildOrder(app)
  await debit(bought, GOOD)
  const paths = { returnPath: '/portal', cancelPath: '/portal' }
  await assert.rejects(openPaymentPage(app, bought.actor, { invoiceId: bought.invoice.id, ...paths }), {
    code: 'payment_pending',
  })
})

test('an order whose direct debit is under way does not run out, and is delivered once the money is here', async () => {
  const bought = await buildOrder(app)
  await debit(bought, GOOD)
  app.advance({ hours: 48 })
  // The first look finds the page paid on; the second would try again, and no job fails.
  for (let minute = 0; minute < 2; minute += 1) {
    await expireOrders.run(app, {}, new AbortController().signal)
    await app.work()
  }
  const stateOf = async () => (await getOrder(app, bought.actor, bought.order.id)).state
  assert.equal(await stateOf(), 'pending')
  await assert.rejects(cancelOrder(app, bought.actor, { orderId: bought.order.id, reason: 'by_customer' }), {
    code: 'payment_gateway_unavailable',
  })
  app.stripe.dashboard.settleDebits()
  await app.work()
  assert.equal(await stateOf(), 'active')
})

test('a change whose direct debit is under way does not lapse', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await forgetCard(bought)
  const change = await changeTo(app, bought, { plan: 'vps-professional' })
  await debit({ ...bought, invoice: await getInvoice(app, bought.actor, change.invoiceId!) }, GOOD)
  app.advance({ hours: 72 })
  await passNightOfChanges(app)
  const { state } = await app.db
    .selectFrom('changeQuotes')
    .select('state')
    .where('id', '=', change.id)
    .executeTakeFirstOrThrow()
  assert.equal(state, 'awaiting_payment')
})

test('nobody is suspended while their direct debit for the renewal is under way', async () => {
  goTo(app, '2027-06-01')
  const bought = await buildPaidOrder(app)
  await forgetCard(bought)
  goTo(app, '2027-06-20')
  await passNight(app)
  goTo(app, '2027-07-04')
  await passNight(app)
  const renewal = (await listDocuments(app, bought.customer.id)).find(({ invoice }) => invoice.state === 'open')!
  await debit({ ...bought, invoice: renewal.invoice }, GOOD)
  for (const day of ['2027-07-05', '2027-07-06', '2027-07-08']) {
    goTo(app, day)
    await passNight(app)
  }
  const steps = await app.db
    .selectFrom('dunningRuns')
    .select('action')
    .where('invoiceId', '=', renewal.invoice.id)
    .where('action', 'in', ['warn', 'suspend'])
    .execute()
  assert.deepEqual(steps, [], 'neither warned nor suspended')
  assert.equal((await serviceOf(app, bought)).state, 'active')
})

test('a promised transfer is waited for: the card is left alone and nothing is suspended until its days are over', async () => {
  goTo(app, '2029-01-10')
  const bought = await buildPaidOrder(app)
  goTo(app, '2029-01-30')
  await passNight(app)
  const renewal = (await listDocuments(app, bought.customer.id)).find(({ invoice }) => invoice.state === 'open')
  goTo(app, '2029-02-08')
  await chooseTransfer(app, bought.actor, { invoiceId: renewal!.invoice.id })
  const paymentsOf = () =>
    app.db.selectFrom('payments').select(['channel', 'state']).where('invoiceId', '=', renewal!.invoice.id).execute()
  for (let day = 9; day <= 20; day += 1) {
    goTo(app, Temporal.PlainDate.from({ year: 2029, month: 2, day }))
    await passNight(app)
  }
  assert.deepEqual(await paymentsOf(), [], 'the card is not charged')
  assert.equal((await serviceOf(app, bought)).state, 'active')
  const steps = await app.db
    .selectFrom('dunningRuns')
    .select('action')
    .where('invoiceId', '=', renewal!.invoice.id)
    .execute()
  assert.ok(
    steps.some(({ action }) => action === 'warn'),
    'reminders go on',
  )
  goTo(app, '2029-02-23')
  await passNight(app)
  assert.deepEqual(await paymentsOf(), [{ channel: 'saved_method', state: 'succeeded' }], 'its days are over')
})

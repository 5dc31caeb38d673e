import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { buildCustomer, buildOrder, buildPaidOrder, buildPaymentPage, type Bought } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getInvoice } from './billing-queries.ts'
import { openPaymentPage } from './open-payment-page.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(() => {
  app.stripe.setLatency(0)
  app.stripe.simulation.faults.length = 0
})

const SHOP = { returnPath: '/order/done', cancelPath: '/order' }
const PORTAL = { returnPath: '/portal/paid', cancelPath: '/portal' }

const open = ({ actor, invoice }: Pick<Bought, 'actor' | 'invoice'>, paths = SHOP) =>
  openPaymentPage(app, actor, { invoiceId: invoice.id, ...paths })
const paymentsOf = ({ invoice }: Pick<Bought, 'invoice'>) =>
  app.db.selectFrom('payments').selectAll().where('invoiceId', '=', invoice.id).orderBy('id').execute()
const pagesOf = ({ invoice }: Pick<Bought, 'invoice'>) =>
  app.stripe.sessions().filter((session) => session.metadata?.['invoice_id'] === invoice.id)
const lose = (path: string, afterActing: boolean): void => {
  app.stripe.simulation.faults.push({ method: 'POST', path, times: 1, action: { kind: 'drop', afterActing } })
}

test('the page asks for what is owed, in the name of this customer and invoice', async () => {
  const bought = await buildOrder(app)
  const { payment, url } = await open(bought)
  const [page] = pagesOf(bought)
  assert.equal(page?.url, url)
  assert.deepEqual([page.amount_total, page.currency, page.client_reference_id], [900, 'eur', payment.id])
  assert.equal(page.success_url, 'http://localhost:8080/order/done')
  assert.deepEqual([payment.state, payment.amountMinor, payment.currency], ['pending', 900n, 'EUR'])
})

test('a second click leads to the same page and makes no second payment', async () => {
  const bought = await buildOrder(app)
  const first = await open(bought)
  const second = await open(bought, PORTAL)
  assert.deepEqual([second.url, second.payment.id], [first.url, first.payment.id])
  assert.equal((await paymentsOf(bought)).length, 1)
  assert.equal(pagesOf(bought).length, 1)
})

test('two clicks at the very same time, by somebody who never paid before, lead to one page', async () => {
  const bought = await buildOrder(app)
  app.stripe.setLatency(40)
  const [first, second] = await Promise.all([open(bought), open(bought)])
  assert.equal(first.url, second.url)
  assert.equal((await paymentsOf(bought)).length, 1)
  assert.equal(pagesOf(bought).length, 1)
})

test('when the gateway’s answer is lost, asking again leads to the page that was opened', async () => {
  const bought = await buildOrder(app)
  lose('/v1/checkout/sessions', true)
  await assert.rejects(open(bought), { code: 'payment_gateway_unavailable' })
  const again = await open(bought)
  assert.equal((await paymentsOf(bought)).length, 1)
  assert.deepEqual(
    pagesOf(bought).map((page) => page.url),
    [again.url],
  )
})

test('after a lost answer the invoice can be paid from another page of ours too', async () => {
  const bought = await buildOrder(app)
  lose('/v1/checkout/sessions', true)
  await assert.rejects(open(bought, SHOP), { code: 'payment_gateway_unavailable' })
  const { payment } = await open(bought, PORTAL)
  app.stripe.pay(payment.sessionId!)
  await app.work()
  assert.equal((await getInvoice(app, bought.actor, bought.invoice.id)).state, 'paid')
  assert.equal((await paymentsOf(bought)).length, 1)
})

test('who corrects their address after a lost answer can still pay', async () => {
  const bought = await buildOrder(app)
  lose('/v1/customers', true)
  await assert.rejects(open(bought), { code: 'payment_gateway_unavailable' })
  await app.db
    .updateTable('customers')
    .set({ email: 'lovelace@example.com' })
    .where('id', '=', bought.customer.id)
    .execute()
  assert.ok((await open(bought)).url)
})

test('while the gateway is down nothing is charged, and later the same attempt goes on', async () => {
  const bought = await buildOrder(app)
  lose('/v1/checkout/sessions', false)
  await assert.rejects(open(bought), { code: 'payment_gateway_unavailable' })
  assert.equal(pagesOf(bought).length, 0)
  const [attempt] = await paymentsOf(bought)
  assert.equal((await open(bought)).payment.id, attempt?.id)
})

test('a paid invoice and a void one cannot be paid', async () => {
  const paid = await buildPaidOrder(app)
  await assert.rejects(open(paid), { code: 'invoice_paid' })
  const cancelled = await buildOrder(app)
  await cancelOrder(app, cancelled.actor, { orderId: cancelled.order.id, reason: 'by_customer' })
  await assert.rejects(open(cancelled), { code: 'invoice_void' })
  assert.equal(pagesOf(cancelled).length, 0)
})

test('another customer’s invoice does not exist', async () => {
  const bought = await buildOrder(app)
  const { actor } = await buildCustomer(app)
  await assert.rejects(open({ ...bought, actor }), { code: 'invoice_not_found' })
  assert.equal((await paymentsOf(bought)).length, 0)
})

/** Its page closes in half an hour, which is too short to be worth opening. */
const age = (paymentId: string) =>
  app.db
    .updateTable('payments')
    .set({ expiresAt: app.clock.wallClock().add({ minutes: 30 }) })
    .where('id', '=', paymentId)
    .execute()

test('a page that is about to close is closed, and a new one is opened', async () => {
  const bought = await buildOrder(app)
  const stale = await buildPaymentPage(app, bought)
  await age(stale.id)
  const fresh = await open(bought)
  assert.notEqual(fresh.payment.id, stale.id)
  assert.deepEqual(
    pagesOf(bought).map((page) => page.status),
    ['expired', 'open'],
  )
  assert.deepEqual(
    (await paymentsOf(bought)).map(({ state, failureCode }) => [state, failureCode]),
    [
      ['failed', 'expired'],
      ['pending', null],
    ],
  )
})

test('when the old page turns out to be paid, nobody is asked to pay again', async () => {
  const bought = await buildOrder(app)
  const stale = await buildPaymentPage(app, bought)
  app.stripe.webhooks.hold()
  app.stripe.pay(stale.sessionId)
  await age(stale.id)
  await assert.rejects(open(bought), { code: 'invoice_paid' })
  await app.stripe.webhooks.release()
  await app.work()
  assert.deepEqual(
    (await paymentsOf(bought)).map(({ state }) => state),
    ['succeeded'],
  )
})

test('who cancels while the page is being opened is not sent to pay, and nobody can pay there', async () => {
  const bought = await buildOrder(app)
  await buildPaymentPage(app, await buildOrder(app, { buyer: bought }))
  app.stripe.setLatency(100)
  const opening = assert.rejects(open(bought), { code: 'invoice_void' })
  while ((await paymentsOf(bought)).length === 0) await new Promise((done) => setTimeout(done, 2))
  await cancelOrder(app, bought.actor, { orderId: bought.order.id, reason: 'by_customer' })
  await opening
  assert.deepEqual(
    pagesOf(bought).map((page) => page.status),
    ['expired'],
  )
  const [attempt] = await paymentsOf(bought)
  assert.deepEqual([attempt?.state, attempt?.sessionUrl], ['failed', null])
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Bought, buildOrder, buildPaymentPage } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
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

/** Somebody pays on the page by direct debit, of which the bank has not told yet. */
async function buildDebited(iban: string): Promise<Opened> {
  const bought = await buildOpened()
  app.stripe.setDebitSettlesAfter(30 * 86_400_000)
  app.stripe.pay(bought.payment.sessionId, iban)
  await app.work()
  return bought
}

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
  const bought = await buildDebited(GOOD)
  const paths = { returnPath: '/portal', cancelPath: '/portal' }
  await assert.rejects(openPaymentPage(app, bought.actor, { invoiceId: bought.invoice.id, ...paths }), {
    code: 'payment_pending',
  })
})

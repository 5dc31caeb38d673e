import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { App } from '#app/app.ts'
import { runChecks } from '#app/checks.ts'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { Problem } from '#platform/problem.ts'
import {
  type Bought,
  buildCustomer,
  buildOrder,
  buildPaidOrder,
  buildPaymentPage,
  tester,
} from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { cancelOrder, expireOrder, expireOrders } from './cancel-order.ts'
import { getOrder } from './orders-queries.ts'
import { staffAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const cancel = (bought: Bought, over: App = app) =>
  cancelOrder(over, bought.actor, { orderId: bought.order.id, reason: 'by_customer' })
/** How the order, its invoice and the attempts to pay it stand. */
async function standing({ order, invoice }: Bought): Promise<string[]> {
  const detail = await getInvoiceDetail(app, tester, invoice.id)
  const { state } = await getOrder(app, tester, order.id)
  return [state, detail.invoice.state, ...detail.payments.map((payment) => payment.state)]
}
/** The same gateway, with something that happens at the moment a page is to be closed. */
const atClosing = (happens: () => unknown): App => ({
  ...app,
  paymentGateway: {
    ...app.paymentGateway,
    expireCheckout: async (sessionId) => {
      await happens()
      return app.paymentGateway.expireCheckout(sessionId)
    },
  },
})
const sessionState = (sessionId: string) => app.stripe.sessions().find(({ id }) => id === sessionId)?.status

test('an unpaid order that is taken back asks for no money any more, and its page is closed', async () => {
  const bought = await buildOrder(app)
  const { sessionId } = await buildPaymentPage(app, bought)
  const cancelled = await cancel(bought)
  assert.equal(cancelled.cancelReason, 'by_customer')
  assert.deepEqual(await standing(bought), ['cancelled', 'void', 'failed'])
  assert.equal(sessionState(sessionId), 'expired')
  await app.work()
  assert.deepEqual(await standing(bought), ['cancelled', 'void', 'failed'])
  await assert.rejects(cancel(bought), { code: 'order_cancelled' })
})

test('an order that was paid cannot be taken back', async () => {
  await assert.rejects(cancel(await buildPaidOrder(app)), { code: 'order_active' })
})

test('who pays while the order is being taken back gets what they paid for', async () => {
  const bought = await buildOrder(app)
  const { sessionId } = await buildPaymentPage(app, bought)
  const order = await cancel(
    bought,
    atClosing(() => app.stripe.pay(sessionId)),
  )
  assert.equal(order.state, 'pending')
  assert.deepEqual(await standing(bought), ['pending', 'paid', 'succeeded'])
  await app.work()
  assert.deepEqual(await standing(bought), ['active', 'paid', 'succeeded'])
})

test('a page that is opened while the order is being taken back is closed as well', async () => {
  const bought = await buildOrder(app)
  await buildPaymentPage(app, bought)
  const second: string[] = []
  const gateway: App = {
    ...app,
    transaction: async (actor, work) => {
      const result = await app.transaction(actor, work)
      // The first page was just given up: at this moment the customer clicks again.
      if (second.length === 0) {
        second.push('opening')
        second.push((await buildPaymentPage(app, bought)).sessionId)
      }
      return result
    },
  }
  await cancel(bought, gateway)
  assert.deepEqual(await standing(bought), ['cancelled', 'void', 'failed', 'failed'])
  assert.equal(sessionState(second[1]!), 'expired')
})

test('while the gateway does not answer nothing is taken back, since somebody might be paying', async () => {
  const bought = await buildOrder(app)
  await buildPaymentPage(app, bought)
  const silent = atClosing(() => {
    throw new Problem('unavailable', 'payment_gateway_unavailable', 'Silence.')
  })
  await assert.rejects(cancel(bought, silent), { code: 'payment_gateway_unavailable' })
  assert.deepEqual(await standing(bought), ['pending', 'open', 'pending'])
})

test('taking one order back twice at once does it once', async () => {
  const bought = await buildOrder(app)
  await buildPaymentPage(app, bought)
  const outcomes = await Promise.allSettled([cancel(bought), cancel(bought)])
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') assert.equal(outcome.reason.code, 'order_cancelled')
  const events = await app.db
    .selectFrom('events')
    .select('name')
    .where('subjectId', 'in', [bought.order.id, bought.invoice.id])
    .where('name', 'in', ['order.cancelled', 'invoice.void'])
    .execute()
  assert.equal(events.length, 2)
})

test("nobody takes another customer's order back, and of our own people only those who may", async () => {
  const { order } = await buildOrder(app)
  const stranger = await buildCustomer(app)
  const input = { orderId: order.id, reason: 'by_customer' } as const
  await assert.rejects(cancelOrder(app, stranger.actor, input), { code: 'order_not_found' })
  await assert.rejects(cancelOrder(app, staffAs('support', 'usr_1'), input), {
    code: 'permission_denied',
  })
})

test('an order whose day is over expires by business time, with its page; a paid one never does', async () => {
  const [waiting, fresh, paid] = [await buildOrder(app), await buildOrder(app), await buildPaidOrder(app)]
  const { sessionId } = await buildPaymentPage(app, waiting)
  const round = async () => {
    await expireOrders.run(app, {}, new AbortController().signal)
    await app.work()
  }
  await round()
  assert.deepEqual(await standing(waiting), ['pending', 'open', 'pending'])
  app.advance({ hours: 24, minutes: 1 })
  const later = await buildOrder(app)
  await round()
  assert.deepEqual(await standing(waiting), ['cancelled', 'void', 'failed'])
  assert.deepEqual(await standing(fresh), ['cancelled', 'void'])
  assert.deepEqual(await standing(later), ['pending', 'open'])
  assert.deepEqual(await standing(paid), ['active', 'paid', 'succeeded'])
  assert.equal(sessionState(sessionId), 'expired')
  assert.equal((await getOrder(app, tester, waiting.order.id)).cancelReason, 'expired')
  await expireOrder.run(app, { orderId: waiting.order.id }, new AbortController().signal)
  assert.deepEqual(await runChecks(app), [])
})

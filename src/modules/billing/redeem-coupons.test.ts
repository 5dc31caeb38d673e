import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { runChecks } from '#app/checks.ts'
import { cancelOrder, expireOrders } from '#modules/orders/cancel-order.ts'
import { renderMail } from '#modules/notifications/render-mail.ts'
import { placeOrder } from '#modules/orders/place-order.ts'
import { computeQuote } from '#modules/orders/quote.ts'
import { isProblem } from '#platform/problem.ts'
import { staffAs } from '#test/support/actors.ts'
import {
  type Buyer,
  buildCustomer,
  buildItem,
  buildOrder,
  buildPaidOrder,
  quoted,
  tester,
} from '#test/support/builders.ts'
import { buildCoupon, couponInput } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { Coupon } from './coupon.ts'
import { discountsOf } from './discount.ts'
import { buyerIn } from './tax.ts'
import { activateCoupon, createCoupon, endCoupon, updateCoupon, updateCouponLimits } from './save-coupon.ts'

const app = await createTestApp()
after(() => app.close())

const usesOf = async (coupon: Coupon): Promise<number> =>
  (await app.db.selectFrom('coupons').select('uses').where('id', '=', coupon.id).executeTakeFirstOrThrow()).uses
const statesOf = async (coupon: Coupon): Promise<string[]> => {
  const rows = await app.db.selectFrom('couponRedemptions').select('state').where('couponId', '=', coupon.id).execute()
  return rows.map(({ state }) => state).toSorted()
}
const I8 = async () => (await runChecks(app)).filter(({ invariant }) => invariant === 'I8')

/** How many of these went through, and why the others did not. */
async function outcomes(all: Promise<unknown>[]): Promise<Record<string, number>> {
  const count: Record<string, number> = {}
  for (const one of await Promise.allSettled(all)) {
    const name = one.status === 'fulfilled' ? 'placed' : isProblem(one.reason) ? one.reason.code : String(one.reason)
    count[name] = (count[name] ?? 0) + 1
  }
  return count
}

test('an order takes off what its quote says, line by line, and says which coupon', async () => {
  const coupon = await buildCoupon(app, { code: 'Spring 26' })
  const items = [buildItem({ options: [{ code: 'extra-addresses', quantity: 2 }] })]
  const { order, invoice } = await buildOrder(app, { items, codes: [' sprING26\u{200b}'] })
  assert.deepEqual([order.totalMinor, invoice.totalMinor], [1_200n, 1_200n])
  const lines = await app.db
    .selectFrom('invoiceLines')
    .selectAll()
    .where('invoiceId', '=', invoice.id)
    .orderBy('position')
    .execute()
  assert.deepEqual(
    lines.map((line) => [line.amountMinor + line.taxMinor, line.discountMinor, discountsOf(line.reasons)]),
    [
      [720n, 180n, [{ coupon: coupon.id, name: 'Spring sale', off: '180' }]],
      [480n, 120n, [{ coupon: coupon.id, name: 'Spring sale', off: '120' }]],
    ],
  )
  assert.deepEqual([await usesOf(coupon), await statesOf(coupon)], [1, ['reserved']])
})

test('a quote made without the code does not buy with it', async () => {
  const coupon = await buildCoupon(app)
  const buyer = await buildCustomer(app)
  const plain = await quoted(app, buyer)
  await assert.rejects(placeOrder(app, buyer.actor, { ...plain, codes: [coupon.code] }), { code: 'quote_stale' })
  assert.equal(await usesOf(coupon), 0)
})

test('a fixed coupon is spread over the lines in its scope only', async () => {
  await buildCoupon(app, {
    code: 'FIVE',
    kind: 'fixed',
    amounts: [{ currency: 'EUR', amountMinor: 500n }],
    intervals: ['month'],
  })
  const items = [buildItem(), buildItem({ hostname: 'web2', period: 'year' }), buildItem({ hostname: 'web3' })]
  const quote = await computeQuote(app, { currency: 'EUR', items, buyer: buyerIn('DE'), codes: ['five'] })
  assert.deepEqual(
    quote.items.map((item) => item.discountMinor),
    [250n, 0n, 250n],
  )
  await assert.rejects(computeQuote(app, { currency: 'USD', items, buyer: buyerIn('DE'), codes: ['five'] }), {
    code: 'coupon_not_for_this',
  })
})

test('paying makes the use final; expiring and cancelling give it back', async () => {
  const coupon = await buildCoupon(app, { maxUses: 1 })
  const expiring = await buildOrder(app, { codes: [coupon.code] })
  await assert.rejects(buildOrder(app, { codes: [coupon.code] }), { code: 'coupon_used_up' })
  app.advance({ hours: 25 })
  await expireOrders.run(app, {}, new AbortController().signal)
  await app.work()
  assert.deepEqual([await usesOf(coupon), await statesOf(coupon)], [0, ['released']])

  const cancelled = await buildOrder(app, { buyer: expiring, codes: [coupon.code] })
  await cancelOrder(app, cancelled.actor, { orderId: cancelled.order.id, reason: 'by_customer' })
  assert.equal(await usesOf(coupon), 0)

  await buildPaidOrder(app, { codes: [coupon.code] })
  assert.deepEqual([await usesOf(coupon), await statesOf(coupon)], [1, ['committed', 'released', 'released']])
  assert.deepEqual(await I8(), [])
})

test('of 32 who order at once with a code for five, five get it', async () => {
  const coupon = await buildCoupon(app, { maxUses: 5 })
  const buyers = await Promise.all(Array.from({ length: 32 }, () => buildCustomer(app)))
  const inputs = await Promise.all(buyers.map((buyer) => quoted(app, buyer, { codes: [coupon.code] })))
  const result = await outcomes(buyers.map((buyer, index) => placeOrder(app, buyer.actor, inputs[index]!)))
  assert.deepEqual(result, { placed: 5, coupon_used_up: 27 })
  assert.deepEqual([await usesOf(coupon), (await statesOf(coupon)).length], [5, 5])
  assert.deepEqual(await I8(), [])
})

const orderAtOnce = async (buyer: Buyer, coupon: Coupon, times: number) => {
  const inputs = []
  for (let index = 0; index < times; index += 1) inputs.push(await quoted(app, buyer, { codes: [coupon.code] }))
  return outcomes(inputs.map((input) => placeOrder(app, buyer.actor, input)))
}

test('a customer who orders 32 times at once uses a code as often as they may', async () => {
  const coupon = await buildCoupon(app, { maxUsesPerCustomer: 2 })
  assert.deepEqual(await orderAtOnce(await buildCustomer(app), coupon, 32), { placed: 2, coupon_already_used: 30 })
  assert.equal(await usesOf(coupon), 2)
  assert.deepEqual(await I8(), [])
})

test('a code for a first order holds for one of 32 at once, and again once that one is cancelled', async () => {
  const coupon = await buildCoupon(app, { firstOrderOnly: true })
  const buyer = await buildCustomer(app)
  assert.deepEqual(await orderAtOnce(buyer, coupon, 32), { placed: 1, coupon_first_order_only: 31 })
  const order = await app.db
    .selectFrom('orders')
    .select('id')
    .where('customerId', '=', buyer.customer.id)
    .executeTakeFirstOrThrow()
  await cancelOrder(app, buyer.actor, { orderId: order.id, reason: 'by_customer' })
  assert.deepEqual(await orderAtOnce(buyer, coupon, 2), { placed: 1, coupon_first_order_only: 1 })
})

test('the same order sent twice uses the code once', async () => {
  const coupon = await buildCoupon(app, { maxUses: 1 })
  const buyer = await buildCustomer(app)
  const input = await quoted(app, buyer, { codes: [coupon.code] })
  const [first, second] = await Promise.all([placeOrder(app, buyer.actor, input), placeOrder(app, buyer.actor, input)])
  assert.equal(first.id, second.id)
  assert.equal(await usesOf(coupon), 1)
})

test('what a coupon makes free is delivered without a payment, and takes no number of an invoice', async () => {
  const coupon = await buildCoupon(app, { percentBasisPoints: 10_000 })
  const { order, invoice, customer } = await buildOrder(app, { codes: [coupon.code] })
  assert.equal(invoice.totalMinor, 0n)
  await app.work()
  app.advance({ minutes: 2 })
  await numberInvoices.run(app, {}, new AbortController().signal)
  await app.work()
  const after = await app.db
    .selectFrom('orders')
    .innerJoin('invoices', 'invoices.id', 'orders.invoiceId')
    .select(['orders.state', 'invoices.state as paid', 'invoices.number'])
    .where('orders.id', '=', order.id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([after.state, after.paid, after.number], ['active', 'paid', null])
  const mail = await renderMail(app, {
    id: 'ntf_1',
    template: 'order-received',
    recipient: 'ada@example.com',
    locale: 'en',
    subjectId: order.id,
  })
  assert.match(mail.text, /Nothing is due today/)
  assert.doesNotMatch(mail.text, /Not paid yet/)
  const findings = await runChecks(app)
  assert.deepEqual(
    findings.filter(({ subjectId }) => subjectId === invoice.id || subjectId === customer.id),
    [],
  )
})

test('a seller who takes several codes takes them off in their declared order', async () => {
  const ten = await buildCoupon(app, { percentBasisPoints: 1_000, priority: 2 })
  const one = await buildCoupon(app, { kind: 'fixed', amounts: [{ currency: 'EUR', amountMinor: 100n }], priority: 1 })
  const wanted = { currency: 'EUR', items: [buildItem()], buyer: buyerIn('DE') }
  await assert.rejects(computeQuote(app, { ...wanted, codes: [ten.code, one.code] }), { code: 'too_many_coupons' })
  await app.db.updateTable('legalEntities').set({ couponsPerOrder: 2 }).execute()
  const [there, back] = [
    await computeQuote(app, { ...wanted, codes: [ten.code, one.code] }),
    await computeQuote(app, { ...wanted, codes: [one.code, ten.code] }),
  ]
  assert.deepEqual([there.totalMinor, there.digest], [720n, back.digest])
  assert.deepEqual(
    there.coupons.map(({ id, offMinor }) => [id, offMinor]),
    [
      [one.id, 100n],
      [ten.id, 80n],
    ],
  )
  await app.db.updateTable('legalEntities').set({ couponsPerOrder: 1 }).execute()
})

test('what is given out keeps what it takes off; its limits may change, but not below what was used', async () => {
  const billing = staffAs('billing')
  const draft = await createCoupon(app, billing, couponInput({ code: 'SUMMER' }))
  await assert.rejects(createCoupon(app, billing, couponInput({ code: 's u m m e r' })), /coupons_code_key_key/)
  await assert.rejects(
    computeQuote(app, { currency: 'EUR', items: [buildItem()], buyer: buyerIn('DE'), codes: ['summer'] }),
    {
      code: 'coupon_unknown',
    },
  )
  await updateCoupon(app, billing, {
    couponId: draft.id,
    ...couponInput({ code: 'SUMMER', percentBasisPoints: 5_000 }),
  })
  const coupon = await activateCoupon(app, billing, { couponId: draft.id })
  assert.equal(coupon.percentBasisPoints, 5_000)
  await assert.rejects(updateCoupon(app, billing, { couponId: draft.id, ...couponInput() }), { code: 'coupon_active' })
  await buildOrder(app, { codes: ['summer'] })
  await buildOrder(app, { codes: ['summer'] })
  const limits = { couponId: coupon.id, name: 'Summer', maxUsesPerCustomer: null, validUntil: null }
  await assert.rejects(updateCouponLimits(app, billing, { ...limits, maxUses: 1 }), { code: 'coupon_limit_below_uses' })
  await updateCouponLimits(app, billing, { ...limits, maxUses: 2 })
  await endCoupon(app, billing, { couponId: coupon.id })
  await assert.rejects(buildOrder(app, { codes: ['summer'] }), { code: 'coupon_ended' })
  await assert.rejects(createCoupon(app, staffAs('support'), couponInput()), { code: 'permission_denied' })
  await assert.rejects(createCoupon(app, tester, couponInput({ code: '\u{200b}' })), { code: 'coupon_code_unfit' })
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testStripe } from './stripe-simulator-test-gateway.ts'

let nowMs = Date.now()
const { stripe, gateway, newCustomer, saveMethod, api } = testStripe(() => nowMs)
after(() => stripe.close())
stripe.setDebitSettlesAfter(60_000)

const GOOD = 'DE89 3704 0044 0532 0130 00'
const POOR = 'DE62 3704 0044 0532 0130 01'

let serial = 0
async function debited(iban: string, change: { currency?: string; amountMinor?: bigint } = {}) {
  serial += 1
  const { gatewayCustomerId, customerId } = await newCustomer()
  return gateway.charge({
    key: `debit-${serial}`,
    gatewayCustomerId,
    gatewayMethodId: await saveMethod(gatewayCustomerId, iban),
    paymentId: `pay_${serial}`,
    customerId,
    invoiceId: undefined,
    amountMinor: 2_900n,
    currency: 'EUR',
    description: 'Renewal',
    ...change,
  })
}
const typesOf = (objectId: string): string[] =>
  stripe
    .events()
    .filter((event) => event.data.object['id'] === objectId)
    .map((event) => event.type)

test('a bank account is saved on the hosted page and listed like a card', async () => {
  const { gatewayCustomerId } = await newCustomer()
  const gatewayMethodId = await saveMethod(gatewayCustomerId, GOOD)
  assert.deepEqual(await gateway.listMethods(gatewayCustomerId), [
    {
      gatewayMethodId,
      kind: 'sepa_debit',
      brand: 'sepa_debit',
      lastFour: '3000',
      expiryMonth: undefined,
      expiryYear: undefined,
    },
  ])
  const only = await api('GET', `/v1/customers/${gatewayCustomerId}/payment_methods`, { type: 'card' })
  assert.deepEqual(only['data'], [])
})

test('a direct debit is on its way for a while and then succeeds', async () => {
  const { gatewayPaymentId, state } = await debited(GOOD)
  assert.equal(state, 'processing')
  assert.equal(stripe.effects().get(gatewayPaymentId), undefined, 'nothing has been received yet')
  nowMs += 59_000
  stripe.tick()
  assert.equal((await gateway.getCharge(gatewayPaymentId)).state, 'processing')
  nowMs += 1_000
  stripe.tick()
  stripe.tick()
  assert.equal((await gateway.getCharge(gatewayPaymentId)).state, 'succeeded')
  assert.equal(stripe.effects().get(gatewayPaymentId)?.length, 1)
  const told = ['payment_intent.created', 'payment_intent.processing', 'payment_intent.succeeded']
  assert.deepEqual(typesOf(gatewayPaymentId), told)
})

test('a direct debit of an empty account fails later, and tells why', async () => {
  const { gatewayPaymentId, state } = await debited(POOR)
  assert.equal(state, 'processing')
  nowMs += 60_000
  stripe.tick()
  const failed = await gateway.getCharge(gatewayPaymentId)
  assert.deepEqual(
    [failed.state, failed.failureCode, failed.advice],
    ['failed', 'insufficient_funds', 'try_again_later'],
  )
  assert.equal(stripe.effects().get(gatewayPaymentId), undefined)
  assert.equal(typesOf(gatewayPaymentId).at(-1), 'payment_intent.payment_failed')
})

test('a direct debit in another currency than the euro is refused', async () => {
  await assert.rejects(debited(GOOD, { currency: 'USD' }), { code: 'payment_refused' })
})

test('a debit that the customer takes back at her bank is a dispute', async () => {
  const { gatewayPaymentId } = await debited('DE35370400440532013002')
  nowMs += 60_000
  stripe.tick()
  const opened = stripe.events().findLast((event) => event.type === 'charge.dispute.created')
  const dispute = await gateway.getDispute(String(opened?.data.object['id']))
  assert.deepEqual(
    [dispute.gatewayPaymentId, dispute.reason, dispute.withdrawnMinor],
    [gatewayPaymentId, 'debit_not_authorized', -2_900n],
  )
})

test('money sent back to an account arrives later', async () => {
  const { gatewayPaymentId } = await debited(GOOD)
  nowMs += 60_000
  stripe.tick()
  const input = { key: 'back', gatewayPaymentId, refundId: 'ref_1', amountMinor: 900n, currency: 'EUR' }
  const refund = await gateway.refund(input)
  assert.equal(refund.state, 'pending')
  nowMs += 2_000
  stripe.tick()
  assert.equal((await gateway.getRefund(refund.gatewayRefundId)).state, 'succeeded')
})

test('a checkout paid by direct debit is complete and unpaid until the bank has told', async () => {
  for (const [iban, paid, told] of [
    [GOOD, true, 'checkout.session.async_payment_succeeded'],
    [POOR, false, 'checkout.session.async_payment_failed'],
  ] as const) {
    serial += 1
    const { gatewayCustomerId, customerId } = await newCustomer()
    const { sessionId } = await gateway.openCheckout({
      key: `checkout-${serial}`,
      gatewayCustomerId,
      customerId,
      paymentId: `pay_${serial}`,
      invoiceId: 'inv_1',
      amountMinor: 2_900n,
      currency: 'EUR',
      description: 'VPS',
      successUrl: 'https://shop.example.test/ok',
      cancelUrl: 'https://shop.example.test/back',
      expiresAt: Temporal.Instant.fromEpochMilliseconds(nowMs + 3_600_000),
      locale: 'de',
    })
    stripe.pay(sessionId, iban)
    const waiting = await gateway.getCheckout(sessionId)
    assert.deepEqual([waiting.state, waiting.paid, waiting.gatewayPaymentId], ['complete', false, undefined])
    nowMs += 60_000
    stripe.tick()
    const settled = await gateway.getCheckout(sessionId)
    assert.deepEqual([settled.state, settled.paid, settled.gatewayPaymentId !== undefined], ['complete', paid, paid])
    assert.equal(typesOf(sessionId).at(-1), told)
  }
})

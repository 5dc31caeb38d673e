import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { testStripe } from './stripe-simulator-test-gateway.ts'

const { stripe, gateway, newCustomer, saveMethod, api } = testStripe()
after(() => stripe.close())
afterEach(() => {
  stripe.simulation.faults.length = 0
})

const refused = { kind: 'conflict', code: 'payment_refused' }

let serial = 0
async function charged(card?: string): Promise<string> {
  serial += 1
  const { gatewayCustomerId, customerId } = await newCustomer()
  const charge = await gateway.charge({
    key: `charge-${serial}`,
    gatewayCustomerId,
    gatewayMethodId: await saveMethod(gatewayCustomerId, card),
    paymentId: `pay_${serial}`,
    customerId,
    invoiceId: undefined,
    amountMinor: 2_900n,
    currency: 'EUR',
    description: 'Renewal',
  })
  assert.equal(charge.state, 'succeeded')
  return charge.gatewayPaymentId
}
const input = (gatewayPaymentId: string, key: string, amountMinor = 1_000n) => ({
  key,
  gatewayPaymentId,
  refundId: `ref_${key}`,
  amountMinor,
  currency: 'EUR',
})

test('money is sent back in parts, once for each key, and never more than was taken', async () => {
  const payment = await charged()
  const first = await gateway.refund(input(payment, 'part-1'))
  assert.deepEqual(first, {
    gatewayRefundId: first.gatewayRefundId,
    gatewayPaymentId: payment,
    state: 'succeeded',
    amountMinor: 1_000n,
    currency: 'EUR',
    livemode: false,
    refundId: 'ref_part-1',
    failureCode: undefined,
  })
  assert.deepEqual(await gateway.refund(input(payment, 'part-1')), first)
  await gateway.refund(input(payment, 'part-2', 1_900n))
  await assert.rejects(gateway.refund(input(payment, 'part-3')), refused)
  assert.deepEqual(await gateway.getRefund(first.gatewayRefundId), first)
  const all = await gateway.listRefunds(payment)
  assert.deepEqual(
    all.map((each) => each.amountMinor),
    [1_900n, 1_000n],
  )
})

test('a refund whose answer was lost is sent once', async () => {
  const payment = await charged()
  stripe.simulation.faults.push({
    method: 'POST',
    path: '/v1/refunds',
    times: 1,
    action: { kind: 'drop', afterActing: true },
  })
  await assert.rejects(gateway.refund(input(payment, 'lost')), { code: 'payment_gateway_unavailable' })
  await gateway.refund(input(payment, 'lost'))
  assert.equal((await gateway.listRefunds(payment)).length, 1)
})

test('a refund can fail after it was said to have succeeded', async () => {
  const payment = await charged('4000000000005126')
  stripe.setRefundFailsAfter(0)
  const { gatewayRefundId, state } = await gateway.refund(input(payment, 'fails'))
  assert.equal(state, 'succeeded')
  stripe.tick()
  const failed = await gateway.getRefund(gatewayRefundId)
  assert.deepEqual([failed.state, failed.failureCode], ['failed', 'expired_or_canceled_card'])
})

test('a refund made by another hand is listed and is none of ours', async () => {
  const payment = await charged()
  await api('POST', '/v1/refunds', { payment_intent: payment, amount: '500' })
  const [made] = await gateway.listRefunds(payment)
  assert.deepEqual([made?.refundId, made?.amountMinor], [undefined, 500n])
  await assert.rejects(gateway.getRefund('re_unknown'), refused)
})

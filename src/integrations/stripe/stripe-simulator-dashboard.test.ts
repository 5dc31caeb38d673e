import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { Stripe } from 'stripe'
import { stripeSimulator } from './stripe-simulator.ts'
import { testStripe } from './stripe-simulator-test-gateway.ts'

let nowMs = Date.now()
const { stripe, gateway, newCustomer, saveMethod, api } = testStripe(() => nowMs)
after(() => stripe.close())

async function charged(): Promise<string> {
  const { gatewayCustomerId, customerId } = await newCustomer()
  const charge = await gateway.charge({
    key: gatewayCustomerId,
    gatewayCustomerId,
    gatewayMethodId: await saveMethod(gatewayCustomerId),
    paymentId: 'pay_1',
    customerId,
    invoiceId: undefined,
    amountMinor: 2_900n,
    currency: 'EUR',
    description: 'Renewal',
  })
  return charge.gatewayPaymentId
}

test('a refund made by hand is told like any other and names no refund of ours', async () => {
  const payment = await charged()
  stripe.dashboard.refund(payment, 400)
  stripe.dashboard.refund(payment)
  const refunds = await gateway.listRefunds(payment)
  assert.deepEqual(
    refunds.map((each) => [each.amountMinor, each.refundId]),
    [
      [2_500n, undefined],
      [400n, undefined],
    ],
  )
  const told = stripe.events().findLast((event) => event.type === 'refund.created')
  assert.deepEqual(told?.request, { id: null, idempotency_key: null })
  assert.throws(() => {
    stripe.dashboard.refund(payment)
  }, /already been refunded/)
  const [last] = refunds
  stripe.dashboard.failRefund(last?.gatewayRefundId ?? '')
  assert.equal((await gateway.getRefund(last?.gatewayRefundId ?? '')).state, 'failed')
})

test('more writes a second than the limit are answered 429, and nothing is done for them', async () => {
  const { gatewayCustomerId } = await newCustomer()
  stripe.dashboard.changeSettings({ limited: true, writesPerSecond: 3 })
  nowMs += 1_000
  const create = (key: string) =>
    gateway.createCustomer({ key, customerId: 'cus_1', email: 'a@example.test', name: 'A' })
  const before = stripe.events().length
  for (const key of ['one', 'two', 'three']) await create(key)
  const busy = { code: 'payment_gateway_unavailable', retryAfterSeconds: 1 }
  await assert.rejects(create('four'), busy)
  await assert.rejects(create('four'), busy)
  assert.equal(stripe.events().length, before + 3)
  assert.equal(stripe.dashboard.settings().limitedCount, 2)
  await gateway.listRefunds('pi_any')
  const portal = await api('POST', '/v1/billing_portal/sessions', { customer: gatewayCustomerId })
  assert.match(String(portal['id']), /^bps_/, 'every endpoint has a limit of its own')

  nowMs += 1_000
  await create('four')
  stripe.dashboard.changeSettings({ limited: false })
  for (let n = 0; n < 9; n += 1) await create(`free-${n}`)
  assert.equal(stripe.dashboard.settings().limitedCount, 2)
})

test('a limited answer tells whether and when to come back', async () => {
  stripe.dashboard.changeSettings({ limited: true, writesPerSecond: 0 })
  const headers = { authorization: 'Bearer sk_test_adapter' }
  const answer = await stripe.fetch('http://stripe.localhost/v1/customers', { method: 'POST', headers })
  stripe.dashboard.changeSettings({ limited: false })
  assert.equal(answer.status, 429)
  assert.equal(answer.headers.get('stripe-should-retry'), 'true')
  assert.equal(answer.headers.get('retry-after'), '1')
  assert.match(answer.headers.get('request-id') ?? '', /^req_/)
  assert.match(await answer.text(), /rate_limit_error/)
})

test('a simulator can be started with its limit on', async () => {
  const started = stripeSimulator({
    secretKey: 'sk_test_limited',
    webhookSecret: 'whsec_limited',
    publicUrl: 'http://stripe.localhost',
    writesPerSecond: 1,
    now: () => nowMs,
  })
  const headers = { authorization: 'Bearer sk_test_limited' }
  const create = async () =>
    (await started.fetch('http://stripe.localhost/v1/customers', { method: 'POST', headers })).status
  assert.deepEqual([await create(), await create()], [200, 429])
  await started.close()
})

test('debits under way, disputes and settings survive a restart', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-'))
  const options = {
    secretKey: 'sk_test_restart',
    webhookSecret: 'whsec_restart',
    publicUrl: 'http://stripe.localhost',
    storeFile: join(folder, 'stripe.sqlite'),
    now: () => nowMs,
  }
  const sdkOf = (sim: { fetch: typeof fetch }) =>
    new Stripe(options.secretKey, {
      host: 'stripe.localhost',
      protocol: 'http',
      port: 80,
      maxNetworkRetries: 0,
      httpClient: Stripe.createFetchHttpClient(sim.fetch),
    })
  const first = stripeSimulator(options)
  first.setDebitSettlesAfter(60_000)
  const sdk = sdkOf(first)
  const { id: customer } = await sdk.customers.create({ name: 'Ada' })
  const { id: payment_method } = await sdk.paymentMethods.create({
    type: 'sepa_debit',
    sepa_debit: { iban: 'DE89370400440532013000' },
    billing_details: { name: 'Ada', email: 'ada@example.test' },
  })
  await sdk.paymentMethods.attach(payment_method, { customer })
  const charge = { amount: 900, currency: 'eur', customer, off_session: true, confirm: true } as const
  const debit = await sdk.paymentIntents.create({ ...charge, payment_method })
  const card = await sdk.paymentIntents.create({ ...charge, payment_method: 'pm_card_visa' })
  const disputeId = first.dashboard.openDispute(card.id)
  await first.close()

  const second = stripeSimulator(options)
  try {
    assert.equal(second.dashboard.settings().debitSettlesAfterMs, 60_000)
    second.dashboard.decideDispute(disputeId, 'won')
    assert.equal((await sdkOf(second).disputes.retrieve(disputeId)).status, 'won')
    nowMs += 60_000
    second.tick()
    assert.equal((await sdkOf(second).paymentIntents.retrieve(debit.id)).status, 'succeeded')
  } finally {
    await second.close()
    rmSync(folder, { recursive: true })
  }
})

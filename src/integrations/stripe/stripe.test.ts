import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { after, afterEach, test } from 'node:test'
import { serve } from '@hono/node-server'
import { createOutbound } from '#platform/outbound.ts'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { type StripeSimulator, stripeSimulator } from './stripe-simulator.ts'
import type { StripeConfig } from './stripe-client.ts'
import { stripeGateway } from './stripe.ts'

const secretKey = 'sk_test_adapter'
const webhookSecret = 'whsec_adapter'
let nowMs = Date.now()
const stripe = stripeSimulator({
  secretKey,
  webhookSecret,
  publicUrl: 'http://stripe.localhost',
  now: () => nowMs,
})
after(() => stripe.close())
afterEach(() => {
  stripe.simulation.faults.length = 0
  nowMs = Date.now()
})

const gatewayOf = (change: Partial<StripeConfig> = {}): PaymentGateway =>
  stripeGateway({
    secretKey,
    mode: 'test',
    webhookSecrets: [webhookSecret],
    baseUrl: 'http://stripe.localhost',
    fetch: stripe.fetch,
    wallClockMs: () => nowMs,
    ...change,
  })
const gateway = gatewayOf()

let serial = 0
async function openCheckout(
  change: Partial<Parameters<PaymentGateway['openCheckout']>[0]> = {},
  through: PaymentGateway = gateway,
) {
  serial += 1
  const paymentId = `pay_${serial}`
  const { gatewayCustomerId } = await through.createCustomer({
    key: `customer-${serial}`,
    customerId: `cus_${serial}`,
    email: 'ada@example.test',
    name: 'Ada',
  })
  const input = {
    key: paymentId,
    gatewayCustomerId,
    paymentId,
    invoiceId: `inv_${serial}`,
    customerId: `cus_${serial}`,
    amountMinor: 2_900n,
    currency: 'EUR',
    description: 'VPS Professional, 1 month',
    successUrl: 'https://shop.example.test/return?session={CHECKOUT_SESSION_ID}',
    cancelUrl: 'https://shop.example.test/invoice',
    expiresAt: Temporal.Instant.fromEpochMilliseconds(nowMs + 3_600_000),
    locale: 'en' as const,
    ...change,
  }
  return { input, ...(await through.openCheckout(input)) }
}

const unavailable = { kind: 'unavailable', code: 'payment_gateway_unavailable' }
const refused = { kind: 'conflict', code: 'payment_refused' }

test('a checkout is opened, paid, and tells what was paid, for whom, and with which card', async () => {
  const { sessionId, url, input } = await openCheckout()
  assert.equal(url, `http://stripe.localhost/c/pay/${sessionId}`)
  const open = await gateway.getCheckout(sessionId)
  assert.deepEqual(open, {
    sessionId,
    state: 'open',
    paid: false,
    url,
    amountMinor: 2_900n,
    currency: 'EUR',
    livemode: false,
    paymentId: input.paymentId,
    invoiceId: input.invoiceId,
    customerId: input.customerId,
    gatewayPaymentId: undefined,
    failureCode: undefined,
    method: undefined,
  })

  stripe.pay(sessionId)

  const paid = await gateway.getCheckout(sessionId)
  assert.equal(paid.state, 'complete')
  assert.equal(paid.paid, true)
  assert.equal(paid.url, undefined)
  assert.match(paid.gatewayPaymentId ?? '', /^pi_/)
  assert.match(paid.method?.gatewayMethodId ?? '', /^pm_/)
  assert.equal(paid.method?.brand, 'visa')
  assert.equal(paid.method.lastFour, '4242')
  assert.equal(paid.method.expiryMonth, 12)
  assert.equal(stripe.effects().get(paid.gatewayPaymentId ?? '')?.length, 1)
})

test('the payment intent carries the same marks as the session and keeps the card for later', async () => {
  const { sessionId, input } = await openCheckout()
  stripe.pay(sessionId)
  const event = stripe.events().findLast((each) => each.type === 'payment_intent.succeeded')
  const intent = event?.data.object
  assert.deepEqual(intent?.['metadata'], {
    app: 'ez-solutions',
    payment_id: input.paymentId,
    invoice_id: input.invoiceId,
    customer_id: input.customerId,
  })
  assert.equal(intent['setup_future_usage'], 'off_session')
})

test('a declined card leaves the checkout open and unpaid', async () => {
  const { sessionId } = await openCheckout()
  assert.throws(() => stripe.pay(sessionId, '4000000000009995'), { message: 'Your card has insufficient funds.' })
  const checkout = await gateway.getCheckout(sessionId)
  assert.equal(checkout.state, 'open')
  assert.equal(checkout.paid, false)
  assert.equal(checkout.gatewayPaymentId, undefined)
  assert.equal(checkout.method, undefined)
})

test('a checkout that another application opened on the account is not ours', async () => {
  const { input } = await openCheckout()
  const body = new URLSearchParams({
    mode: 'payment',
    success_url: 'https://other.example.test',
    client_reference_id: input.paymentId,
    'metadata[payment_id]': input.paymentId,
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '2900',
    'line_items[0][price_data][product_data][name]': 'Book',
  })
  const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded' }
  const answer = await stripe.fetch('http://stripe.localhost/v1/checkout/sessions', {
    method: 'POST',
    body: body.toString(),
    headers,
  })
  const { id } = (await answer.json()) as { id: string }
  const checkout = await gateway.getCheckout(id)
  assert.deepEqual([checkout.paymentId, checkout.invoiceId, checkout.customerId], [undefined, undefined, undefined])
})

test('the same key opens one checkout and makes one customer, however often it is asked', async () => {
  const { sessionId, input } = await openCheckout()
  const customers = stripe.events().filter((each) => each.type === 'customer.created').length
  assert.equal((await gateway.openCheckout(input)).sessionId, sessionId)
  const again = await gateway.createCustomer({
    key: `customer-${serial}`,
    customerId: input.customerId,
    email: 'ada@example.test',
    name: 'Ada',
  })
  assert.equal(again.gatewayCustomerId, input.gatewayCustomerId)
  assert.equal(stripe.events().filter((each) => each.type === 'customer.created').length, customers)
})

test('a lost answer is met by asking again: one session exists', async () => {
  const { input } = await openCheckout()
  const before = stripe.sessions().length
  const lost = { ...input, key: 'lost-answer', paymentId: 'pay_lost' }
  stripe.simulation.faults.push({
    method: 'POST',
    path: '/v1/checkout/sessions',
    times: 1,
    action: { kind: 'drop', afterActing: true },
  })
  await assert.rejects(gateway.openCheckout(lost), unavailable)
  assert.equal(stripe.sessions().length, before + 1, 'Stripe had done it')
  const { sessionId } = await gateway.openCheckout(lost)
  assert.equal(stripe.sessions().length, before + 1)
  assert.equal((await gateway.getCheckout(sessionId)).paymentId, 'pay_lost')
})

test('closing a checkout ends it; one that was paid or has ended is left as it is', async () => {
  const first = await openCheckout()
  assert.equal((await gateway.expireCheckout(first.sessionId)).state, 'expired')
  assert.equal((await gateway.expireCheckout(first.sessionId)).state, 'expired')

  const second = await openCheckout()
  stripe.pay(second.sessionId)
  const left = await gateway.expireCheckout(second.sessionId)
  assert.equal(left.state, 'complete')
  assert.equal(left.paid, true)
  assert.ok(left.gatewayPaymentId)
})

test('a checkout whose time has passed is expired and has no page any more', async () => {
  const { sessionId } = await openCheckout()
  nowMs += 3_600_000
  const checkout = await gateway.getCheckout(sessionId)
  assert.equal(checkout.state, 'expired')
  assert.equal(checkout.url, undefined)
})

test('silence, trouble and being busy are told apart from refusals', async () => {
  const { sessionId, input } = await openCheckout()
  for (const status of [409, 429, 500, 503]) {
    stripe.simulation.faults.push({ path: '', times: 1, action: { kind: 'answer', status, afterActing: false } })
    await assert.rejects(gateway.getCheckout(sessionId), unavailable, `${status}`)
  }
  stripe.simulation.faults.push({ path: '', times: 1, action: { kind: 'drop', afterActing: false } })
  await assert.rejects(gateway.getCheckout(sessionId), unavailable)
  const body = '{"id":"cs_test_1","object":"something else"}'
  const odd = async () => new Response(body, { status: 200 })
  await assert.rejects(gatewayOf({ fetch: odd }).getCheckout(sessionId), unavailable)
  await assert.rejects(
    gatewayOf({ fetch: async () => new Response('<h1>Gateway</h1>') }).getCheckout('cs_1'),
    unavailable,
  )
  await assert.rejects(gateway.getCheckout('cs_test_unknown'), refused)
  await assert.rejects(gateway.openCheckout({ ...input, key: 'other', gatewayCustomerId: 'cus_none' }), refused)
  await assert.rejects(gateway.openCheckout({ ...input, amountMinor: 3_000n }), refused, 'another amount, the same key')
})

test('a wrong key is trouble of ours, not a refused payment, and is never repeated in the message', async () => {
  const wrong = gatewayOf({ secretKey: 'sk_test_wrong_secret' })
  await assert.rejects(wrong.getCheckout('cs_test_1'), (error: Error) => {
    assert.equal((error as Error & { code: string }).code, 'payment_gateway_unavailable')
    assert.doesNotMatch(error.message, /sk_test|secret/)
    return true
  })
})

test('what a customer typed is never repeated in a refusal', async () => {
  const customer = { key: 'bad-mail', customerId: 'cus_1', email: 'not an address', name: 'Ada' }
  await assert.rejects(gateway.createCustomer(customer), (error: Error) => {
    assert.match(error.message, /email_invalid, email, req_/)
    assert.doesNotMatch(error.message, /not an address/)
    return true
  })
})

test('a missing or empty webhook secret, or a key of another mode, stops the start', () => {
  for (const webhookSecrets of [[], [''], ['  '], ['whsec_one', ''], ['whsec with space']])
    assert.throws(() => gatewayOf({ webhookSecrets }), /webhook secret/)
  assert.throws(() => gatewayOf({ mode: 'live' }), /not a key of live mode/)
  assert.throws(() => gatewayOf({ secretKey: 'sk_live_x' }), /not a key of test mode/)
  assert.throws(() => gatewayOf({ secretKey: '' }), /not a key of test mode/)
  assert.throws(() => gatewayOf({ baseUrl: 'http://stripe.localhost/api' }), /without a path/)
})

test('the whole story works over real TCP, lost answer included', async () => {
  const received: string[] = []
  const receiver = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const raw = Buffer.concat(chunks)
      received.push(overTcp.verifyEvent(raw, String(request.headers['stripe-signature'])).type)
      response.end()
    })
  }).listen(0, '127.0.0.1')
  await once(receiver, 'listening')
  const portOf = (address: unknown): number => (address as { port: number }).port
  const remote: StripeSimulator = stripeSimulator({
    secretKey,
    webhookSecret,
    webhookUrl: `http://127.0.0.1:${portOf(receiver.address())}/webhooks/stripe`,
    publicUrl: 'http://127.0.0.1',
  })
  const server = serve({ fetch: remote.app.fetch, port: 0, hostname: '127.0.0.1' })
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${portOf(server.address())}`
  const outbound = createOutbound({ trustedOrigins: [baseUrl] })
  const overTcp = gatewayOf({ baseUrl, fetch: outbound.fetch, wallClockMs: Date.now })
  try {
    const { sessionId, input } = await openCheckout({}, overTcp)
    remote.simulation.faults.push({
      method: 'POST',
      path: '/v1/checkout/sessions',
      times: 1,
      action: { kind: 'drop', afterActing: true },
    })
    const lost = { ...input, key: 'tcp-lost' }
    await assert.rejects(overTcp.openCheckout(lost), unavailable)
    await overTcp.openCheckout(lost)
    assert.equal(remote.sessions().length, 2)
    remote.pay(sessionId)
    assert.equal((await overTcp.getCheckout(sessionId)).paid, true)
    await remote.settled()
    assert.ok(received.includes('checkout.session.completed'))
  } finally {
    await outbound.close()
    await remote.close()
    server.close()
    receiver.close()
  }
})

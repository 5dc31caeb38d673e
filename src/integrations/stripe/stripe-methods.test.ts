import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testStripe } from './stripe-simulator-test-gateway.ts'

let nowMs = Date.now()
const { stripe, gateway, newCustomer, saveMethod, api } = testStripe(() => nowMs)
after(() => stripe.close())

const refused = { kind: 'conflict', code: 'payment_refused' }

async function openSetup(key: string) {
  const { gatewayCustomerId, customerId } = await newCustomer()
  const input = {
    key,
    gatewayCustomerId,
    customerId,
    currency: 'EUR',
    successUrl: 'https://shop.example.test/saved?session={CHECKOUT_SESSION_ID}',
    cancelUrl: 'https://shop.example.test/methods',
    expiresAt: Temporal.Instant.fromEpochMilliseconds(nowMs + 3_600_000),
    locale: 'de' as const,
  }
  return { input, ...(await gateway.openMethodSetup(input)) }
}

test('a card is saved on a hosted page without being charged', async () => {
  const { sessionId, url, input } = await openSetup('setup')
  assert.deepEqual(await gateway.getMethodSetup(sessionId), {
    sessionId,
    state: 'open',
    url,
    livemode: false,
    customerId: input.customerId,
    method: undefined,
  })
  assert.equal((await gateway.openMethodSetup(input)).sessionId, sessionId, 'the same key opens one page')

  stripe.pay(sessionId, '5555555555554444')

  const setup = await gateway.getMethodSetup(sessionId)
  assert.deepEqual([setup.state, setup.url], ['complete', undefined])
  const { gatewayMethodId = '', ...card } = setup.method ?? {}
  assert.match(gatewayMethodId, /^pm_/)
  const expiryYear = new Date(nowMs).getUTCFullYear() + 2
  assert.deepEqual(card, { kind: 'card', brand: 'mastercard', lastFour: '4444', expiryMonth: 12, expiryYear })
  assert.equal(stripe.effects().size, 0)
})

test('a page that nobody used expires, and one that another application opened is not ours', async () => {
  const { sessionId } = await openSetup('expires')
  nowMs += 3_600_000
  const setup = await gateway.getMethodSetup(sessionId)
  assert.deepEqual([setup.state, setup.url, setup.method], ['expired', undefined, undefined])
  const { id } = await api('POST', '/v1/checkout/sessions', {
    mode: 'setup',
    currency: 'eur',
    success_url: 'https://other.example.test',
    'metadata[customer_id]': 'cus_1',
    client_reference_id: 'cus_1',
  })
  assert.equal((await gateway.getMethodSetup(String(id))).customerId, undefined)
})

test('the saved ways to pay are listed, newest first, until they are forgotten', async () => {
  const { gatewayCustomerId } = await newCustomer()
  const first = await saveMethod(gatewayCustomerId)
  const second = await saveMethod(gatewayCustomerId, '378282246310005')
  const listed = await gateway.listMethods(gatewayCustomerId)
  assert.deepEqual(
    listed.map((each) => [each.gatewayMethodId, each.brand]),
    [
      [second, 'amex'],
      [first, 'visa'],
    ],
  )
  await gateway.forgetMethod(first)
  await gateway.forgetMethod(first)
  await gateway.forgetMethod('pm_unknown')
  assert.equal((await gateway.listMethods(gatewayCustomerId)).length, 1)
  await assert.rejects(gateway.listMethods('cus_unknown'), refused)
})

test('a method that cannot be forgotten now is not said to be gone', async () => {
  const { gatewayCustomerId } = await newCustomer()
  const method = await saveMethod(gatewayCustomerId)
  const path = `/v1/payment_methods/${method}/detach`
  for (const [status, problem] of [
    [400, refused],
    [500, { code: 'payment_gateway_unavailable' }],
  ] as const) {
    stripe.simulation.faults.push({ path, times: 1, action: { kind: 'answer', status, afterActing: false } })
    await assert.rejects(gateway.forgetMethod(method), problem)
  }
  assert.equal((await gateway.listMethods(gatewayCustomerId)).length, 1)
})

import assert from 'node:assert/strict'
import { once } from 'node:events'
import { after, test } from 'node:test'
import { serve } from '@hono/node-server'
import { createOutbound } from '#platform/outbound.ts'
import { stripeSimulator } from './stripe-simulator.ts'
import { stripeGateway } from './stripe.ts'

const secretKey = 'sk_test_tcp'
const remote = stripeSimulator({ secretKey, webhookSecret: 'whsec_tcp', publicUrl: 'http://127.0.0.1' })
const server = serve({ fetch: remote.app.fetch, port: 0, hostname: '127.0.0.1' })
await once(server, 'listening')
const baseUrl = `http://127.0.0.1:${(server.address() as { port: number }).port}`
const outbound = createOutbound({ trustedOrigins: [baseUrl] })
const gateway = stripeGateway({
  secretKey,
  mode: 'test',
  webhookSecrets: ['whsec_tcp'],
  baseUrl,
  fetch: outbound.fetch,
  wallClockMs: Date.now,
})
after(async () => {
  await outbound.close()
  await remote.close()
  server.close()
})

const { gatewayCustomerId } = await gateway.createCustomer({
  key: 'customer',
  customerId: 'cus_1',
  email: 'ada@example.test',
  name: 'Ada',
})
const about = { gatewayCustomerId, customerId: 'cus_1', currency: 'EUR', locale: 'en' as const }

async function saveMethod(key: string, number: string): Promise<string> {
  const { sessionId } = await gateway.openMethodSetup({
    ...about,
    key,
    successUrl: 'https://shop.example.test/saved',
    cancelUrl: 'https://shop.example.test/methods',
    expiresAt: Temporal.Now.instant().add({ hours: 1 }),
  })
  remote.pay(sessionId, number)
  const { method } = await gateway.getMethodSetup(sessionId)
  return method?.gatewayMethodId ?? ''
}
const chargeOf = (key: string, gatewayMethodId: string) => ({
  ...about,
  key,
  gatewayMethodId,
  paymentId: `pay_${key}`,
  invoiceId: undefined,
  amountMinor: 2_900n,
  description: 'Renewal',
})

test('over TCP a lost answer is met by the same key, and a refusal is an outcome', async () => {
  const card = await saveMethod('good', '4242424242424242')
  const path = '/v1/payment_intents'
  remote.simulation.faults.push({ method: 'POST', path, times: 1, action: { kind: 'drop', afterActing: true } })
  await assert.rejects(gateway.charge(chargeOf('lost', card)), { code: 'payment_gateway_unavailable' })
  const { gatewayPaymentId, state } = await gateway.charge(chargeOf('lost', card))
  assert.equal(state, 'succeeded')
  assert.equal(remote.effects().size, 1)

  const poor = await saveMethod('poor', '4000000000000341')
  const refused = await gateway.charge(chargeOf('refused', poor))
  assert.deepEqual([refused.state, refused.failureCode], ['failed', 'generic_decline'])

  const refund = { key: 'refund', gatewayPaymentId, refundId: 'ref_1', amountMinor: 900n, currency: 'EUR' }
  remote.simulation.faults.push({
    method: 'POST',
    path: '/v1/refunds',
    times: 1,
    action: { kind: 'drop', afterActing: true },
  })
  await assert.rejects(gateway.refund(refund), { code: 'payment_gateway_unavailable' })
  await gateway.refund(refund)
  assert.equal((await gateway.listRefunds(gatewayPaymentId)).length, 1)
})

test('over TCP a limit tells when to come back, and the portal opens', async () => {
  remote.dashboard.changeSettings({ limited: true, writesPerSecond: 0 })
  const returnUrl = 'https://shop.example.test/billing'
  const busy = { code: 'payment_gateway_unavailable', retryAfterSeconds: 1 }
  await assert.rejects(gateway.openPortal({ ...about, returnUrl }), busy)
  remote.dashboard.changeSettings({ limited: false })
  const { url } = await gateway.openPortal({ ...about, returnUrl })
  const page = await fetch(`${baseUrl}${new URL(url).pathname}`)
  assert.match(await page.text(), /visa •••• 4242/)
})

test('over TCP what was missed is listed in the order it happened', async () => {
  const since = Temporal.Now.instant().subtract({ hours: 1 })
  const listed = await Array.fromAsync(gateway.listEvents({ since }))
  assert.deepEqual(
    listed.map((event) => event.id),
    remote.events().map((event) => event.id),
  )
})

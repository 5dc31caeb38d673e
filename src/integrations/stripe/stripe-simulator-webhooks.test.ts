import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, afterEach, beforeEach, test } from 'node:test'
import { Stripe } from 'stripe'
import type { GatewayEvent } from '#modules/billing/payment-gateway.ts'
import { isProblem } from '#platform/problem.ts'
import { stripeSimulator } from './stripe-simulator.ts'
import { stripeGateway } from './stripe.ts'

const secretKey = 'sk_test_webhooks'
const webhookSecret = 'whsec_webhooks'

/** A shop's endpoint over real HTTP: what it accepted, and how it is told to answer. */
let accepted: GatewayEvent[] = []
let answers: number[] = []
let signatures: string[] = []
const endpoint = createServer((request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const signature = String(request.headers['stripe-signature'] ?? '')
    signatures.push(signature)
    try {
      const event = shop.verifyEvent(Buffer.concat(chunks), signature || undefined)
      response.statusCode = answers.shift() ?? 200
      if (response.statusCode < 300) accepted.push(event)
    } catch (error) {
      response.statusCode = isProblem(error) ? 400 : 500
    }
    response.setHeader('location', '/elsewhere').end()
  })
}).listen(0, '127.0.0.1')
await once(endpoint, 'listening')
const webhookUrl = `http://127.0.0.1:${(endpoint.address() as { port: number }).port}/webhooks/stripe`

const sim = stripeSimulator({
  secretKey,
  webhookSecret,
  webhookUrl,
  publicUrl: 'http://stripe.localhost',
  retryDelaysMs: [10, 20, 60_000],
})
const shop = stripeGateway({
  secretKey,
  mode: 'test',
  webhookSecrets: [webhookSecret, 'whsec_next'],
  fetch: sim.fetch,
  wallClockMs: Date.now,
})
const sdk = new Stripe(secretKey, {
  host: 'stripe.localhost',
  protocol: 'http',
  port: 80,
  maxNetworkRetries: 0,
  httpClient: Stripe.createFetchHttpClient(sim.fetch),
})
after(async () => {
  await sim.close()
  endpoint.close()
})
beforeEach(() => {
  accepted = []
  answers = []
  signatures = []
})
afterEach(async () => {
  sim.webhooks.misbehave({})
  sim.webhooks.signWith([webhookSecret])
  sim.webhooks.hurry()
  await sim.settled()
})

async function happen(): Promise<string> {
  await sdk.customers.create({ name: 'Ada' })
  return sim.events().at(-1)?.id ?? ''
}
async function until(happened: () => boolean): Promise<void> {
  while (!happened()) await new Promise((done) => setTimeout(done, 5))
}

test('an event is signed and delivered over HTTP, once', async () => {
  const id = await happen()
  await sim.settled()
  assert.deepEqual(
    accepted.map((event) => event.id),
    [id],
  )
  const event = await sdk.events.retrieve(id)
  assert.equal(event.pending_webhooks, 0)
  assert.equal(event.api_version, '2026-10-28.endive')
})

test('an endpoint that fails or redirects is asked again with growing pauses until it answers 2xx', async () => {
  answers = [500, 302]
  const id = await happen()
  await sim.settled()
  assert.equal(accepted.length, 0)
  const waiting = await sdk.events.list({ delivery_success: false })
  assert.deepEqual(
    waiting.data.map((event) => event.id),
    [id],
  )
  await until(() => accepted.length > 0)
  await sim.settled()
  assert.equal(signatures.length, 3)
  const delivery = sim.webhooks.deliveries().find((each) => each.eventId === id)
  assert.deepEqual([delivery?.state, delivery?.attempts, delivery?.lastStatus], ['delivered', 3, 200])
  assert.deepEqual((await sdk.events.list({ delivery_success: false })).data, [])
})

test('a retry far away is not waited for, and can be brought forward', async () => {
  answers = [500, 500, 500]
  const id = await happen()
  await until(() => signatures.length >= 3)
  await sim.settled()
  assert.equal(accepted.length, 0)
  sim.webhooks.hurry()
  await sim.settled()
  assert.equal(accepted[0]?.id, id)
})

test('events are sent again, many times over, or late, on request', async () => {
  const id = await happen()
  await sim.settled()
  await sim.resend(id, 3)
  assert.equal(accepted.filter((event) => event.id === id).length, 4)
  sim.webhooks.misbehave({ copies: 2, delayMs: 30 })
  const late = await happen()
  await sim.settled()
  assert.equal(accepted.filter((event) => event.id === late).length, 0)
  await until(() => accepted.filter((event) => event.id === late).length >= 2)
})

test('events can be kept back and delivered the wrong way round', async () => {
  sim.webhooks.hold()
  const first = await happen()
  const second = await happen()
  await sim.settled()
  assert.equal(accepted.length, 0)
  await sim.deliverReordered()
  assert.deepEqual(
    accepted.map((event) => event.id),
    [second, first],
  )
})

test('while a secret is rolled every event bears two signatures', async () => {
  sim.webhooks.signWith(['whsec_retired', 'whsec_next'])
  await happen()
  await sim.settled()
  assert.match(signatures[0] ?? '', /^t=\d+,v1=[0-9a-f]{64},v1=[0-9a-f]{64}$/)
  assert.equal(accepted.length, 1)
})

test('forged, stale, altered and unsigned events are refused by the shop', async () => {
  const id = await happen()
  await sim.settled()
  for (const forgery of ['wrong_secret', 'stale', 'tampered', 'missing', 'garbage'] as const)
    assert.equal(await sim.webhooks.send(id, { forgery }), 400, forgery)
  assert.equal(accepted.length, 1)
  const foreign = await sim.webhooks.send(id, { change: (event) => ({ ...event, account: 'acct_other' }) })
  assert.equal(foreign, 200)
  assert.equal(accepted.at(-1)?.account, 'acct_other')
})

test('a payment tells its story in events the shop can follow', async () => {
  const { id } = await sdk.checkout.sessions.create({
    mode: 'payment',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 900, product_data: { name: 'VPS' } } }],
    success_url: 'https://shop.example.test/ok',
  })
  assert.throws(() => sim.pay(id, '4000000000000002'))
  sim.pay(id)
  await sim.settled()
  const types = new Set(accepted.map((event) => event.type))
  for (const type of [
    'payment_intent.payment_failed',
    'charge.failed',
    'payment_intent.succeeded',
    'checkout.session.completed',
  ])
    assert.ok(types.has(type), type)
  assert.equal(accepted.find((event) => event.type === 'payment_intent.payment_failed')?.failureCode, 'generic_decline')
  assert.equal(accepted.find((event) => event.type === 'checkout.session.completed')?.checkoutSessionId, id)
})

/** The simulator in a process of its own, as `ez simulators` runs it, so that it can be killed. */
async function startProcess(storeFile: string) {
  const program = `
    import { serve } from '@hono/node-server'
    import { stripeSimulator } from ${JSON.stringify(new URL('stripe-simulator.ts', import.meta.url).href)}
    const options = JSON.parse(process.argv[1])
    const sim = stripeSimulator(options)
    serve({ fetch: sim.app.fetch, port: 0, hostname: '127.0.0.1' }, ({ port }) => console.log(port))`
  const options = JSON.stringify({
    secretKey,
    webhookSecret,
    webhookUrl,
    publicUrl: 'http://x',
    storeFile,
    retryDelaysMs: [20],
  })
  const child = spawn(process.execPath, ['--input-type=module', '-e', program, options], {
    cwd: import.meta.dirname,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  const origin = `http://127.0.0.1:${String(port).trim()}`
  const headers = { authorization: `Bearer ${secretKey}`, 'content-type': 'application/x-www-form-urlencoded' }
  return {
    post: async (path: string, body: string, key: string) => {
      const answer = await fetch(`${origin}${path}`, {
        method: 'POST',
        body,
        headers: { ...headers, 'idempotency-key': key },
      })
      return { replayed: answer.headers.get('idempotent-replayed'), body: (await answer.json()) as { id: string } }
    },
    kill: async () => {
      child.kill('SIGKILL')
      await once(child, 'exit')
    },
  }
}

test('a simulator that is killed goes on where it was: objects, keys and undelivered events', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'stripe-'))
  try {
    answers = Array.from({ length: 1_000 }, () => 503)
    const first = await startProcess(join(folder, 'stripe.sqlite'))
    const made = await first.post('/v1/customers', 'name=Ada', 'crash-key')
    const paid = await first.post(
      '/v1/payment_intents',
      'amount=900&currency=eur&confirm=true&payment_method=pm_card_visa',
      'crash-pay',
    )
    await until(() => signatures.length > 0)
    await first.kill()
    assert.equal(accepted.length, 0)

    answers = []
    const second = await startProcess(join(folder, 'stripe.sqlite'))
    const again = await second.post('/v1/customers', 'name=Ada', 'crash-key')
    assert.deepEqual([again.replayed, again.body.id], ['true', made.body.id])
    const paidAgain = await second.post(
      '/v1/payment_intents',
      'amount=900&currency=eur&confirm=true&payment_method=pm_card_visa',
      'crash-pay',
    )
    assert.deepEqual([paidAgain.replayed, paidAgain.body.id], ['true', paid.body.id])
    await until(() => accepted.length >= 4)
    await second.kill()
    assert.deepEqual(
      new Set(accepted.map((event) => event.type)),
      new Set(['customer.created', 'payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded']),
    )
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

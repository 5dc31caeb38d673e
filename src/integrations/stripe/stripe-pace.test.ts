import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { openDatabase } from '#platform/database.ts'
import { inBackground, pacedFetch, postgresPace } from '#platform/pace.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { testServer } from '#test/support/test-server.ts'
import { endpointClass } from './stripe-endpoint.ts'
import { testStripe } from './stripe-simulator-test-gateway.ts'

const app = await createTestApp()
const { server } = await testServer()
const { rows } = await sql<{ name: string }>`select current_database() as name`.execute(app.db)
const url = server.url(rows[0]!.name)
const { stripe, gatewayOf, newCustomer, saveMethod } = testStripe()
const databases = [1, 2].map(() => openDatabase(url, () => undefined, 2))
after(async () => {
  await Promise.all(databases.map((each) => each.close()))
  await stripe.close()
  await app.close()
})

const PER_SECOND = 25
/** What left for Stripe, and how it was answered. */
const sent: { key: string; at: number; status: number }[] = []

/** Two processes of ours, as far as Stripe and the database can tell. */
const gateways = databases.map((database) =>
  gatewayOf({
    fetch: pacedFetch(
      async (input, init) => {
        const request = new Request(input, init)
        const at = performance.now()
        const answer = await stripe.fetch(request)
        sent.push({ key: endpointClass(request.method, new URL(request.url).pathname), at, status: answer.status })
        return answer
      },
      { pace: postgresPace(database), perSecond: PER_SECOND, keyOf: endpointClass },
    ),
  }),
)

const { gatewayCustomerId, customerId } = await newCustomer()
const gatewayMethodId = await saveMethod(gatewayCustomerId)
let serial = 0
function charge(gateway: PaymentGateway) {
  serial += 1
  return gateway.charge({
    key: `paced-${serial}`,
    gatewayCustomerId,
    gatewayMethodId,
    paymentId: `pay_${serial}`,
    customerId,
    invoiceId: undefined,
    amountMinor: 500n,
    currency: 'EUR',
    description: 'Renewal',
  })
}

/** The most that left within so many seconds. */
const busiest = (times: number[], seconds: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + seconds * 1_000).length))

test('two workers charge 200 cards without one 429, and a person who pays meanwhile hardly waits', async () => {
  stripe.dashboard.changeSettings({ limited: true, writesPerSecond: PER_SECOND })
  sent.length = 0
  const charges = Promise.all(
    gateways.map((gateway) =>
      inBackground(async () => {
        // As many at once as a worker has hands and takes at a time.
        let left = 100
        const hand = async (): Promise<void> => {
          while (left > 0) {
            left -= 1
            assert.equal((await charge(gateway)).state, 'succeeded')
          }
        }
        await Promise.all(Array.from({ length: 10 }, hand))
      }),
    ),
  )
  const people: { from: number; to: number }[] = []
  for (let n = 0; n < 10; n += 1) {
    await pause(400)
    const from = performance.now()
    assert.equal((await charge(gateways[n % 2]!)).state, 'succeeded')
    people.push({ from, to: performance.now() })
  }
  await charges
  const writes = sent.filter(({ key }) => key === 'stripe write payment_intents')
  assert.equal(writes.length, 210)
  assert.deepEqual(
    writes.filter(({ status }) => status === 429),
    [],
  )
  const waits = people.map(({ from, to }) => Math.round(to - from))
  assert.ok(Math.max(...waits) < 500, `people waited ${waits.join(', ')} ms`)
  const background = writes.map(({ at }) => at).filter((at) => !people.some(({ from, to }) => at >= from && at <= to))
  assert.ok(busiest(background, 5) <= 100, `the background sent ${busiest(background, 5)} in five seconds`)
  // A late timer may push two calls together, within what people leave unused.
  assert.ok(busiest(background, 1) <= 22, `the background sent ${busiest(background, 1)} in a second`)
  const took = (Math.max(...writes.map(({ at }) => at)) - Math.min(...writes.map(({ at }) => at))) / 1_000
  assert.ok(200 / took > 15, `the background reached ${(200 / took).toFixed(1)} a second`)
})

test('many who pay at once beside the background wait for each other, and none of them meets a 429', async () => {
  stripe.dashboard.changeSettings({ limited: true, writesPerSecond: PER_SECOND })
  sent.length = 0
  const background = inBackground(() => Promise.all(Array.from({ length: 30 }, () => charge(gateways[0]!))))
  await pause(1_000)
  const people = await Promise.all(Array.from({ length: 40 }, (_each, n) => charge(gateways[n % 2]!)))
  await background
  assert.ok(people.every(({ state }) => state === 'succeeded'))
  assert.equal(stripe.dashboard.settings().limitedCount, 0)
  const times = sent.map(({ at }) => at)
  assert.ok(busiest(times, 1) <= PER_SECOND, `${busiest(times, 1)} were sent in a second`)
})

test('when Stripe asks to be left alone, the background waits as long, and people do not', async () => {
  stripe.simulation.faults.push({
    path: '/v1/payment_intents',
    times: 1,
    action: { kind: 'answer', status: 429, afterActing: false },
  })
  await assert.rejects(charge(gateways[0]!), { code: 'payment_gateway_unavailable' })
  const from = performance.now()
  const late = inBackground(() => charge(gateways[1]!)).then(() => performance.now() - from)
  await charge(gateways[0]!)
  const person = performance.now() - from
  assert.ok(person < 500, `a person waited ${person} ms`)
  const waited = await late
  assert.ok(waited > 800, `the background waited ${waited} ms`)
})

test('whoever would have to wait very long is told when to come back, and nothing is sent', async () => {
  await sql`update call_paces set paused_until = now() + interval '30 seconds'`.execute(app.db)
  sent.length = 0
  await assert.rejects(
    inBackground(() => charge(gateways[0]!)),
    (error: { code?: string; retryAfterSeconds?: number }) =>
      error.code === 'payment_gateway_unavailable' && (error.retryAfterSeconds ?? 0) > 25,
  )
  assert.deepEqual(sent, [])
})

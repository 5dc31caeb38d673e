import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testStripe } from './stripe-simulator-test-gateway.ts'

let nowMs = Date.now()
const { stripe, gateway, newCustomer } = testStripe(() => nowMs)
after(() => stripe.close())

const listed = async (sinceMs: number): Promise<string[]> => {
  const since = Temporal.Instant.fromEpochMilliseconds(sinceMs)
  return (await Array.fromAsync(gateway.listEvents({ since }))).map((event) => event.id)
}
const happened = (): string[] => stripe.events().map((event) => event.id)

test('nothing is listed where nothing happened', async () => {
  assert.deepEqual(await listed(nowMs - 3_600_000), [])
})

test('events of more than two pages are listed oldest first, each once, from the very first on', async () => {
  for (let n = 0; n < 230; n += 1) await newCustomer()
  assert.deepEqual(await listed(nowMs - 3_600_000), happened())
})

test('only what happened since is listed, in the words of a webhook', async () => {
  nowMs += 7_200_000
  assert.deepEqual(await listed(nowMs - 3_600_000), [], 'long ago is not since')
  const since = nowMs
  const { gatewayCustomerId } = await newCustomer()
  for (let n = 0; n < 120; n += 1) await newCustomer()
  assert.deepEqual(await listed(since), happened().slice(-121))
  const [first] = await Array.fromAsync(gateway.listEvents({ since: Temporal.Instant.fromEpochMilliseconds(since) }))
  assert.deepEqual(first, {
    id: first?.id,
    type: 'customer.created',
    createdAt: Temporal.Instant.fromEpochMilliseconds(Math.floor(since / 1000) * 1000),
    livemode: false,
    account: undefined,
    objectId: gatewayCustomerId,
    checkoutSessionId: undefined,
    paymentId: undefined,
    failureCode: undefined,
    gatewaySubscriptionId: undefined,
    object: stripe.events().find(({ id }) => id === first?.id)?.data.object,
  })
})

test('trouble on the way is told, and what was listed before it stands', async () => {
  const since = Temporal.Instant.fromEpochMilliseconds(nowMs)
  const seen: string[] = []
  await assert.rejects(
    async () => {
      for await (const event of gateway.listEvents({ since })) {
        seen.push(event.id)
        const path = '/v1/events'
        if (seen.length === 50)
          stripe.simulation.faults.push({ path, times: 1, action: { kind: 'answer', status: 500, afterActing: false } })
      }
    },
    { code: 'payment_gateway_unavailable' },
  )
  assert.equal(seen.length, 100)
})

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { sql } from 'kysely'
import { buildOrder, buildPaymentPage } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getInvoice } from './billing-queries.ts'
import { catchUpGatewayEvents } from './catch-up-gateway-events.ts'

const app = await createTestApp()
after(() => app.close())

const catchUp = (signal = new AbortController().signal) => catchUpGatewayEvents.run(app, {}, signal)
const happened = (): string[] => app.stripe.events().map(({ id }) => id)

async function known(): Promise<string[]> {
  const rows = await app.db.selectFrom('gatewayEvents').select('id').execute()
  return rows.map(({ id }) => id)
}

async function jobsFor(ids: readonly string[]): Promise<number> {
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from queue.job
    where data->>'job' = 'billing.process-gateway-event' and data->'payload'->>'gatewayEventId' = any(${ids}::text[])`.execute(
    app.db,
  )
  return rows[0]!.count
}

/** Somebody makes customers in the gateway's own dashboard; each is a message. */
async function newCustomers(count: number): Promise<void> {
  for (let n = 0; n < count; n += 1) {
    const answer = await app.stripe.fetch('https://api.stripe.com/v1/customers', {
      method: 'POST',
      headers: {
        authorization: `Bearer ${app.config.stripe.secretKey.reveal()}`,
        'content-type': 'application/x-www-form-urlencoded',
      },
      body: 'email=jane%40example.test',
    })
    assert.equal(answer.status, 200)
  }
}

/** From here on nothing reaches us, as while we are down. */
beforeEach(async () => {
  await app.stripe.settled()
  app.stripe.webhooks.hold()
})

test('a payment made while we were down is found when we are back, and the message that comes later changes nothing', async () => {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  app.stripe.pay(payment.sessionId)
  await catchUp()
  await app.work()
  assert.equal((await getInvoice(app, bought.actor, bought.invoice.id)).state, 'paid')
  assert.deepEqual((await known()).toSorted(), happened().toSorted())

  await app.stripe.webhooks.release()
  await app.work()
  assert.equal(await jobsFor(happened()), happened().length, 'each message is worked by one job')
})

test('a gap of 5,000 messages is closed although the first try is killed, and nothing is stored or worked twice', async () => {
  await newCustomers(5_000)
  const killed = new AbortController()
  killed.abort(new Error('killed'))
  await assert.rejects(catchUp(killed.signal), /killed/)
  const half = await known()
  assert.ok(half.length > 0 && half.length < happened().length, `${half.length} are stored`)

  await catchUp()
  await catchUp()
  const ids = happened()
  assert.ok(ids.length >= 5_000)
  assert.deepEqual((await known()).toSorted(), ids.toSorted())
  assert.equal(await jobsFor(ids), ids.length)
})

test('two workers that start at once close the gap together', async () => {
  await newCustomers(600)
  await Promise.all([catchUp(), catchUp()])
  assert.deepEqual((await known()).toSorted(), happened().toSorted())
  assert.equal(await jobsFor(happened()), happened().length)
})

test('the next look asks only for what came since, and a little before', async () => {
  await sql`update gateway_cursors set seen_until = now() + interval '1 day'`.execute(app.db)
  await newCustomers(1)
  const before = await known()
  await catchUp()
  assert.deepEqual(await known(), before, 'what lies further back than the overlap is not asked for again')
  await sql`update gateway_cursors set seen_until = now()`.execute(app.db)
  await catchUp()
  assert.equal((await known()).length, before.length + 1)
})

test('a gateway that does not answer is asked again later, from where we were', async () => {
  await newCustomers(1)
  app.stripe.simulation.faults.push({
    path: '/v1/events',
    times: 1,
    action: { kind: 'answer', status: 500, afterActing: false },
  })
  await assert.rejects(catchUp(), { code: 'payment_gateway_unavailable' })
  await catchUp()
  assert.deepEqual((await known()).toSorted(), happened().toSorted())
})

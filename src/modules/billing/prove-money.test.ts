import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { catchUpGatewayEvents } from './catch-up-gateway-events.ts'
import { checkClearing } from './clearing-check.ts'
import { mirrorGateway } from './mirror-gateway.ts'
import { proveMoney } from './prove-money.ts'

const app = await createTestApp()
after(() => app.close())

const { signal } = new AbortController()
async function settle(): Promise<void> {
  await app.work()
  await mirrorGateway.run(app, {}, signal)
  await catchUpGatewayEvents.run(app, {}, signal)
  await app.work()
}

const first = await buildPaidOrder(app)

test('before the copy is complete nothing is said', async () => {
  assert.equal((await proveMoney(app)).settled, false)
  assert.deepEqual(await checkClearing(app), [])
})

test('what customers paid is in our books and at the gateway, to the cent', async () => {
  await buildPaidOrder(app)
  await settle()
  const proof = await proveMoney(app)
  assert.equal(proof.settled, true)
  const [euro] = proof.currencies
  assert.ok(euro && euro.ledgerMinor > 0n)
  assert.deepEqual(proof.currencies, [
    { currency: 'EUR', ledgerMinor: euro.ledgerMinor, gatewayMinor: euro.ledgerMinor, differenceMinor: 0n },
  ])
  assert.deepEqual(proof.payments, [])
})

test('money that was sent back in the dashboard is in our books by itself; what differs from the gateway is found, with its story', async () => {
  const gatewayPaymentId = first.payment.gatewayPaymentId ?? (await gatewayIdOf(first.payment.id))
  const answer = await app.stripe.fetch('http://127.0.0.1/v1/refunds', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.config.stripe.secretKey.reveal()}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({ payment_intent: gatewayPaymentId, amount: '100' }).toString(),
  })
  assert.equal(answer.status, 200)
  await settle()
  assert.deepEqual((await proveMoney(app)).payments, [])
  assert.deepEqual(await checkClearing(app), [])

  await sql`update stripe.refunds set data = jsonb_set(data, '{amount}', '150')`.execute(app.db)
  const { payments } = await proveMoney(app)
  const [differing] = payments
  assert.equal(payments.length, 1)
  assert.equal(differing?.paymentId, first.payment.id)
  assert.equal(differing.differenceMinor, 50n)
  assert.deepEqual(
    differing.story.map(({ kind, state }) => `${kind} ${state}`),
    ['charge succeeded', 'ledger payment', 'ledger refund', 'refund succeeded'],
  )
  const found = await checkClearing(app)
  assert.deepEqual(
    found.map(({ subjectId }) => subjectId),
    ['EUR', first.payment.id],
  )
})

test('what the bank took back counts with the payment it was taken of, while it is contested and when it is lost', async () => {
  const { payment } = await buildPaidOrder(app)
  const before = (await proveMoney(app)).payments
  const disputeId = app.stripe.dashboard.openDispute(await gatewayIdOf(payment.id))
  await settle()
  assert.deepEqual((await proveMoney(app)).payments, before)
  app.stripe.dashboard.decideDispute(disputeId, 'lost')
  await settle()
  const proof = await proveMoney(app)
  assert.equal(proof.settled, true)
  assert.deepEqual(proof.payments, before)
})

test('while a message waits to be worked nothing is said', async () => {
  await sql`insert into gateway_events (id, gateway, type, livemode, object_id, state, received_at)
    values ('evt_waits', 'stripe', 'charge.updated', false, 'ch_1', 'received', now())`.execute(app.db)
  assert.deepEqual(await checkClearing(app), [])
})

async function gatewayIdOf(paymentId: string): Promise<string> {
  const { gatewayPaymentId } = await app.db
    .selectFrom('payments')
    .select('gatewayPaymentId')
    .where('id', '=', paymentId)
    .executeTakeFirstOrThrow()
  assert.ok(gatewayPaymentId)
  return gatewayPaymentId
}

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { sql } from 'kysely'
import { buildOrder, buildPaymentPage } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getInvoice, getPayment } from './billing-queries.ts'
import { checkPendingPayments } from './check-pending-payments.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(() => {
  app.stripe.simulation.faults.length = 0
})

const check = () => checkPendingPayments.run(app, {}, new AbortController().signal)
const asked = async (): Promise<string[]> => {
  const { rows } = await sql<{ id: string }>`
    select data->'payload'->>'paymentId' as id from queue.job where data->>'job' = 'billing.check-payment' and state = 'created'`.execute(
    app.db,
  )
  return rows.map((row) => row.id)
}

/** The gateway's messages about this reach nobody. */
async function payUnheard(sessionId: string): Promise<void> {
  await app.stripe.settled()
  app.stripe.webhooks.hold()
  app.stripe.pay(sessionId)
}

test('when the gateway’s message is lost, the payment is found by asking, and the late message changes nothing', async () => {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  await payUnheard(payment.sessionId)
  app.advance({ minutes: 3 })
  await check()
  await app.work()
  assert.equal((await getPayment(app, bought.actor, payment.id)).state, 'succeeded')
  const paid = await getInvoice(app, bought.actor, bought.invoice.id)
  assert.equal(paid.state, 'paid')
  assert.ok(paid.number)

  await app.stripe.webhooks.release()
  await app.work()
  const ledger = await app.db
    .selectFrom('ledgerTransactions')
    .selectAll()
    .where('customerId', '=', bought.customer.id)
    .execute()
  assert.deepEqual(ledger.map(({ kind }) => kind).toSorted(), ['invoice', 'payment'])
})

test('a page that closed unheard frees the invoice for another attempt', async () => {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  await app.stripe.settled()
  app.stripe.webhooks.hold()
  await app.paymentGateway.expireCheckout(payment.sessionId)
  app.advance({ minutes: 3 })
  await check()
  await app.work()
  assert.equal((await getPayment(app, bought.actor, payment.id)).state, 'failed')
  assert.equal((await getInvoice(app, bought.actor, bought.invoice.id)).state, 'open')
  await app.stripe.webhooks.release()
  await app.work()
})

test('nobody is asked about what is new, or about what is over', async () => {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  await check()
  assert.ok(!(await asked()).includes(payment.id))
  await app.paymentGateway.expireCheckout(payment.sessionId)
  await app.work()
  app.advance({ minutes: 3 })
  await check()
  assert.ok(!(await asked()).includes(payment.id))
})

test('an open page is left open, and asked about again only after a while', async () => {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  app.advance({ minutes: 3 })
  await check()
  assert.deepEqual(await asked(), [payment.id])
  await app.work()
  assert.equal((await getPayment(app, bought.actor, payment.id)).state, 'pending')
  await check()
  assert.deepEqual(await asked(), [])
})

test('while the gateway is down the question is asked again later', async () => {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  await payUnheard(payment.sessionId)
  app.stripe.simulation.faults.push({
    method: 'GET',
    path: '/v1/checkout',
    times: 1,
    action: { kind: 'answer', status: 500, afterActing: false },
  })
  app.advance({ minutes: 3 })
  await check()
  await app.work()
  assert.equal((await getPayment(app, bought.actor, payment.id)).state, 'succeeded')
  await app.stripe.webhooks.release()
  await app.work()
})

test('hundreds of abandoned pages do not hide one that was paid', async () => {
  const bought = await buildOrder(app)
  const model = await buildPaymentPage(app, bought)
  await sql`insert into invoices select (jsonb_populate_record(i, jsonb_build_object('id', 'inv_abandoned' || n))).* from invoices i,
    generate_series(1, 600) n where i.id = ${bought.invoice.id}`.execute(app.db)
  await sql`insert into payments select (jsonb_populate_record(p, jsonb_build_object('id', 'pay_0' || n, 'invoice_id', 'inv_abandoned' || n,
    'session_id', 'cs_' || n))).* from payments p, generate_series(1, 600) n where p.id = ${model.id}`.execute(app.db)
  app.advance({ minutes: 3 })
  const seen = new Set<string>()
  for (let minute = 0; minute < 2; minute += 1) {
    await check()
    for (const id of await asked()) seen.add(id)
    await sql`delete from queue.job where data->>'job' = 'billing.check-payment'`.execute(app.db)
    app.advance({ minutes: 1 })
  }
  assert.ok(seen.has(model.id))
  assert.ok(seen.size >= 601)
  await sql`delete from payments where id like 'pay_0%' and session_id like 'cs_%' and invoice_id like 'inv_abandoned%'`.execute(
    app.db,
  )
  await sql`alter table invoices disable trigger invoices_stay`.execute(app.db)
  await sql`delete from invoices where id like 'inv_abandoned%'`.execute(app.db)
  await sql`alter table invoices enable trigger invoices_stay`.execute(app.db)
})

import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { buildCapturedOrder, buildCustomer, buildOrder, buildPaymentPage, type Bought } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from './billing-checks.ts'
import { getInvoice, getPayment } from './billing-queries.ts'
import { mismatchIdOf } from './hold-mismatch.ts'
import type { Payment } from './payment.ts'
import { processGatewayEvent } from './process-gateway-event.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(async () => {
  app.stripe.webhooks.misbehave({})
  await app.work()
})

const DECLINED = '4000000000000002'

type Opened = Bought & { payment: Payment & { sessionId: string } }

async function buildOpened(): Promise<Opened> {
  const bought = await buildOrder(app)
  return { ...bought, payment: await buildPaymentPage(app, bought) }
}
const invoiceOf = ({ actor, invoice }: Bought) => getInvoice(app, actor, invoice.id)
const paymentOf = ({ actor, payment }: Opened) => getPayment(app, actor, payment.id)
const stored = (id: string) => app.db.selectFrom('gatewayEvents').selectAll().where('id', '=', id).executeTakeFirst()
const eventNames = async (subjectId: string): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('events')
    .select('name')
    .where('subjectId', '=', subjectId)
    .orderBy('id')
    .execute()
  return rows.map(({ name }) => name)
}
const ledgerKinds = async ({ customer }: Bought): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('ledgerTransactions')
    .select('kind')
    .where('customerId', '=', customer.id)
    .execute()
  return rows.map(({ kind }) => kind).toSorted()
}
const completed = (sessionId: string): string =>
  app.stripe.events().find((event) => event.type === 'checkout.session.completed' && idOf(event) === sessionId)!.id
const idOf = (event: { data: { object: object } }): unknown => Reflect.get(event.data.object, 'id')

async function requirePaidOnce(bought: Opened): Promise<void> {
  const payment = await paymentOf(bought)
  assert.deepEqual([payment.state, payment.failureCode], ['succeeded', null])
  assert.equal((await invoiceOf(bought)).state, 'paid')
  assert.deepEqual(await ledgerKinds(bought), ['invoice', 'payment'])
  assert.equal((await eventNames(bought.invoice.id)).filter((name) => name === 'invoice.paid').length, 1)
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
}

async function requireNothingHappened(bought: Opened): Promise<void> {
  assert.equal((await paymentOf(bought)).state, 'pending')
  assert.equal((await invoiceOf(bought)).state, 'open')
  assert.deepEqual(await ledgerKinds(bought), [])
}

test('when the gateway tells of the money, the invoice is paid', async () => {
  const bought = await buildCapturedOrder(app)
  await app.work()
  await requirePaidOnce(bought)
  const event = await stored(completed(bought.payment.sessionId))
  assert.deepEqual([event?.state, event?.note], ['processed', 'paid'])
})

test('the same message many times has one effect', async () => {
  app.stripe.webhooks.misbehave({ copies: 3 })
  const bought = await buildCapturedOrder(app)
  await app.work()
  await app.stripe.resend(completed(bought.payment.sessionId), 5)
  await app.work()
  await requirePaidOnce(bought)
})

test('one message worked by two at once has one effect', async () => {
  const bought = await buildCapturedOrder(app)
  const payload = { gatewayEventId: completed(bought.payment.sessionId) }
  const { signal } = new AbortController()
  await Promise.all([1, 2, 3].map(() => processGatewayEvent.run(app, payload, signal)))
  await app.work()
  await requirePaidOnce(bought)
})

test('messages in the wrong order end as the right order does', async () => {
  const bought = await buildOpened()
  await app.stripe.settled()
  app.stripe.webhooks.hold()
  assert.throws(() => app.stripe.pay(bought.payment.sessionId, DECLINED))
  app.stripe.pay(bought.payment.sessionId)
  await app.stripe.deliverReordered()
  await app.work()
  await requirePaidOnce(bought)
})

test('a declined card is remembered while the page stays open, and another card pays', async () => {
  const bought = await buildOpened()
  assert.throws(() => app.stripe.pay(bought.payment.sessionId, DECLINED))
  await app.work()
  const refused = await paymentOf(bought)
  assert.deepEqual([refused.state, refused.failureCode], ['pending', 'generic_decline'])
  assert.ok((await eventNames(bought.payment.id)).includes('payment.card_refused'))
  assert.equal((await invoiceOf(bought)).state, 'open')
  app.stripe.pay(bought.payment.sessionId)
  await app.work()
  await requirePaidOnce(bought)
})

test('while the bank asks the holder nothing is paid, and once they have answered it is', async () => {
  const bought = await buildOpened()
  app.stripe.pay(bought.payment.sessionId, '4000002500003155')
  await app.work()
  await requireNothingHappened(bought)
  app.stripe.authenticate(bought.payment.sessionId, true)
  await app.work()
  await requirePaidOnce(bought)
})

test('a page that ran out fails the attempt and leaves the invoice to be paid', async () => {
  const bought = await buildOpened()
  await app.paymentGateway.expireCheckout(bought.payment.sessionId)
  await app.work()
  const payment = await paymentOf(bought)
  assert.deepEqual([payment.state, payment.failureCode], ['failed', 'expired'])
  assert.equal((await invoiceOf(bought)).state, 'open')
})

test('the money of a page whose opening was never heard of finds its payment', async () => {
  const bought = await buildOpened()
  const unheard = { sessionId: null, sessionUrl: null }
  await app.db.updateTable('payments').set(unheard).where('id', '=', bought.payment.id).execute()
  app.stripe.pay(bought.payment.sessionId)
  await app.work()
  await requirePaidOnce(bought)
})

test('forged, stale, altered and unsigned messages are refused and not stored', async () => {
  const bought = await buildCapturedOrder(app)
  const id = completed(bought.payment.sessionId)
  for (const forgery of ['wrong_secret', 'stale', 'tampered', 'missing', 'garbage'] as const) {
    const forged = `evt_forged_${forgery}`
    assert.equal(await app.stripe.webhooks.send(id, { forgery, change: (event) => ({ ...event, id: forged }) }), 400)
    assert.equal(await stored(forged), undefined)
  }
})

test('a message of another account is acknowledged and ignored', async () => {
  const bought = await buildOpened()
  await app.stripe.settled()
  const { id } = app.stripe.events().at(-1)!
  const change = (event: object) => ({ ...event, id: 'evt_foreign', account: 'acct_other' })
  assert.equal(await app.stripe.webhooks.send(id, { change }), 200)
  await app.work()
  assert.equal((await stored('evt_foreign'))?.state, 'ignored')
  await requireNothingHappened(bought)
})

test('a message of live mode is set aside in a shop that tests, and staff are told', async () => {
  await buildOpened()
  await app.stripe.settled()
  const { id } = app.stripe.events().at(-1)!
  const change = (event: object) => ({ ...event, id: 'evt_live', livemode: true })
  assert.equal(await app.stripe.webhooks.send(id, { change }), 200)
  await app.work()
  assert.deepEqual(
    [(await stored('evt_live'))?.state, (await stored('evt_live'))?.note],
    ['suspense', 'It is of live mode.'],
  )
  assert.deepEqual(await eventNames('evt_live'), ['gateway_event.suspense'])
})

test('money of the wrong amount, currency or customer is set aside, and staff are told', async () => {
  const { customer } = await buildCustomer(app)
  const wrongs: [Partial<Payment>, RegExp][] = [
    [{ amountMinor: 901n }, /over 900, not over 901 EUR/],
    [{ currency: 'USD' }, /in EUR, not in USD/],
    [{ customerId: customer.id }, /names customer cus_/],
  ]
  for (const [wrong, note] of wrongs) {
    const bought = await buildOpened()
    await app.db.updateTable('payments').set(wrong).where('id', '=', bought.payment.id).execute()
    app.stripe.pay(bought.payment.sessionId)
    await app.work()
    const event = await stored(completed(bought.payment.sessionId))
    assert.equal(event?.state, 'processed')
    assert.match(event.note ?? '', note)
    const held = await stored(mismatchIdOf(bought.payment))
    assert.deepEqual([held?.state, held?.note], ['suspense', event.note], 'staff have it once')
    assert.deepEqual(await eventNames(held!.id), ['gateway_event.suspense'])
    const { state } = await app.db
      .selectFrom('payments')
      .select('state')
      .where('id', '=', bought.payment.id)
      .executeTakeFirstOrThrow()
    assert.equal(state, 'failed', 'it waits no longer')
    assert.equal((await invoiceOf(bought)).state, 'open')
    assert.deepEqual(await ledgerKinds(bought), [])
  }
})

/** A page that somebody with our key opened beside the program. */
async function openBeside(metadata: Record<string, string>): Promise<string> {
  const form = new URLSearchParams({
    mode: 'payment',
    success_url: 'https://shop.example.com/ok',
    client_reference_id: metadata['payment_id'] ?? 'other',
    'line_items[0][quantity]': '1',
    'line_items[0][price_data][currency]': 'eur',
    'line_items[0][price_data][unit_amount]': '900',
    'line_items[0][price_data][product_data][name]': 'VPS',
  })
  for (const [name, value] of Object.entries(metadata)) form.set(`metadata[${name}]`, value)
  const answer = await app.stripe.fetch('http://stripe.localhost/v1/checkout/sessions', {
    method: 'POST',
    headers: {
      authorization: `Bearer ${app.config.stripe.secretKey.reveal()}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: form.toString(),
  })
  assert.equal(answer.status, 200)
  return ((await answer.json()) as { id: string }).id
}

test('a page of another application on our account is ignored', async () => {
  const foreign = await openBeside({ app: 'newsletter' })
  app.stripe.pay(foreign)
  await app.work()
  const event = await stored(completed(foreign))
  assert.deepEqual([event?.state, event?.note], ['ignored', 'It belongs to no payment of ours.'])
})

test('money on a second page for one payment is set aside, and the page we sent the customer to still counts', async () => {
  const bought = await buildOpened()
  const { id, invoiceId, customerId } = bought.payment
  const names = { app: 'ez-solutions', payment_id: id, invoice_id: invoiceId!, customer_id: customerId }
  const beside = await openBeside(names)
  app.stripe.pay(beside)
  await app.work()
  const event = await stored(completed(beside))
  assert.equal(event?.state, 'suspense')
  assert.deepEqual(await eventNames(event.id), ['gateway_event.suspense'])
  await requireNothingHappened(bought)

  await app.paymentGateway.expireCheckout(await openBeside(names))
  await app.work()
  await requireNothingHappened(bought)
  app.stripe.pay(bought.payment.sessionId)
  await app.work()
  await requirePaidOnce(bought)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Stripe } from 'stripe'
import { stripeSimulator } from './stripe-simulator.ts'

const secretKey = 'sk_test_payments'
let nowMs = Date.now()
const sim = stripeSimulator({
  secretKey,
  webhookSecret: 'whsec_payments',
  publicUrl: 'http://stripe.localhost',
  now: () => nowMs,
})
after(() => sim.close())

const sdk = new Stripe(secretKey, {
  host: 'stripe.localhost',
  protocol: 'http',
  port: 80,
  maxNetworkRetries: 0,
  httpClient: Stripe.createFetchHttpClient(sim.fetch),
})

const { id: customer } = await sdk.customers.create({ name: 'Ada' })
const charge = (payment_method: string, more: Partial<Stripe.PaymentIntentCreateParams> = {}) =>
  sdk.paymentIntents.create({
    amount: 900,
    currency: 'eur',
    customer,
    off_session: true,
    confirm: true,
    payment_method,
    ...more,
  })
const typesSince = (count: number): string[] =>
  sim
    .events()
    .slice(count)
    .map((event) => event.type)

async function openSession(keepCard = true): Promise<string> {
  const line = { quantity: 1, price_data: { currency: 'eur', unit_amount: 900, product_data: { name: 'VPS' } } }
  const { id } = await sdk.checkout.sessions.create({
    mode: 'payment',
    customer,
    line_items: [line],
    success_url: 'https://shop.example.test/ok',
    ...(keepCard ? { payment_intent_data: { setup_future_usage: 'off_session' as const } } : {}),
  })
  return id
}

test('a card pays off session; the charge is captured once', async () => {
  const before = sim.events().length
  const intent = await charge('pm_card_visa')
  assert.equal(intent.status, 'succeeded')
  assert.equal(intent.amount_received, 900)
  assert.deepEqual(typesSince(before), ['payment_intent.created', 'charge.succeeded', 'payment_intent.succeeded'])
  assert.equal(sim.effects().get(intent.id)?.length, 1)
  await assert.rejects(sdk.paymentIntents.confirm(intent.id, { payment_method: 'pm_card_visa' }), {
    code: 'payment_intent_unexpected_state',
  })
  await assert.rejects(sdk.paymentIntents.cancel(intent.id), { code: 'payment_intent_unexpected_state' })
  assert.equal(sim.effects().get(intent.id)?.length, 1)
})

test('a refused card is a 402 that tells why, and the intent waits for another card', async () => {
  for (const [method, code, decline] of [
    ['pm_card_chargeDeclined', 'card_declined', 'generic_decline'],
    ['pm_card_chargeDeclinedInsufficientFunds', 'card_declined', 'insufficient_funds'],
    ['pm_card_chargeCustomerFail', 'card_declined', 'generic_decline'],
    ['pm_card_visa_chargeDeclinedLostCard', 'card_declined', 'lost_card'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', undefined],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', undefined],
    ['pm_card_chargeDeclinedProcessingError', 'processing_error', undefined],
    ['pm_card_authenticationRequired', 'authentication_required', 'authentication_required'],
  ] as const) {
    const before = sim.events().length
    await assert.rejects(charge(method), (error: InstanceType<typeof Stripe.errors.StripeCardError>) => {
      assert.deepEqual(
        [error.statusCode, error.rawType, error.code, error.decline_code || undefined],
        [402, 'card_error', code, decline],
      )
      assert.equal(error.payment_intent?.status, 'requires_payment_method')
      assert.match(error.charge ?? '', /^ch_/)
      assert.equal(sim.effects().get(error.payment_intent.id), undefined, 'no money moved')
      return true
    })
    assert.deepEqual(typesSince(before), ['payment_intent.created', 'charge.failed', 'payment_intent.payment_failed'])
  }
})

test('a card that asks its holder on session asks no more once it was saved', async () => {
  const id = await openSession()
  assert.equal(sim.pay(id, '4000002500003155').status, 'open')
  sim.authenticate(id, true)
  const { data } = await sdk.customers.listPaymentMethods(customer)
  const saved = data.find((method) => method.card?.last4 === '3155')
  assert.equal((await charge(saved?.id ?? '')).status, 'succeeded')
  await assert.rejects(charge('pm_card_threeDSecure2Required'), { code: 'authentication_required' })
})

test('over the API the holder is sent to her bank and back', async () => {
  const intent = await charge('pm_card_threeDSecure2Required', {
    off_session: false,
    return_url: 'https://shop.example.test/back?a=1',
  })
  assert.equal(intent.status, 'requires_action')
  const url = intent.next_action?.redirect_to_url?.url ?? ''
  assert.match(await (await sim.fetch(url)).text(), /Confirm with your bank/)
  const answer = await sim.fetch(url, { method: 'POST', body: 'result=fail', redirect: 'manual' })
  assert.equal(answer.status, 303)
  const back = new URL(answer.headers.get('location') ?? '')
  assert.equal(back.searchParams.get('payment_intent'), intent.id)
  assert.equal(back.searchParams.get('a'), '1')
  const failed = await sdk.paymentIntents.retrieve(intent.id)
  assert.equal(failed.last_payment_error?.code, 'payment_intent_authentication_failure')
  assert.equal((await sim.fetch(url)).status, 404, 'there is nothing to answer any more')
})

test('a method belongs to one customer, and is of no use once taken away', async () => {
  const attached = await sdk.paymentMethods.attach('pm_card_visa', { customer })
  const { id: other } = await sdk.customers.create({ name: 'Eve' })
  await assert.rejects(charge(attached.id, { customer: other }), /different Customer/)
  await assert.rejects(sdk.paymentMethods.attach(attached.id, { customer: other }), /different Customer/)
  assert.equal((await sdk.paymentMethods.detach(attached.id)).customer, null)
  await assert.rejects(charge(attached.id), /may not be used again/)
  await assert.rejects(sdk.paymentMethods.detach(attached.id), /not attached/)
  const once = await charge('pm_card_visa')
  await assert.rejects(charge(once.payment_method as string), /may not be used again/)
})

test('a paid session keeps its card when asked, and only then', async () => {
  const count = async (): Promise<number> =>
    (await sdk.customers.listPaymentMethods(customer, { limit: 100 })).data.length
  const before = await count()
  sim.pay(await openSession(false))
  assert.equal(await count(), before)
  const events = sim.events().length
  sim.pay(await openSession(true))
  assert.equal(await count(), before + 1)
  assert.deepEqual(typesSince(events), [
    'payment_intent.created',
    'payment_method.attached',
    'charge.succeeded',
    'payment_intent.succeeded',
    'checkout.session.completed',
  ])
})

test('a session closes by itself, for good, and its unpaid intent with it', async () => {
  const id = await openSession()
  assert.throws(() => sim.pay(id, '4000000000000002'))
  const { payment_intent } = await sdk.checkout.sessions.retrieve(id)
  nowMs += 86_400_000
  const before = sim.events().length
  sim.tick()
  assert.deepEqual(typesSince(before), ['payment_intent.canceled', 'checkout.session.expired'])
  sim.tick()
  assert.equal(sim.events().length, before + 2, 'once')
  assert.equal(sim.pay(id).status, 'expired', 'nobody can pay on it')
  assert.equal(sim.effects().get(payment_intent as string), undefined)
  await assert.rejects(sdk.checkout.sessions.expire(id), { statusCode: 400 })
})

test('refunds never exceed the charge, and a refund that fails later gives the money back to us', async () => {
  const { id } = await charge('pm_card_refundFail')
  await assert.rejects(sdk.refunds.create({ payment_intent: id, amount: 901 }), { param: 'amount' })
  const refund = await sdk.refunds.create({ payment_intent: id, amount: 400 })
  assert.equal(refund.status, 'succeeded')
  nowMs += 5_000
  sim.tick()
  assert.equal((await sdk.refunds.retrieve(refund.id)).status, 'failed')
  const visa = await charge('pm_card_visa')
  await sdk.refunds.create({ payment_intent: visa.id, amount: 400 })
  await sdk.refunds.create({ payment_intent: visa.id })
  await assert.rejects(sdk.refunds.create({ payment_intent: visa.id }), { code: 'charge_already_refunded' })
  const { data } = await sdk.charges.list({ payment_intent: visa.id })
  assert.deepEqual([data[0]?.amount_refunded, data[0]?.refunded], [900, true])
  await assert.rejects(sdk.refunds.create({ payment_intent: 'pi_none' }), { code: 'resource_missing' })
})

test('a disputed charge cannot be refunded', async () => {
  const { id } = await charge('pm_card_createDispute')
  const { data } = await sdk.disputes.list({ payment_intent: id })
  assert.equal(data[0]?.status, 'needs_response')
  await assert.rejects(sdk.refunds.create({ payment_intent: id }), { code: 'charge_disputed' })
})

test('a setup keeps a card without charging it', async () => {
  const succeeded = () => sim.events().filter((event) => event.type === 'charge.succeeded').length
  const before = succeeded()
  const { id } = await sdk.checkout.sessions.create({
    mode: 'setup',
    currency: 'eur',
    customer,
    success_url: 'https://shop.example.test/ok',
  })
  assert.throws(() => sim.pay(id, '4000000000000002'), /declined/)
  sim.pay(id, '4000002760003184')
  sim.authenticate(id, true)
  const done = await sdk.checkout.sessions.retrieve(id, { expand: ['setup_intent'] })
  assert.deepEqual([done.status, done.payment_status], ['complete', 'no_payment_required'])
  assert.equal((done.setup_intent as Stripe.SetupIntent).status, 'succeeded')
  const fails = await sdk.setupIntents.create({ customer, confirm: true, payment_method: 'pm_card_chargeCustomerFail' })
  assert.equal(fails.status, 'succeeded', 'attaches without complaint')
  await assert.rejects(charge(fails.payment_method as string), { code: 'card_declined' })
  assert.equal(succeeded(), before)
})

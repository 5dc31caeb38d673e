import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { Stripe } from 'stripe'
import { stripeSimulator } from './stripe-simulator.ts'

const secretKey = 'sk_test_subscriptions'
const webhookSecret = 'whsec_subscriptions'
const sim = stripeSimulator({ secretKey, webhookSecret, publicUrl: 'http://stripe.localhost' })
after(() => sim.close())
const sdk = new Stripe(secretKey, {
  host: 'stripe.localhost',
  protocol: 'http',
  port: 80,
  maxNetworkRetries: 0,
  httpClient: Stripe.createFetchHttpClient(sim.fetch),
})

const DAY = 86_400
const START = Date.UTC(2027, 0, 31) / 1000
const { id: product } = await sdk.products.create({ name: 'VPS' })
const monthly = (unit_amount: number) =>
  sdk.prices.create({ product, currency: 'eur', unit_amount, recurring: { interval: 'month' } })
const { id: small } = await monthly(1_000)
const { id: large } = await monthly(3_000)
const yearly = await sdk.prices.create({
  product,
  currency: 'eur',
  unit_amount: 10_000,
  recurring: { interval: 'year' },
})

async function buyer(card = 'pm_card_visa', change: Partial<Stripe.SubscriptionCreateParams> = {}) {
  const clock = await sdk.testHelpers.testClocks.create({ frozen_time: START, name: 'A month and more' })
  const { id: customer } = await sdk.customers.create({ name: 'Ada', test_clock: clock.id })
  const { id: method } = await sdk.paymentMethods.attach(card, { customer })
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: method } })
  const subscription = await sdk.subscriptions.create({ customer, items: [{ price: small }], ...change })
  const advance = async (seconds: number) => {
    await sdk.testHelpers.testClocks.advance(clock.id, { frozen_time: seconds })
    assert.equal((await sdk.testHelpers.testClocks.retrieve(clock.id)).status, 'advancing')
    sim.tick()
    const arrived = await sdk.testHelpers.testClocks.retrieve(clock.id)
    assert.deepEqual([arrived.status, arrived.frozen_time], ['ready', seconds])
  }
  const invoices = async () => (await sdk.invoices.list({ subscription: subscription.id })).data
  const now = () => sdk.subscriptions.retrieve(subscription.id)
  return { clock, customer, subscription, advance, invoices, now }
}
const days = (from: number, count: number): number => from + count * DAY
const told = (objectId: string): string[] =>
  sim
    .events()
    .filter((event) => event.data.object['id'] === objectId)
    .map((event) => event.type)

test('a subscription that can be charged is active at once, and its invoice paid', async () => {
  const { subscription, invoices } = await buyer()
  assert.equal(subscription.status, 'active')
  const [item] = subscription.items.data
  assert.deepEqual([item?.current_period_start, item?.current_period_end], [START, Date.UTC(2027, 1, 28) / 1000])
  const [invoice] = await invoices()
  assert.deepEqual(
    [invoice?.status, invoice?.amount_paid, invoice?.billing_reason, invoice?.id],
    ['paid', 1_000, 'subscription_create', subscription.latest_invoice],
  )
  assert.match(invoice?.number ?? '', /-0001$/)
  const { data } = await sdk.invoicePayments.list({ invoice: invoice?.id ?? '' })
  const intent = await sdk.paymentIntents.retrieve(data[0]?.payment.payment_intent as string)
  assert.deepEqual([intent.status, intent.amount], ['succeeded', 1_000])
  assert.deepEqual(told(invoice?.id ?? ''), [
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_succeeded',
  ])
})

test('a subscription that waits for its first payment becomes active when that is made, or ends after a day', async () => {
  const input = {
    payment_behavior: 'default_incomplete',
    payment_settings: { save_default_payment_method: 'on_subscription' },
    expand: ['latest_invoice.confirmation_secret', 'latest_invoice.payments'],
  } as const
  const { subscription, now } = await buyer('pm_card_visa', { ...input, expand: [...input.expand] })
  assert.equal(subscription.status, 'incomplete')
  const invoice = subscription.latest_invoice as Stripe.Invoice
  const intentId = invoice.payments?.data[0]?.payment.payment_intent as string
  assert.ok(invoice.confirmation_secret?.client_secret.startsWith(intentId))
  await sdk.paymentIntents.confirm(intentId, { payment_method: 'pm_card_mastercard' })
  const active = await now()
  assert.equal(active.status, 'active')
  assert.match(active.default_payment_method as string, /^pm_/)

  const late = await buyer('pm_card_visa', { payment_behavior: 'default_incomplete' })
  await late.advance(days(START, 1))
  assert.equal((await late.now()).status, 'incomplete_expired')
  assert.equal((await late.invoices())[0]?.status, 'void')
})

test('a month later it renews: drafted at the end of the period, final and paid an hour later, from the same anchor', async () => {
  const { advance, invoices, now, subscription } = await buyer()
  const end = Date.UTC(2027, 1, 28) / 1000
  await advance(end + 60)
  assert.deepEqual(
    (await invoices()).map((each) => [each.status, each.billing_reason]),
    [
      ['draft', 'subscription_cycle'],
      ['paid', 'subscription_create'],
    ],
  )
  await advance(end + 3_700)
  const [renewal] = await invoices()
  assert.deepEqual([renewal?.status, renewal?.amount_paid, renewal?.created], ['paid', 1_000, end])
  const [item] = (await now()).items.data
  assert.deepEqual([item?.current_period_start, item?.current_period_end], [end, Date.UTC(2027, 2, 31) / 1000])
  assert.ok(told(subscription.id).includes('customer.subscription.updated'))
})

test('a renewal that is refused is tried again for two weeks, and then the subscription ends', async () => {
  const { advance, invoices, now, customer } = await buyer()
  const { id: broken } = await sdk.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: broken } })
  const end = Date.UTC(2027, 1, 28) / 1000
  await advance(end + 3_700)
  assert.equal((await now()).status, 'past_due')
  const [open] = await invoices()
  assert.deepEqual([open?.status, open?.attempt_count, open?.next_payment_attempt], ['open', 1, days(end + 3_600, 3)])
  await advance(days(end, 16))
  const ended = await now()
  assert.deepEqual([ended.status, ended.cancellation_details?.reason], ['canceled', 'payment_failed'])
  const [left] = await invoices()
  assert.deepEqual([left?.status, left?.attempt_count, left?.next_payment_attempt], ['open', 4, null])
  assert.equal(told(left?.id ?? '').filter((type) => type === 'invoice.payment_failed').length, 4)
})

test('a method that was taken away is a failed attempt, and so is having none', async () => {
  const { advance, now, invoices, customer, subscription } = await buyer()
  const { id: own } = await sdk.paymentMethods.attach('pm_card_visa', { customer })
  await sdk.subscriptions.update(subscription.id, { default_payment_method: own })
  await sdk.paymentMethods.detach(own)
  const end = Date.UTC(2027, 1, 28) / 1000
  await advance(end + 3_700)
  assert.deepEqual([(await now()).status, (await invoices())[0]?.attempt_count], ['past_due', 1])
  await sdk.subscriptions.update(subscription.id, { default_payment_method: '' })
  const { data } = await sdk.customers.listPaymentMethods(customer)
  await sdk.paymentMethods.detach(data[0]?.id ?? '')
  await advance(days(end, 4))
  assert.equal((await invoices())[0]?.attempt_count, 2)
})

test('nothing more happens to a draft whose customer is gone', async () => {
  const { id: customer } = await sdk.customers.create({ name: 'Gone' })
  await sdk.invoiceItems.create({ customer, amount: 500, currency: 'eur' })
  const draft = await sdk.invoices.create({ customer, auto_advance: true, pending_invoice_items_behavior: 'include' })
  await sdk.customers.del(customer)
  sim.tick()
  assert.equal((await sdk.invoices.retrieve(draft.id)).status, 'draft')
})

test('a card that works again between two tries makes the subscription active', async () => {
  const { advance, now, invoices, customer } = await buyer()
  const { id: broken } = await sdk.paymentMethods.attach('pm_card_chargeCustomerFail', { customer })
  const { id: good } = await sdk.paymentMethods.attach('pm_card_visa', { customer })
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: broken } })
  const end = Date.UTC(2027, 1, 28) / 1000
  await advance(end + 3_700)
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: good } })
  await advance(days(end, 4))
  assert.equal((await now()).status, 'active')
  assert.equal((await invoices())[0]?.status, 'paid')
})

test('a larger plan halfway through is credited and charged to the second', async () => {
  const { advance, customer, subscription, invoices } = await buyer()
  const half = days(START, 14)
  await advance(half)
  const item = subscription.items.data[0]?.id ?? ''
  const changed = await sdk.subscriptions.update(subscription.id, { items: [{ id: item, price: large }] })
  assert.deepEqual(
    changed.items.data.map((each) => [each.id, each.price.id]),
    [[item, large]],
  )
  const { data: pending } = await sdk.invoiceItems.list({ customer, pending: true })
  assert.deepEqual(
    pending.map((each) => [each.amount, each.proration]),
    [
      [1_500, true],
      [-500, true],
    ],
  )
  await advance(Date.UTC(2027, 1, 28) / 1000 + 3_700)
  const [renewal] = await invoices()
  assert.deepEqual([renewal?.total, renewal?.lines.data.length], [4_000, 3])
  assert.deepEqual((await sdk.invoiceItems.list({ customer, pending: true })).data, [])
})

test('a larger plan can be charged at once, and one of another length begins a new period', async () => {
  const { subscription, invoices, now } = await buyer()
  const item = subscription.items.data[0]?.id ?? ''
  await sdk.subscriptions.update(subscription.id, {
    items: [{ id: item, price: large }],
    proration_behavior: 'always_invoice',
  })
  const [difference] = await invoices()
  assert.deepEqual([difference?.amount_paid, difference?.billing_reason], [2_000, 'subscription_update'])
  await sdk.subscriptions.update(subscription.id, { items: [{ id: item, price: yearly.id }] })
  const [year] = await invoices()
  assert.deepEqual([year?.amount_paid, year?.status], [7_000, 'paid'])
  assert.equal((await now()).items.data[0]?.current_period_end, Date.UTC(2028, 0, 31) / 1000)
  await sdk.subscriptions.update(subscription.id, { items: [{ id: item, quantity: 2 }], proration_behavior: 'none' })
  assert.equal((await invoices()).length, 3)
})

test('a trial costs nothing until it ends', async () => {
  const { subscription, invoices, advance, now } = await buyer('pm_card_visa', { trial_period_days: 7 })
  assert.deepEqual([subscription.status, subscription.trial_end], ['trialing', days(START, 7)])
  assert.equal((await invoices())[0]?.amount_due, 0)
  await advance(days(START, 8))
  assert.equal((await now()).status, 'active')
  assert.equal((await invoices())[0]?.amount_paid, 1_000)
})

test('it ends at the end of its period or at once, and what is unused can be given back', async () => {
  const later = await buyer()
  const marked = await sdk.subscriptions.update(later.subscription.id, { cancel_at_period_end: true })
  assert.deepEqual([marked.status, marked.cancel_at], ['active', Date.UTC(2027, 1, 28) / 1000])
  await later.advance(Date.UTC(2027, 2, 1) / 1000)
  assert.equal((await later.now()).status, 'canceled')
  assert.equal((await later.invoices()).length, 1)

  const { subscription, customer, invoices } = await buyer()
  const ended = await sdk.subscriptions.cancel(subscription.id, {
    prorate: true,
    invoice_now: true,
    cancellation_details: { comment: 'Too slow', feedback: 'low_quality' },
  })
  assert.deepEqual([ended.status, ended.cancellation_details?.comment], ['canceled', 'Too slow'])
  const [credit] = await invoices()
  assert.deepEqual([credit?.total, credit?.amount_due, credit?.status], [-1_000, 0, 'paid'])
  assert.equal(((await sdk.customers.retrieve(customer)) as Stripe.Customer).balance, -1_000)
  await assert.rejects(sdk.subscriptions.cancel(subscription.id), { code: 'resource_missing' })
})

test('it can be paused and go on, or run on without being collected', async () => {
  const { subscription, advance, invoices, now } = await buyer()
  const paused = await sdk.subscriptions.pause(subscription.id, { type: 'subscription' })
  assert.deepEqual([paused.status, paused.status_details?.paused.subscription.type], ['paused', 'pause_requested'])
  await advance(days(START, 40))
  assert.equal((await invoices()).length, 1)
  const resumed = await sdk.subscriptions.resume(subscription.id)
  assert.equal(resumed.status, 'active')
  assert.equal((await invoices())[0]?.amount_paid, 1_000)

  const start = (await now()).items.data[0]?.current_period_end ?? 0
  await sdk.subscriptions.update(subscription.id, { pause_collection: { behavior: 'void' } })
  await advance(start + 3_700)
  assert.deepEqual([(await now()).status, (await invoices())[0]?.status], ['active', 'void'])
})

test('existing subscriptions are found by customer, state and clock', async () => {
  const { subscription, customer, clock } = await buyer()
  const ids = async (filter: Stripe.SubscriptionListParams) =>
    (await sdk.subscriptions.list({ limit: 100, ...filter })).data.map((each) => each.id)
  assert.deepEqual(await ids({ customer }), [subscription.id])
  assert.deepEqual(await ids({ test_clock: clock.id }), [subscription.id])
  assert.ok(!(await ids({})).includes(subscription.id), 'what lives by a clock is only shown when asked for')
  await sdk.subscriptions.cancel(subscription.id)
  assert.deepEqual(await ids({ customer }), [])
  assert.deepEqual(await ids({ customer, status: 'ended' }), [subscription.id])
  assert.deepEqual(await ids({ customer, status: 'all', price: large }), [])
})

test('a clock goes forward alone, and not too far; with it go its customers', async () => {
  const { clock, customer } = await buyer()
  const to = (frozen_time: number) => sdk.testHelpers.testClocks.advance(clock.id, { frozen_time })
  await assert.rejects(to(START), /moved forward/)
  await assert.rejects(to(days(START, 62)), /two intervals/)
  for (let n = 0; n < 2; n += 1) await sdk.customers.create({ test_clock: clock.id })
  await assert.rejects(sdk.customers.create({ test_clock: clock.id }), /at most 3 customers/)
  await sdk.testHelpers.testClocks.del(clock.id)
  assert.equal((await sdk.customers.retrieve(customer)).deleted, true)
  await assert.rejects(sdk.testHelpers.testClocks.retrieve(clock.id), { code: 'resource_missing' })
})

test('parameters that are unknown, or of the past, are refused', async () => {
  const { subscription, customer } = await buyer()
  const unknown = { code: 'parameter_unknown' }
  const odd = (params: object) => params as never
  await assert.rejects(sdk.subscriptions.create(odd({ customer, items: [{ price: small }], coupon: 'x' })), unknown)
  await assert.rejects(sdk.subscriptions.update(subscription.id, odd({ payment_method_types: ['card'] })), unknown)
  await assert.rejects(sdk.prices.update(small, odd({ unit_amount: 1 })), unknown)
  await assert.rejects(sdk.products.create(odd({ name: 'X', colour: 'red' })), unknown)
  await assert.rejects(sdk.invoices.create(odd({ customer, coupon: 'x' })), unknown)
  await assert.rejects(sdk.subscriptions.create({ customer, items: [{ price: 'price_none' }] }), {
    code: 'resource_missing',
  })
})

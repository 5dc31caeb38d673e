import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { Stripe } from 'stripe'
import { z } from 'zod'
import { signatureOf } from './stripe-simulator-signature.ts'
import { stripeSimulator } from './stripe-simulator.ts'
import { stripeGateway } from './stripe.ts'

const contracts = new URL('../../../../shared/contracts/', import.meta.url)
const skip = existsSync(contracts) ? false : 'skipped: contracts not present'
const readContract = (path: string): unknown => JSON.parse(readFileSync(new URL(path, contracts), 'utf8'))

const secretKey = 'sk_test_contract'
const sim = stripeSimulator({ secretKey, webhookSecret: 'whsec_contract', publicUrl: 'http://stripe.localhost' })
after(() => sim.close())
const answers: { path: string; body: { object?: string; error?: object } }[] = []

/** The official SDK; every answer it gets is kept for checking. */
const sdk = new Stripe(secretKey, {
  apiVersion: '2026-10-28.endive',
  host: 'stripe.localhost',
  port: 80,
  protocol: 'http',
  maxNetworkRetries: 0,
  telemetry: false,
  httpClient: Stripe.createFetchHttpClient(async (input, init) => {
    const response = await sim.fetch(input, init)
    const path = `${init?.method} ${typeof input === 'string' ? input : ''}`
    answers.push({ path, body: (await response.clone().json()) as { object?: string } })
    return response
  }),
})

const metadata = { app: 'ez-solutions', payment_id: 'pay_1' }
const openSession = (customer: string) =>
  sdk.checkout.sessions.create({
    mode: 'payment',
    customer,
    client_reference_id: 'pay_1',
    line_items: [{ quantity: 1, price_data: { currency: 'eur', unit_amount: 900, product_data: { name: 'VPS' } } }],
    metadata,
    payment_intent_data: { setup_future_usage: 'off_session', metadata },
    success_url: 'https://shop.example.test/ok',
    cancel_url: 'https://shop.example.test/back',
  })

const quietly = (promise: Promise<unknown>): Promise<unknown> => promise.catch(() => undefined)

/** Everything the simulator can answer, at least once. */
async function useEverything(): Promise<void> {
  const { id: customer } = await sdk.customers.create({
    email: 'a@example.test',
    name: 'Ada',
    address: { city: 'Wien', country: 'AT' },
    metadata: { user_id: '1' },
  })
  await sdk.customers.update(customer, { name: 'Ada L.' })
  const paid = await openSession(customer)
  assert.throws(() => sim.pay(paid.id, '4000000000000002'))
  sim.pay(paid.id, '4000002500003155')
  sim.authenticate(paid.id, false)
  sim.pay(paid.id, '4000002500003155')
  sim.authenticate(paid.id, true)
  await sdk.checkout.sessions.retrieve(paid.id, {
    expand: ['payment_intent.payment_method', 'payment_intent.latest_charge', 'customer', 'line_items'],
  })
  await sdk.checkout.sessions.listLineItems(paid.id)
  await sdk.checkout.sessions.expire((await openSession(customer)).id)
  const setup = await sdk.checkout.sessions.create({
    mode: 'setup',
    currency: 'eur',
    customer,
    success_url: 'https://shop.example.test/ok',
  })
  assert.throws(() => sim.pay(setup.id, '4000000000000002'))
  sim.pay(setup.id)
  await sdk.checkout.sessions.list({ expand: ['data.payment_intent'] })

  const { data: methods } = await sdk.customers.listPaymentMethods(customer, { type: 'card' })
  const payment_method = methods[0]?.id ?? ''
  await sdk.customers.update(customer, { invoice_settings: { default_payment_method: payment_method } })
  const offSession = { amount: 900, currency: 'eur', customer, off_session: true, confirm: true } as const
  const charged = await sdk.paymentIntents.create({ ...offSession, payment_method, expand: ['latest_charge'] })
  for (const card of ['pm_card_chargeDeclined', 'pm_card_authenticationRequired', 'pm_card_chargeDeclinedExpiredCard'])
    await quietly(sdk.paymentIntents.create({ ...offSession, payment_method: card }))
  const waiting = await sdk.paymentIntents.create({ amount: 900, currency: 'eur' })
  await sdk.paymentIntents.confirm(waiting.id, {
    payment_method: 'pm_card_threeDSecure2Required',
    return_url: 'https://shop.example.test/back',
  })
  await sdk.paymentIntents.cancel(waiting.id, { cancellation_reason: 'abandoned' })
  await sdk.paymentIntents.list()
  await sdk.setupIntents.create({ customer, confirm: true, payment_method: 'pm_card_visa' })
  await quietly(sdk.setupIntents.create({ customer, confirm: true, payment_method: 'pm_card_chargeDeclined' }))
  const asking = await sdk.setupIntents.create({
    customer,
    confirm: true,
    payment_method: 'pm_card_authenticationRequired',
  })
  await sdk.setupIntents.cancel(asking.id)
  await sdk.setupIntents.list()

  await sdk.refunds.create({ payment_intent: charged.id, amount: 100, reason: 'requested_by_customer' })
  await sdk.charges.list({ payment_intent: charged.id })
  await sdk.paymentIntents.create({ ...offSession, payment_method: 'pm_card_createDispute' })
  const failing = await sdk.paymentIntents.create({ ...offSession, payment_method: 'pm_card_refundFail' })
  sim.setRefundFailsAfter(0)
  await sdk.refunds.create({ payment_intent: failing.id })
  sim.tick()
  await sdk.refunds.list()
  await sdk.disputes.list()
  await sdk.paymentMethods.detach(payment_method)
  await sdk.events.list({ limit: 100 })
  await sdk.webhookEndpoints.list()
  await quietly(sdk.customers.retrieve('cus_none'))
  await sdk.customers.del(customer)
}

const Document = z.object({ components: z.object({ schemas: z.record(z.string(), z.unknown()) }) })

let contractCheck: (schema: string, body: unknown) => void = () => undefined

/** Checks objects by the schemas of the contract; the compiled checks are kept, since they are slow to make. */
function compileContract(): typeof contractCheck {
  const document = Document.parse(readContract('stripe/stripe-api-subset.openapi.json'))
  const ajv = new Ajv2020({ strict: false, allErrors: true, logger: false })
  ajv.addSchema(document, 'stripe')
  const compiled = new Map<string, ValidateFunction>()
  return (schema, body) => {
    assert.ok(schema in document.components.schemas, `${schema} is in the contract`)
    const check = compiled.get(schema) ?? ajv.compile({ $ref: `stripe#/components/schemas/${schema}` })
    compiled.set(schema, check)
    assert.ok(check(body), `${schema}: ${ajv.errorsText(check.errors?.slice(0, 5))}`)
  }
}

const schemaOf: Record<string, string> = {
  customer: 'Customers__Customer',
  payment_method: 'PaymentMethods__PaymentMethod',
  payment_intent: 'PaymentIntents__PaymentIntent',
  setup_intent: 'SetupIntents__SetupIntent',
  charge: 'Charges__Charge',
  refund: 'Refunds__Refund',
  dispute: 'Disputes__Dispute',
  item: 'LineItems__LineItem',
  webhook_endpoint: 'WebhookEndpoints__WebhookEndpoint',
  'checkout.session': 'Checkout.Sessions__Session',
}

const eventSchema = (type: string): string =>
  `Events__${type
    .split(/[._]/)
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('')}Event`

before(async () => {
  if (skip) return
  contractCheck = compileContract()
  await useEverything()
})

test('everything the simulator answers is what the API promises', { skip }, () => {
  const checkObject = (body: { object?: string; deleted?: boolean; data?: unknown }): void => {
    if (body.object === 'list') for (const item of body.data as object[]) checkObject(item)
    else if (body.object === 'event') contractCheck(eventSchema((body as { type?: string }).type ?? ''), body)
    else if (body.deleted) contractCheck('Customers__DeletedCustomer', body)
    else contractCheck(schemaOf[body.object ?? ''] ?? `no schema for ${body.object}`, body)
  }
  for (const { path, body } of answers) {
    if (body.error) contractCheck('error_envelope', body)
    else assert.doesNotThrow(() => checkObject(body), path)
  }
  assert.throws(() => {
    contractCheck('Customers__Customer', { id: 'cus_1', object: 'customer' })
  }, 'the check bites')
  const seen = new Set(answers.map(({ body }) => body.object))
  for (const object of ['customer', 'payment_intent', 'setup_intent', 'refund', 'checkout.session', 'payment_method'])
    assert.ok(seen.has(object), `${object} was answered`)
})

test('every event is of a known type and has the shape of its type', { skip }, () => {
  const { event_types: known } = readContract('stripe/event-types.json') as { event_types: string[] }
  for (const event of sim.events()) {
    assert.ok(known.includes(event.type), event.type)
    contractCheck(eventSchema(event.type), event)
  }
  const types = new Set(sim.events().map((event) => event.type))
  const expected = [
    'charge.dispute.created',
    'charge.failed',
    'charge.refunded',
    'charge.succeeded',
    'checkout.session.completed',
    'checkout.session.expired',
    'customer.created',
    'customer.deleted',
    'payment_intent.canceled',
    'payment_intent.created',
    'payment_intent.payment_failed',
    'payment_intent.requires_action',
    'payment_intent.succeeded',
    'payment_method.attached',
    'payment_method.detached',
    'refund.created',
    'refund.failed',
    'setup_intent.canceled',
    'setup_intent.setup_failed',
    'setup_intent.succeeded',
  ]
  for (const type of expected) assert.ok(types.has(type), `${type} happened`)
})

const Vectors = z.object({
  stripe: z.object({ secret: z.string(), timestamp: z.int(), payload: z.string(), value: z.string() }),
})

const gatewayAt = (seconds: number, secret: string) =>
  stripeGateway({
    secretKey,
    mode: 'test',
    webhookSecrets: ['whsec_before', secret],
    fetch: sim.fetch,
    wallClockMs: () => seconds * 1000,
  })

test('signatures are made and checked as the vectors say', { skip }, () => {
  const { stripe: vector } = Vectors.parse(readContract('signature-vectors.json'))
  assert.equal(signatureOf([vector.secret], vector.timestamp, vector.payload), vector.value)
  const raw = new TextEncoder().encode(vector.payload)
  // The vector's payload is a ping without an object: its signature is right, its shape is none we take.
  const gateway = gatewayAt(vector.timestamp, vector.secret)
  assert.throws(() => gateway.verifyEvent(raw, vector.value), /signed, but its shape is unknown/)
  assert.throws(
    () => gatewayAt(vector.timestamp + 301, vector.secret).verifyEvent(raw, vector.value),
    /signature is wrong, older/,
  )
  assert.throws(
    () => gatewayAt(vector.timestamp, 'whsec_other').verifyEvent(raw, vector.value),
    /signature is wrong, older/,
  )
})

test('the sample webhooks of the contract are read', { skip }, () => {
  const Samples = z.object({ events: z.array(z.object({ id: z.string(), type: z.string() }).loose()) })
  for (const sample of Samples.parse(readContract('stripe/webhook-samples.json')).events) {
    const body = JSON.stringify(sample)
    const event = gatewayAt(1_800_000_000, 'whsec_sample').verifyEvent(
      new TextEncoder().encode(body),
      signatureOf(['whsec_sample'], 1_800_000_000, body),
    )
    assert.equal(event.id, sample.id)
    assert.equal(event.type, sample.type)
    assert.notEqual(event.objectId, '', `${sample.type} speaks of something`)
    if (sample.type.startsWith('checkout.session.')) assert.equal(event.checkoutSessionId, event.objectId)
  }
})

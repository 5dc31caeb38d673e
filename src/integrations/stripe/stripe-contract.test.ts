import assert from 'node:assert/strict'
import { existsSync, readFileSync } from 'node:fs'
import { after, before, test } from 'node:test'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import { Stripe } from 'stripe'
import { z } from 'zod'
import { signatureOf } from './stripe-simulator-signature.ts'
import { stripeSimulator } from './stripe-simulator.ts'
import { useBilling } from './stripe-simulator-test-billing-usage.ts'
import { useEverything } from './stripe-simulator-test-usage.ts'
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
  balance_transaction: 'BalanceTransactions__BalanceTransaction',
  mandate: 'Mandates__Mandate',
  'billing_portal.session': 'BillingPortal.Sessions__Session',
  'billing_portal.configuration': 'BillingPortal.Configurations__Configuration',
  invoice: 'Invoices__Invoice',
  invoice_payment: 'InvoicePayments__InvoicePayment',
  invoiceitem: 'InvoiceItems__InvoiceItem',
  line_item: 'InvoiceLineItems__InvoiceLineItem',
  price: 'Prices__Price',
  product: 'Products__Product',
  subscription: 'Subscriptions__Subscription',
  subscription_item: 'SubscriptionItems__SubscriptionItem',
  'test_helpers.test_clock': 'TestHelpers.TestClocks__TestClock',
  item: 'LineItems__LineItem',
  webhook_endpoint: 'WebhookEndpoints__WebhookEndpoint',
  'checkout.session': 'Checkout.Sessions__Session',
}

const deletedSchemaOf: Record<string, string> = {
  customer: 'Customers__DeletedCustomer',
  invoice: 'Invoices__DeletedInvoice',
  invoiceitem: 'InvoiceItems__DeletedInvoiceItem',
  product: 'Products__DeletedProduct',
  'test_helpers.test_clock': 'TestHelpers.TestClocks__DeletedTestClock',
}

const eventSchema = (type: string): string =>
  `Events__${type
    .replace('invoiceitem', 'invoice_item')
    .split(/[._]/)
    .map((part) => `${part.charAt(0).toUpperCase()}${part.slice(1)}`)
    .join('')}Event`

before(async () => {
  if (skip) return
  contractCheck = compileContract()
  await useEverything(sdk, sim)
  await useBilling(sdk, sim)
})

test('everything the simulator answers is what the API promises', { skip }, () => {
  const checkObject = (body: { object?: string; deleted?: boolean; data?: unknown }): void => {
    if (body.object === 'list') for (const item of body.data as object[]) checkObject(item)
    else if (body.object === 'event') contractCheck(eventSchema((body as { type?: string }).type ?? ''), body)
    else if (body.deleted) contractCheck(deletedSchemaOf[body.object ?? ''] ?? `no schema for ${body.object}`, body)
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
  const rare = new Set(['item', 'line_item', 'webhook_endpoint', 'charge', 'invoice_payment'])
  for (const object of Object.keys(schemaOf).filter((each) => !rare.has(each)))
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
    'billing_portal.session.created',
    'charge.dispute.closed',
    'charge.dispute.created',
    'charge.dispute.funds_reinstated',
    'charge.dispute.funds_withdrawn',
    'charge.dispute.updated',
    'charge.pending',
    'checkout.session.async_payment_failed',
    'checkout.session.async_payment_succeeded',
    'customer.updated',
    'payment_intent.processing',
    'charge.failed',
    'charge.refunded',
    'charge.succeeded',
    'checkout.session.completed',
    'checkout.session.expired',
    'customer.created',
    'customer.deleted',
    'customer.subscription.created',
    'customer.subscription.deleted',
    'customer.subscription.paused',
    'customer.subscription.resumed',
    'customer.subscription.updated',
    'invoice.created',
    'invoice.finalized',
    'invoice.paid',
    'invoice.payment_failed',
    'invoice.voided',
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

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { signatureOf } from './stripe-simulator-signature.ts'
import { stripeGateway } from './stripe.ts'

const webhookSecret = 'whsec_events'
const nowMs = 1_800_000_000_000

const gatewayOf = (...webhookSecrets: string[]): PaymentGateway =>
  stripeGateway({
    secretKey: 'sk_test_events',
    mode: 'test',
    webhookSecrets,
    fetch: () => Promise.reject(new TypeError('nothing is asked here')),
    wallClockMs: () => nowMs,
  })
const gateway = gatewayOf(webhookSecret)

const eventBody = (change: object = {}): string =>
  JSON.stringify({
    id: 'evt_1',
    object: 'event',
    type: 'checkout.session.completed',
    created: seconds(),
    livemode: false,
    data: {
      object: {
        id: 'cs_test_1',
        object: 'checkout.session',
        metadata: { app: 'ez-solutions', payment_id: 'pay_1', note: 'Grüße ✓' },
      },
    },
    ...change,
  })
const bytes = (text: string): Uint8Array => new TextEncoder().encode(text)
const seconds = (): number => Math.floor(nowMs / 1000)

test('an event is read when any signature of any of our secrets fits', () => {
  const body = eventBody()
  const rolling = gatewayOf('whsec_new', 'whsec_old')
  const expected = {
    id: 'evt_1',
    type: 'checkout.session.completed',
    createdAt: Temporal.Instant.fromEpochMilliseconds(nowMs),
    livemode: false,
    account: undefined,
    objectId: 'cs_test_1',
    checkoutSessionId: 'cs_test_1',
    gatewaySubscriptionId: undefined,
    paymentId: 'pay_1',
    failureCode: undefined,
    object: {
      id: 'cs_test_1',
      object: 'checkout.session',
      metadata: { app: 'ez-solutions', payment_id: 'pay_1', note: 'Grüße ✓' },
    },
  }
  for (const secrets of [['whsec_old'], ['whsec_new'], ['whsec_x', 'whsec_old'], ['whsec_old', 'whsec_x']])
    assert.deepEqual(rolling.verifyEvent(bytes(body), signatureOf(secrets, seconds(), body)), expected)
})

test('an event tells why a card was refused, and of which payment of ours', () => {
  const object = {
    id: 'pi_1',
    object: 'payment_intent',
    metadata: { app: 'ez-solutions', payment_id: 'pay_7' },
    last_payment_error: { code: 'card_declined', decline_code: 'insufficient_funds' },
  }
  const body = eventBody({ type: 'payment_intent.payment_failed', account: 'acct_1', data: { object } })
  const event = gateway.verifyEvent(bytes(body), signatureOf([webhookSecret], seconds(), body))
  assert.equal(event.failureCode, 'insufficient_funds')
  assert.equal(event.checkoutSessionId, undefined)
  assert.equal(event.objectId, 'pi_1')
  assert.equal(event.paymentId, 'pay_7')
  assert.equal(event.account, 'acct_1')
})

test('events about cards, refunds, disputes and customers name their object, and no payment page', () => {
  const ours = { app: 'ez-solutions', payment_id: 'pay_7' }
  const cases = {
    setup_intent: { id: 'seti_1', last_setup_error: { code: 'card_declined', decline_code: 'lost_card' } },
    refund: { id: 're_1', status: 'failed', failure_reason: 'lost_or_stolen_card', metadata: { refund_id: 'ref_1' } },
    dispute: { id: 'du_1', reason: 'fraudulent', balance_transactions: [], metadata: {} },
    charge: { id: 'ch_1', failure_code: 'card_declined', outcome: { reason: 'lost_card' }, metadata: ours },
    customer: { id: 'cus_1', metadata: { app: 'ez-solutions', customer_id: 'cus_2' } },
    payment_method: { id: 'pm_1', card: { last4: '4242' } },
  }
  for (const [object, about] of Object.entries(cases)) {
    const body = eventBody({
      type: `${object}.updated`,
      data: { object: { object, ...about }, previous_attributes: {} },
    })
    const event = gateway.verifyEvent(bytes(body), signatureOf([webhookSecret], seconds(), body))
    assert.deepEqual(event, {
      id: 'evt_1',
      type: `${object}.updated`,
      createdAt: Temporal.Instant.fromEpochMilliseconds(nowMs),
      livemode: false,
      account: undefined,
      objectId: about.id,
      checkoutSessionId: undefined,
      gatewaySubscriptionId: undefined,
      paymentId: object === 'charge' ? 'pay_7' : undefined,
      failureCode: object === 'charge' || object === 'setup_intent' ? 'lost_card' : undefined,
      object: { object, ...about },
    })
  }
})

test('events that are unsigned, forged, altered, old, thin or unreadable are refused', () => {
  const body = eventBody()
  const sign = (text: string, at = seconds()): string => signatureOf([webhookSecret], at, text)
  const webhookRefused = { kind: 'invalid', code: 'webhook_refused' }
  const cases: Record<string, [Uint8Array, string | undefined]> = {
    unsigned: [bytes(body), undefined],
    empty: [bytes(body), ''],
    garbage: [bytes(body), 't=now,v1=zz'],
    'other scheme': [bytes(body), sign(body).replace('v1=', 'v0=')],
    forged: [bytes(body), signatureOf(['whsec_other'], seconds(), body)],
    altered: [bytes(body.replace('pay_1', 'pay_2')), sign(body)],
    'with a byte order mark': [Uint8Array.of(0xef, 0xbb, 0xbf, ...bytes(body)), sign(body)],
    'not UTF-8': [Uint8Array.of(0xff, ...bytes(body)), sign(`\uFFFD${body}`)],
    old: [bytes(body), sign(body, seconds() - 301)],
    thin: [bytes('{"id":"evt_1","object":"v2.core.event"}'), sign('{"id":"evt_1","object":"v2.core.event"}')],
    'no event': [bytes('{"object":"list"}'), sign('{"object":"list"}')],
    'no JSON': [bytes('hello'), sign('hello')],
    nothing: [new Uint8Array(), sign('')],
  }
  for (const [name, [raw, signature]] of Object.entries(cases))
    assert.throws(() => gateway.verifyEvent(raw, signature), webhookRefused, name)
  assert.ok(gateway.verifyEvent(bytes(body), sign(body, seconds() - 300)), 'five minutes are allowed')
})

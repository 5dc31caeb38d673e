import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import type { PaymentGateway } from '#modules/billing/payment-gateway.ts'
import { testStripe } from './stripe-simulator-test-gateway.ts'

const { stripe, gateway, gatewayOf, newCustomer, saveMethod, api } = testStripe()
after(() => stripe.close())
afterEach(() => {
  stripe.simulation.faults.length = 0
})

const unavailable = { kind: 'unavailable', code: 'payment_gateway_unavailable' }
const refused = { kind: 'conflict', code: 'payment_refused' }

type ChargeInput = Parameters<PaymentGateway['charge']>[0]

let serial = 0
async function prepare(card?: string, change: Partial<ChargeInput> = {}): Promise<ChargeInput> {
  serial += 1
  const { gatewayCustomerId, customerId } = await newCustomer()
  return {
    key: `charge-${serial}`,
    gatewayCustomerId,
    gatewayMethodId: await saveMethod(gatewayCustomerId, card),
    paymentId: `pay_${serial}`,
    customerId,
    invoiceId: `inv_${serial}`,
    amountMinor: 2_900n,
    currency: 'EUR',
    description: 'Renewal',
    ...change,
  }
}
const taken = (id: string): number => stripe.effects().get(id)?.length ?? 0
const intentsMade = (): number => stripe.events().filter((each) => each.type === 'payment_intent.created').length

test('a saved card is charged while its holder is away, and the charge tells what it was for', async () => {
  const input = await prepare()
  const charge = await gateway.charge(input)
  assert.match(charge.gatewayPaymentId, /^pi_/)
  assert.deepEqual(charge, {
    gatewayPaymentId: charge.gatewayPaymentId,
    state: 'succeeded',
    amountMinor: 2_900n,
    currency: 'EUR',
    livemode: false,
    paymentId: input.paymentId,
    customerId: input.customerId,
    failureCode: undefined,
    advice: undefined,
  })
  assert.equal(taken(charge.gatewayPaymentId), 1)
  assert.deepEqual(await gateway.getCharge(charge.gatewayPaymentId), charge)
  const intent = await api('GET', `/v1/payment_intents/${charge.gatewayPaymentId}`)
  assert.deepEqual(intent['metadata'], {
    app: 'ez-solutions',
    payment_id: input.paymentId,
    invoice_id: input.invoiceId,
    customer_id: input.customerId,
  })
})

test('a refused card is an outcome with its reason and advice, and nothing is taken', async () => {
  const charge = await gateway.charge(await prepare('4000000000000341'))
  assert.deepEqual([charge.state, charge.failureCode, charge.advice], ['failed', 'generic_decline', 'try_again_later'])
  assert.equal(taken(charge.gatewayPaymentId), 0)
  assert.deepEqual(await gateway.getCharge(charge.gatewayPaymentId), charge)

  const good = await prepare()
  for (const [token, code, advice] of [
    ['pm_card_chargeDeclinedInsufficientFunds', 'insufficient_funds', 'try_again_later'],
    ['pm_card_visa_chargeDeclinedLostCard', 'lost_card', 'do_not_try_again'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card', 'do_not_try_again'],
    ['pm_card_chargeDeclinedIncorrectCvc', 'incorrect_cvc', 'confirm_card_data'],
  ] as const) {
    const failed = await gateway.charge({ ...good, key: token, gatewayMethodId: token })
    assert.deepEqual([failed.state, failed.failureCode, failed.advice], ['failed', code, advice])
  }
})

test('a card whose bank wants to hear its holder needs her, unless she proved herself when she saved it', async () => {
  const proven = await gateway.charge(await prepare('4000002500003155'))
  assert.equal(proven.state, 'succeeded')
  const charge = await gateway.charge(await prepare('4000002760003184'))
  assert.deepEqual([charge.state, charge.failureCode, charge.advice], ['needs_authentication', undefined, undefined])
  assert.equal((await gateway.getCharge(charge.gatewayPaymentId)).state, 'needs_authentication')
})

test('the same key charges once, also when the first answer was a refusal', async () => {
  const input = await prepare()
  const first = await gateway.charge(input)
  assert.deepEqual(await gateway.charge(input), first)
  assert.equal(taken(first.gatewayPaymentId), 1)

  const declined = await prepare('4000000000000341')
  const before = intentsMade()
  const refusal = await gateway.charge(declined)
  assert.deepEqual(await gateway.charge(declined), refusal)
  assert.equal(intentsMade(), before + 1)
  await assert.rejects(gateway.charge({ ...input, amountMinor: 3_000n }), refused, 'another amount, the same key')
})

test('a lost answer is met by the same key, or days later by the payment itself', async () => {
  const input = await prepare()
  stripe.simulation.faults.push({
    method: 'POST',
    path: '/v1/payment_intents',
    times: 1,
    action: { kind: 'drop', afterActing: true },
  })
  const before = intentsMade()
  await assert.rejects(gateway.charge(input), unavailable)
  const found = await gateway.findCharges(input)
  assert.deepEqual(
    found.map((each) => each.state),
    ['succeeded'],
  )
  assert.deepEqual(await gateway.charge(input), found[0])
  assert.equal(intentsMade(), before + 1)
  assert.deepEqual(await gateway.findCharges({ ...input, paymentId: 'pay_other' }), [])
})

test('a charge is found among more than a page of others, and never among those of other applications', async () => {
  const input = await prepare()
  const { gatewayPaymentId } = await gateway.charge(input)
  const body = { amount: '900', currency: 'eur', customer: input.gatewayCustomerId }
  for (let n = 0; n < 120; n += 1)
    await api('POST', '/v1/payment_intents', { ...body, 'metadata[payment_id]': input.paymentId })
  const found = await gateway.findCharges(input)
  assert.deepEqual(
    found.map((each) => each.gatewayPaymentId),
    [gatewayPaymentId],
  )
})

test('a request Stripe will not take is a refusal, and trouble is told with the time Stripe asks for', async () => {
  const input = await prepare()
  await assert.rejects(gateway.charge({ ...input, gatewayMethodId: 'pm_unknown' }), refused)
  await assert.rejects(gateway.getCharge('pi_unknown'), refused)
  for (const status of [409, 424, 429, 503]) {
    const fetch = async () =>
      new Response('{"error":{"type":"api_error","message":"later"}}', { status, headers: { 'retry-after': '7' } })
    const busy = { ...unavailable, retryAfterSeconds: 7 }
    await assert.rejects(gatewayOf({ fetch }).charge({ ...input, key: `busy-${status}` }), busy)
  }
})

test('amounts travel in the units of Stripe and come back in ours', async () => {
  const input = await prepare()
  for (const [currency, amountMinor, sent] of [
    ['ISK', 1_500n, 150_000],
    ['JPY', 1_500n, 1_500],
    ['KWD', 1_500n, 1_500],
  ] as const) {
    const charge = await gateway.charge({ ...input, key: currency, currency, amountMinor })
    assert.deepEqual([charge.amountMinor, charge.currency], [amountMinor, currency])
    assert.equal((await api('GET', `/v1/payment_intents/${charge.gatewayPaymentId}`))['amount'], sent)
  }
  await assert.rejects(gateway.charge({ ...input, key: 'odd', currency: 'KWD', amountMinor: 1_501n }), refused)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { testStripe } from './stripe-simulator-test-gateway.ts'

const { stripe, gateway, newCustomer, saveMethod, api, gatewayOf } = testStripe()
after(() => stripe.close())

let serial = 0
async function charged(card?: string): Promise<string> {
  serial += 1
  const { gatewayCustomerId, customerId } = await newCustomer()
  const { gatewayPaymentId } = await gateway.charge({
    key: `charge-${serial}`,
    gatewayCustomerId,
    gatewayMethodId: await saveMethod(gatewayCustomerId, card),
    paymentId: `pay_${serial}`,
    customerId,
    invoiceId: undefined,
    amountMinor: 2_900n,
    currency: 'EUR',
    description: 'Renewal',
  })
  return gatewayPaymentId
}
const told = (disputeId: string): string[] =>
  stripe
    .events()
    .filter((event) => event.data.object['id'] === disputeId)
    .map((event) => event.type.replace('charge.dispute.', ''))
const refund = (gatewayPaymentId: string, key: string) =>
  gateway.refund({ key, gatewayPaymentId, refundId: `ref_${key}`, amountMinor: 100n, currency: 'EUR' })

test('a contested charge takes its money away until it is decided, and a refund is refused meanwhile', async () => {
  const gatewayPaymentId = await charged('4000000000000259')
  const created = stripe.events().findLast((event) => event.type === 'charge.dispute.created')
  const id = String(created?.data.object['id'])
  const open = await gateway.getDispute(id)
  const { evidenceDueAt, ...rest } = open
  assert.deepEqual(rest, {
    gatewayDisputeId: id,
    gatewayPaymentId,
    state: 'open',
    amountMinor: 2_900n,
    currency: 'EUR',
    livemode: false,
    reason: 'fraudulent',
    withdrawnMinor: -2_900n,
  })
  const week = Temporal.Duration.from({ hours: 7 * 24 }).total('seconds')
  assert.ok(Math.abs((evidenceDueAt?.epochMilliseconds ?? 0) / 1000 - Date.now() / 1000 - week) < 60)
  await assert.rejects(refund(gatewayPaymentId, 'disputed'), { code: 'payment_refused' })

  stripe.dashboard.decideDispute(id, 'won')
  const won = await gateway.getDispute(id)
  assert.deepEqual([won.state, won.withdrawnMinor], ['won', 0n])
  assert.deepEqual(told(id), ['created', 'funds_withdrawn', 'funds_reinstated', 'closed'])
  assert.equal((await refund(gatewayPaymentId, 'after')).state, 'succeeded')
})

test('a dispute that is lost keeps the money, and stays lost', async () => {
  const id = stripe.dashboard.openDispute(await charged())
  stripe.dashboard.decideDispute(id, 'lost')
  stripe.dashboard.decideDispute(id, 'won')
  const lost = await gateway.getDispute(id)
  assert.deepEqual([lost.state, lost.withdrawnMinor], ['lost', -2_900n])
  assert.deepEqual(told(id), ['created', 'funds_withdrawn', 'closed'])
})

test('a question of the bank moves no money, until it becomes a dispute', async () => {
  const closed = stripe.dashboard.openDispute(await charged(), true)
  const warning = await gateway.getDispute(closed)
  assert.deepEqual([warning.state, warning.withdrawnMinor], ['warning', 0n])
  stripe.dashboard.decideDispute(closed, 'won')
  assert.equal((await gateway.getDispute(closed)).state, 'warning_closed')

  const escalated = stripe.dashboard.openDispute(await charged(), true)
  stripe.dashboard.decideDispute(escalated, 'lost')
  const dispute = await gateway.getDispute(escalated)
  assert.deepEqual([dispute.state, dispute.withdrawnMinor], ['open', -2_900n])
  assert.deepEqual(told(escalated), ['created', 'updated', 'funds_withdrawn'])
})

test('evidence is handed in over the API, and giving up loses', async () => {
  const id = stripe.dashboard.openDispute(await charged())
  const sent = await api('POST', `/v1/disputes/${id}`, { 'evidence[customer_name]': 'Ada', submit: 'true' })
  assert.equal(sent['status'], 'under_review')
  assert.equal((await gateway.getDispute(id)).state, 'open')
  const unknown = await api('POST', `/v1/disputes/${id}`, { 'evidence[alibi]': 'none' })
  assert.match(JSON.stringify(unknown['error']), /parameter/)
  assert.equal((await api('POST', `/v1/disputes/${id}/close`))['status'], 'lost')
  assert.match(JSON.stringify(await api('POST', `/v1/disputes/${id}/close`)), /already closed/)
})

test('the balance shows every movement with its fee', async () => {
  const gatewayPaymentId = await charged()
  const { latest_charge: source } = await api('GET', `/v1/payment_intents/${gatewayPaymentId}`)
  const listed = await api('GET', '/v1/balance_transactions', { source: String(source) })
  const [movement] = listed['data'] as { id: string; amount: number; fee: number; net: number; type: string }[]
  assert.deepEqual([movement?.amount, movement?.fee, movement?.net, movement?.type], [2_900, 69, 2_831, 'charge'])
  const expanded = await api('GET', `/v1/charges/${String(source)}`, { 'expand[]': 'balance_transaction' })
  assert.equal((expanded['balance_transaction'] as { id: string }).id, movement?.id)

  const id = stripe.dashboard.openDispute(gatewayPaymentId)
  const taken = await api('GET', '/v1/balance_transactions', { source: id })
  assert.deepEqual(
    (taken['data'] as { amount: number; net: number }[]).map((each) => [each.amount, each.net]),
    [[-2_900, -4_900]],
  )
})

test('on an account that is kept in another currency, what a dispute moved is told in the currency of the dispute', async () => {
  const body = {
    id: 'du_1',
    status: 'won',
    amount: 2_900,
    currency: 'eur',
    livemode: false,
    reason: 'general',
    charge: 'ch_1',
    evidence_details: { due_by: null },
    balance_transactions: [
      { amount: -3_141, currency: 'usd' },
      { amount: 3_102, currency: 'usd' },
    ],
  }
  const foreign = gatewayOf({ fetch: async () => Response.json(body) })
  const dispute = await foreign.getDispute('du_1')
  assert.deepEqual([dispute.withdrawnMinor, dispute.evidenceDueAt, dispute.gatewayPaymentId], [0n, undefined, 'ch_1'])
})

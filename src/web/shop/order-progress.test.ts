import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { InvoiceDetail } from '#modules/billing/billing-queries.ts'
import type { Order } from '#modules/orders/order.ts'
import type { OrderItemDetail } from '#modules/orders/orders-queries.ts'
import type { ServiceDetail } from '#modules/provisioning/provisioning-queries.ts'
import { buildItem } from '#test/support/builders.ts'
import { orderView } from './order-progress.ts'

const at = Temporal.Instant.from('2026-11-23T10:00:00Z')

type Facts = {
  order?: Partial<Order>
  invoice?: object
  payments?: object[]
  service?: { service: object; procedure?: object }
  returned?: boolean
}

function view({ order = {}, invoice = {}, payments = [], service, returned = false }: Facts) {
  const item = {
    id: 'ori_1',
    description: 'VPS Starter',
    serviceId: service ? 'svc_1' : null,
    configuration: buildItem(),
  }
  const detail = service && { addresses: [{ address: '203.0.113.10' }], image: { loginUser: 'debian' }, ...service }
  return orderView({
    order: {
      id: 'ord_1',
      state: 'pending',
      currency: 'EUR',
      totalMinor: 900n,
      createdAt: at,
      expiresAt: at,
      ...order,
    } as Order,
    items: [item as OrderItemDetail],
    invoice: {
      invoice: { id: 'inv_1', state: 'open', number: null, paidAt: null, ...invoice },
      lines: [],
      payments,
    } as unknown as InvoiceDetail,
    services: new Map(detail ? [['svc_1', detail as unknown as ServiceDetail]] : []),
    returned,
  })
}

const PAID = { order: { state: 'active' as const }, invoice: { state: 'paid', paidAt: at, number: 'EZ-2026-000001' } }
const create = (state: string, steps: object[] = []) => ({ name: 'provisioning.create-vps', state, steps })

test('an order that waits for its payment says so and can be paid', () => {
  for (const payments of [[], [{ state: 'pending', failureCode: null }]]) {
    const { payment, lead, canPay, settled } = view({ payments })
    assert.deepEqual(
      { payment, lead, canPay, settled },
      { payment: 'unpaid', lead: 'unpaid', canPay: true, settled: false },
    )
  }
})

test('coming back from the payment page is no payment: it is confirmed only when the gateway said so', () => {
  const back = view({ payments: [{ state: 'pending', failureCode: null }], returned: true })
  assert.equal(back.payment, 'confirming')
  assert.equal(back.headline, 'pending')
  assert.equal(view({ ...PAID, returned: true }).payment, 'done')
})

test('a declined card and an attempt that ran out are told apart', () => {
  const declined = view({ payments: [{ state: 'pending', failureCode: 'insufficient_funds' }] })
  assert.equal(declined.payment, 'declined')
  assert.equal(declined.declineCode, 'insufficient_funds')
  assert.equal(view({ payments: [{ state: 'failed', failureCode: 'expired' }] }).payment, 'failed')
})

test('a cancelled order tells why and cannot be paid', () => {
  const expired = view({ order: { state: 'cancelled', cancelReason: 'expired' }, invoice: { state: 'void' } })
  assert.deepEqual(
    [expired.headline, expired.lead, expired.canPay, expired.settled],
    ['cancelled', 'expired', false, true],
  )
  assert.equal(view({ order: { state: 'cancelled', cancelReason: 'by_customer' } }).lead, 'cancelled')
})

test('money that arrives after an order was closed is not hidden', () => {
  const late = view({
    order: { state: 'cancelled', cancelReason: 'expired' },
    payments: [{ state: 'succeeded', failureCode: null }],
  })
  assert.deepEqual([late.lead, late.payment, late.headline], ['late', 'done', 'cancelled'])
})

test('while a server is built its steps are shown, and no address before it answers', () => {
  const steps = [
    { name: 'choose node', state: 'done' },
    { name: 'clone template', state: 'waiting' },
    { name: 'start machine', state: 'planned' },
  ]
  const building = view({
    ...PAID,
    service: { service: { id: 'svc_1', state: 'provisioning' }, procedure: create('running', steps) },
  })
  assert.equal(building.lead, 'building')
  const [server] = building.servers
  assert.equal(server?.state, 'building')
  assert.deepEqual(
    server.steps.map((step) => step.state),
    ['done', 'running', 'waiting'],
  )
  assert.deepEqual(server.addresses, [])
})

test('a server that answers is ready, and the page comes to rest once the invoice has its number', () => {
  const service = { service: { id: 'svc_1', state: 'active' }, procedure: create('completed') }
  const ready = view({ ...PAID, service })
  assert.deepEqual([ready.headline, ready.settled, ready.servers[0]?.addresses], ['ready', true, ['203.0.113.10']])
  assert.equal(view({ ...PAID, invoice: { ...PAID.invoice, number: null }, service }).settled, false)
})

test('a setup that failed is told as such, with the reason for customers, and undoing is not called building', () => {
  const failed = view({
    ...PAID,
    service: {
      service: { id: 'svc_1', state: 'failed', failure: 'A technical fault.' },
      procedure: create('compensated'),
    },
  })
  assert.deepEqual(
    [failed.lead, failed.servers[0]?.state, failed.servers[0]?.failure],
    ['failed', 'failed', 'A technical fault.'],
  )
  const undoing = view({
    ...PAID,
    service: { service: { id: 'svc_1', state: 'provisioning' }, procedure: create('compensating') },
  })
  assert.equal(undoing.servers[0]?.state, 'undoing')
})

test('switching a finished server off later does not turn it back into one that is being built', () => {
  const procedure = { name: 'provisioning.power-vps', state: 'running', steps: [{ name: 'stop', state: 'running' }] }
  const view1 = view({ ...PAID, service: { service: { id: 'svc_1', state: 'active' }, procedure } })
  assert.deepEqual([view1.servers[0]?.state, view1.servers[0]?.steps], ['ready', []])
})

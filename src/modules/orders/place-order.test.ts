import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { isProblem } from '#platform/problem.ts'
import { type Buyer, buildCustomer, buildItem, quoted, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { addToCart, findCart } from './cart.ts'
import { getOrderDetail } from './orders-queries.ts'
import { placeOrder } from './place-order.ts'

const app = await createTestApp()
after(() => app.close())

async function placedBy({ customer }: Buyer): Promise<{ orders: number; invoices: number; events: number }> {
  const { rows } = await sql<{ orders: number; invoices: number; events: number }>`select
    (select count(*)::int from orders where customer_id = ${customer.id}) as orders,
    (select count(*)::int from invoices where customer_id = ${customer.id}) as invoices,
    (select count(*)::int from events where customer_id = ${customer.id} and name in ('order.pending', 'invoice.open')) as events`.execute(
    app.db,
  )
  return rows[0]!
}
const ONCE = { orders: 1, invoices: 1, events: 2 }
const NOTHING = { orders: 0, invoices: 0, events: 0 }

test('an order keeps what was agreed, and asks for exactly what was shown', async () => {
  const buyer = await buildCustomer(app, { company: 'Analytical Engines' })
  const options = [{ code: 'extra-addresses', quantity: 2 }]
  const items = [buildItem({ options }), buildItem({ hostname: 'web2', period: 'year' })]
  const order = await placeOrder(app, buyer.actor, await quoted(app, buyer, { items }))
  assert.deepEqual([order.state, order.totalMinor], ['pending', 900n + 600n + 8_600n])
  const detail = await getOrderDetail(app, buyer.actor, order.id)
  assert.deepEqual(
    detail.items.map((item) => [item.configuration.hostname, item.amountMinor]),
    [
      ['web1', 1_500n],
      ['web2', 8_600n],
    ],
  )
  const { invoice, lines } = await getInvoiceDetail(app, buyer.actor, order.invoiceId)
  assert.deepEqual([invoice.state, invoice.number, invoice.totalMinor], ['open', null, order.totalMinor])
  assert.deepEqual(
    lines.map((line) => [line.description, line.quantity, line.amountMinor + line.taxMinor]),
    [
      ['VPS Starter · web1 · 1 month', 1, 900n],
      ['Extra IPv4 addresses · web1', 2, 600n],
      ['VPS Starter · web2 · 1 year', 1, 8_600n],
    ],
  )
  assert.equal((invoice.buyer as { company: string }).company, 'Analytical Engines')
  assert.equal(order.expiresAt.since(order.createdAt).total('hours'), 24)
})

test('the same click again gives the first order, even when the quote is over by then', async () => {
  const buyer = await buildCustomer(app)
  const input = await quoted(app, buyer)
  const first = await placeOrder(app, buyer.actor, input)
  app.advance({ minutes: 16 })
  const again = await placeOrder(app, buyer.actor, input)
  assert.equal(again.id, first.id)
  assert.deepEqual(await placedBy(buyer), ONCE)
})

test('however often it is clicked at once, there is one order and one invoice', async () => {
  const buyer = await buildCustomer(app)
  const input = await quoted(app, buyer)
  const orders = await Promise.all(Array.from({ length: 12 }, () => placeOrder(app, buyer.actor, input)))
  assert.equal(new Set(orders.map((order) => order.id)).size, 1)
  assert.deepEqual(await placedBy(buyer), ONCE)
})

test('the key of one customer means nothing to another', async () => {
  const [ada, bob] = [await buildCustomer(app), await buildCustomer(app)]
  const idempotencyKey = 'the same words'
  const first = await placeOrder(app, ada.actor, await quoted(app, ada, { idempotencyKey }))
  const other = await placeOrder(app, bob.actor, await quoted(app, bob, { idempotencyKey }))
  assert.notEqual(other.id, first.id)
})

test('without billing details nothing is ordered, and each missing field is named', async () => {
  const buyer = await buildCustomer(app, { addressLine1: null, country: null })
  const input = await quoted(app, buyer)
  await assert.rejects(placeOrder(app, buyer.actor, input), (error) => {
    assert.ok(isProblem(error) && error.code === 'billing_details_missing')
    assert.deepEqual(
      error.issues.map((issue) => issue.path),
      ['addressLine1', 'country'],
    )
    return true
  })
  assert.deepEqual(await placedBy(buyer), NOTHING)
})

test('a price that changed after it was shown is not charged: the order is refused and nothing is stored', async () => {
  const buyer = await buildCustomer(app)
  const input = await quoted(app, buyer)
  const raise = (by: number) => sql`update prices set amount_minor = amount_minor + ${by}`.execute(app.db)
  await raise(100)
  await assert.rejects(placeOrder(app, buyer.actor, input), { code: 'quote_stale' })
  await raise(-100)
  app.advance({ minutes: 16 })
  await assert.rejects(placeOrder(app, buyer.actor, input), { code: 'quote_stale' })
  const cheaper = { ...(await quoted(app, buyer)), items: [buildItem({ plan: 'vps-enterprise' })] }
  await assert.rejects(placeOrder(app, buyer.actor, cheaper), { code: 'quote_stale' })
  await assert.rejects(placeOrder(app, buyer.actor, { ...(await quoted(app, buyer)), currency: 'USD' }), {
    code: 'quote_stale',
  })
  assert.deepEqual(await placedBy(buyer), NOTHING)
})

test('only a customer can order', async () => {
  const buyer = await buildCustomer(app)
  await assert.rejects(placeOrder(app, tester, await quoted(app, buyer)), { code: 'sign_in_required' })
})

test('a buyer from another country is taxed by the rule of theirs where there is one, else as at home', async () => {
  const [home, abroad] = [await buildCustomer(app), await buildCustomer(app, { country: 'CH' })]
  await sql`insert into tax_rules (id, legal_entity_id, country, level, compound, name, category, rate_basis_points, valid_from)
    select 'txr_ch', id, 'CH', 1, false, 'none', 'O', 0, '2020-01-01' from legal_entities`.execute(app.db)
  const taxOf = async (buyer: Buyer) => {
    const order = await placeOrder(app, buyer.actor, await quoted(app, buyer))
    return (await getInvoiceDetail(app, buyer.actor, order.invoiceId)).invoice.taxMinor
  }
  assert.deepEqual([await taxOf(home), await taxOf(abroad)], [144n, 0n])
})

test('the cart is empty once its order stands, and not before; a cart of somebody else stays', async () => {
  const [ada, bob] = [await buildCustomer(app), await buildCustomer(app)]
  const fill = (buyer: Buyer) =>
    addToCart(app, buyer.actor, { token: undefined, currency: 'EUR', configuration: buildItem() })
  const [{ cart: hers }, { cart: his }] = [await fill(ada), await fill(bob)]
  const input = await quoted(app, ada)
  await assert.rejects(placeOrder(app, ada.actor, { ...input, quote: 'stale', cartId: hers.id }), {
    code: 'quote_stale',
  })
  assert.equal((await findCart(app, ada.actor, undefined))?.items.length, 1)
  await placeOrder(app, ada.actor, { ...input, cartId: hers.id })
  assert.equal(await findCart(app, ada.actor, undefined), undefined)
  await placeOrder(app, ada.actor, { ...(await quoted(app, ada)), cartId: his.id })
  assert.equal((await findCart(app, bob.actor, undefined))?.items.length, 1)
})

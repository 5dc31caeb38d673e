import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildItem, buildOrder, buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { findSellerEmail } from './find-seller-email.ts'
import { listOpenBalances } from './list-open-balances.ts'
import { listUpcomingPayments } from './list-upcoming-payments.ts'

const app = await createTestApp()
after(() => app.close())

test('the next payment names amount, day and interval, and cancelled subscriptions cost nothing more', async () => {
  const { actor, customer } = await buildPaidOrder(app, { items: [buildItem({ period: 'year' })] })
  const [next] = await listUpcomingPayments(app, actor, { limit: 5 })
  assert.equal(next?.amountMinor, 8_600n)
  assert.equal(next.currency, 'EUR')
  assert.equal(next.intervalUnit, 'year')
  const today = app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
  assert.equal(next.on.toString(), today.add({ years: 1 }).toString())
  assert.equal((await listUpcomingPayments(app, actor, { limit: 1, subscriptionId: 'sub_other' })).length, 0)

  await app.db
    .updateTable('subscriptions')
    .set({ state: 'cancelled', nextBillingOn: null })
    .where('customerId', '=', customer.id)
    .execute()
  assert.deepEqual(await listUpcomingPayments(app, actor, { limit: 5 }), [])
})

test('where prices are without tax, the next payment has it added', async () => {
  const { actor } = await buildPaidOrder(app)
  await app.db.updateTable('legalEntities').set({ pricesIncludeTax: false }).execute()
  const [next] = await listUpcomingPayments(app, actor, { limit: 5 })
  assert.equal(next?.amountMinor, 1_071n)
  await app.db.updateTable('legalEntities').set({ pricesIncludeTax: true }).execute()
})

test('what is owed is summed by currency, and nobody reads another’s debts', async () => {
  const buyer = await buildOrder(app)
  await buildOrder(app, { buyer })
  await buildOrder(app, { buyer, currency: 'USD' })
  assert.deepEqual(await listOpenBalances(app, buyer.actor), [
    { currency: 'EUR', amountMinor: 1_800n, invoices: 2 },
    { currency: 'USD', amountMinor: 900n, invoices: 1 },
  ])
  assert.deepEqual(await listOpenBalances(app, { ...buyer.actor, customerId: 'cus_other' }), [])
})

test('customers are told where to write to', async () => {
  assert.equal(await findSellerEmail(app), 'billing@ez.localhost')
})

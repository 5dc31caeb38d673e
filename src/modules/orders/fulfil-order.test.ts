import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { processGatewayEvent } from '#modules/billing/process-gateway-event.ts'
import { type Bought, buildCapturedOrder, buildItem, buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { fulfilOrder } from './fulfil-order.ts'
import { getOrderDetail } from './orders-queries.ts'

const app = await createTestApp()
after(() => app.close())

const run = ({ invoice }: Pick<Bought, 'invoice'>) =>
  fulfilOrder.run(app, { eventId: 'evt_test', subjectId: invoice.id }, new AbortController().signal)
const servicesOf = ({ customer }: Pick<Bought, 'customer'>) =>
  app.db.selectFrom('services').selectAll().where('customerId', '=', customer.id).orderBy('hostname').execute()

test('a paid order becomes what was bought: an agreement, what it entitles to, and a running server for each item', async () => {
  const options = [
    { code: 'backups', quantity: 1 },
    { code: 'extra-addresses', quantity: 2 },
  ]
  const items = [
    buildItem({ options }),
    buildItem({ hostname: 'web2', plan: 'vps-professional', period: 'year', region: 'hel1' }),
  ]
  const bought = await buildPaidOrder(app, { items })
  const { order, items: delivered } = await getOrderDetail(app, bought.actor, bought.order.id)
  assert.equal(order.state, 'active')
  const services = await servicesOf(bought)
  assert.deepEqual(
    services.map((service) => [service.hostname, service.state, service.cores, service.addressCount]),
    [
      ['web1', 'active', 1, 3],
      ['web2', 'active', 2, 1],
    ],
  )
  assert.deepEqual(
    delivered.map((item) => item.serviceId),
    services.map((service) => service.id),
  )
  const today = app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
  const subscriptions = await app.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('customerId', '=', bought.customer.id)
    .orderBy('amountMinor')
    .execute()
  assert.deepEqual(
    subscriptions.map((each) => [
      each.state,
      each.amountMinor,
      String(each.currentPeriodStart),
      String(each.currentPeriodEnd),
    ]),
    [
      ['active', 1_700n, String(today), String(today.add({ months: 1 }))],
      ['active', 27_800n, String(today), String(today.add({ years: 1 }))],
    ],
  )
  const entitlements = await app.db
    .selectFrom('entitlements')
    .select(['code', 'quantity'])
    .where('customerId', '=', bought.customer.id)
    .orderBy('code')
    .execute()
  assert.deepEqual(
    entitlements.map(({ code, quantity }) => `${quantity} ${code}`),
    ['1 backups', '2 extra-addresses', '1 vps', '1 vps'],
  )
  assert.deepEqual(await runChecks(app), [])
})

test('fulfilled twice, one after the other or at once, there is one service', async () => {
  const bought = await buildCapturedOrder(app)
  await app.work()
  await run(bought)
  await Promise.all([run(bought), run(bought)])
  assert.equal((await servicesOf(bought)).length, 1)

  const [late] = await app.db
    .selectFrom('procedures')
    .selectAll()
    .where('subjectId', '=', (await servicesOf(bought))[0]!.id)
    .execute()
  assert.equal(late?.state, 'completed')
})

test('two workers that fulfil a paid order at the same moment deliver it once', async () => {
  const bought = await buildCapturedOrder(app)
  // As right after the payment was recorded, when no worker has looked yet.
  await app.db
    .updateTable('invoices')
    .set({ state: 'paid', paidMinor: bought.invoice.totalMinor, paidAt: app.clock.now() })
    .where('id', '=', bought.invoice.id)
    .execute()
  await Promise.all([run(bought), run(bought), run(bought)])
  const services = await servicesOf(bought)
  assert.equal(services.length, 1)
  const begun = await app.db.selectFrom('procedures').select('id').where('subjectId', '=', services[0]!.id).execute()
  assert.equal(begun.length, 1)
  await app.db
    .updateTable('invoices')
    .set({ state: 'open', paidMinor: 0n, paidAt: null })
    .where('id', '=', bought.invoice.id)
    .execute()
  await app.work()
  assert.deepEqual(await runChecks(app), [])
})

test('an invoice without an order, such as a renewal, fulfils nothing', async () => {
  await fulfilOrder.run(app, { eventId: 'evt_test', subjectId: 'inv_none' }, new AbortController().signal)
})

test('what left the catalogue after it was paid is delivered all the same', async () => {
  const bought = await buildCapturedOrder(app, { items: [buildItem({ image: 'alma-10' })] })
  await app.db.updateTable('images').set({ active: false }).where('slug', '=', 'alma-10').execute()
  await app.db.updateTable('plans').set({ state: 'retired' }).execute()
  await app.work()
  assert.equal((await servicesOf(bought))[0]?.state, 'active')
  await app.db.updateTable('plans').set({ state: 'published' }).execute()
})

test('a paid order that is fulfilled late keeps its promises: its number waits for its period, and nothing numbered changes', async () => {
  const bought = await buildCapturedOrder(app)
  const signal = new AbortController().signal
  const received = await app.db.selectFrom('gatewayEvents').select('id').where('state', '=', 'received').execute()
  for (const { id } of received) await processGatewayEvent.run(app, { gatewayEventId: id }, signal)
  app.advance({ hours: 2 })
  await numberInvoices.run(app, {}, signal)
  await run(bought)
  await app.work()
  await numberInvoices.run(app, {}, signal)
  const { number } = await app.db
    .selectFrom('invoices')
    .select('number')
    .where('id', '=', bought.invoice.id)
    .executeTakeFirstOrThrow()
  assert.ok(number)
  assert.deepEqual(await runChecks(app), [])
})

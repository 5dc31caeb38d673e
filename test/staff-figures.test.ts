import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { countQueuedJobs, listQueuedJobs, retryQueuedJob } from '#modules/accounts/queued-jobs.ts'
import { listGatewayEvents, sumMoneyReceived } from '#modules/billing/billing-figures.ts'
import { listOffer } from '#modules/catalog/list-offer.ts'
import { countOrders } from '#modules/orders/orders-figures.ts'
import { countLiveProcedures, countServices, listNodeStandings } from '#modules/provisioning/provisioning-figures.ts'
import type { Actor } from '#platform/actor.ts'
import { lowestId, newId } from '#platform/ids.ts'
import { buildOrder, buildPaidOrder } from '#test/support/builders.ts'
import { failedServer } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { memberAs, staffAs, type StaffRole } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const staff = (role: StaffRole): Actor => staffAs(role)
const customer: Actor = memberAs('cus_1', 'usr_1')
const midnight = (): Temporal.Instant => app.clock.now().toZonedDateTimeISO('UTC').startOfDay().toInstant()

test('an id made later sorts after the lowest id of its moment, and one made earlier before it', () => {
  const moment = Date.parse('2026-11-23T10:00:00Z')
  for (let round = 0; round < 50; round += 1) {
    assert.ok(newId('ord', moment) >= lowestId('ord', moment))
    assert.ok(newId('ord', moment - 1) < lowestId('ord', moment))
  }
})

test('the day counts the orders and the money of that day alone, by currency', async () => {
  await buildPaidOrder(app)
  await buildPaidOrder(app, { currency: 'USD' })
  await buildOrder(app)
  const support = staff('support')
  assert.deepEqual(await countOrders(app, support, midnight()), { placed: 3, paid: 2 })
  assert.deepEqual(await sumMoneyReceived(app, support, midnight()), [
    { currency: 'EUR', amountMinor: 900n, payments: 1 },
    { currency: 'USD', amountMinor: 900n, payments: 1 },
  ])
  app.advance({ hours: 25 })
  assert.deepEqual(await countOrders(app, support, midnight()), { placed: 0, paid: 0 })
  assert.deepEqual(await sumMoneyReceived(app, support, midnight()), [])
  await assert.rejects(sumMoneyReceived(app, customer, midnight()), { code: 'permission_denied' })
})

test('services are counted by state, and nodes tell their room and what they carry', async () => {
  await failedServer(app)
  const operations = staff('operations')
  assert.deepEqual(await countServices(app, operations), { active: 2, failed: 1 })
  assert.deepEqual(await countLiveProcedures(app, operations), {})
  const nodes = await listNodeStandings(app, operations)
  assert.equal(
    nodes.reduce((sum, { services }) => sum + services, 0),
    2,
  )
  for (const node of nodes)
    assert.ok(node.online && node.active && node.regionSlug && node.memoryFreeMb <= node.memoryTotalMb)
  await assert.rejects(countLiveProcedures(app, staff('billing')), { code: 'permission_denied' })
})

test('messages of the gateway and queued jobs are for those whose work they are', async () => {
  assert.deepEqual((await listGatewayEvents(app, staff('billing'), { state: 'suspense', limit: 5 })).rows, [])
  const first = await listGatewayEvents(app, staff('billing'), { state: 'processed', limit: 1 })
  const second = await listGatewayEvents(app, staff('billing'), { state: 'processed', limit: 1, after: first.next })
  assert.notEqual(first.rows[0]!.id, second.rows[0]!.id)
  for (const role of ['support', 'operations'] as const)
    await assert.rejects(listGatewayEvents(app, staff(role), { state: 'suspense', limit: 5 }), {
      code: 'permission_denied',
    })

  const done = await listQueuedJobs(app, staff('billing'), { view: 'done', limit: 100 })
  assert.ok(done.rows.some(({ job }) => job === 'orders.fulfil-order'))
  assert.ok(done.rows.every(({ queue }) => !queue.startsWith('__')))
  assert.deepEqual(await countQueuedJobs(app, staff('billing')), [])
  await assert.rejects(listQueuedJobs(app, staff('support'), { view: 'done', limit: 1 }), { code: 'permission_denied' })
  await assert.rejects(retryQueuedJob(app, staff('billing'), { jobId: 'x' }), { code: 'permission_denied' })
  await assert.rejects(retryQueuedJob(app, staff('operations'), { jobId: 'x' }), { code: 'job_not_found' })
})

test('staff see the catalogue with what is no longer offered', async () => {
  await app.db.updateTable('plans').set({ state: 'retired' }).where('slug', '=', 'vps-starter').execute()
  await app.db.updateTable('images').set({ active: false }).where('slug', '=', 'debian-13').execute()
  const { products, images, regions } = await listOffer(app, staff('support'))
  const starter = products[0]!.plans.find(({ slug }) => slug === 'vps-starter')
  assert.equal(starter?.state, 'retired')
  assert.ok(
    starter.prices.some(
      ({ currency, intervalUnit, amountMinor }) => `${currency} ${intervalUnit} ${amountMinor}` === 'EUR month 900',
    ),
  )
  assert.equal(images.find(({ slug }) => slug === 'debian-13')?.active, false)
  assert.ok(regions.every(({ nodes }) => nodes > 0))
  await assert.rejects(listOffer(app, customer), { code: 'permission_denied' })
})

import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { buildActiveService, operations, settled } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { checkAddresses, checkMachines, checkVmIds } from './provisioning-checks.ts'
import type { Service } from './service.ts'
import { terminateService } from './terminate-service.ts'

const app = await createTestApp()
after(() => app.close())

let service: Service
/** Every test seeds one breach on a service of its own; a check tells of that service's breach and of nothing else of it. */
beforeEach(async () => {
  service = await buildActiveService(app)
})

const toldOf = async (check: typeof checkMachines, subjectId: string) =>
  (await check(app)).filter((each) => each.subjectId === subjectId).map((each) => each.message)

const terminated = async () => {
  await terminateService(app, operations, { serviceId: service.id })
  return settled(app, service.id)
}

test('a house in order has no findings', async () => {
  await terminated()
  assert.deepEqual([...(await checkMachines(app)), ...(await checkAddresses(app)), ...(await checkVmIds(app))], [])
})

test('I11: an active service whose machine is gone', async () => {
  await app.vpsHost.stop(service.node!, service.vmId!)
  app.proxmox.finishTasks()
  await app.vpsHost.destroy(service.vmId!, `ez-${service.id}`)
  app.proxmox.finishTasks()
  assert.match((await toldOf(checkMachines, service.id)).join(), /is active, but the host has no machine/)
})

test('I11: a machine that carries our tag and belongs to nobody', async () => {
  await app.db.updateTable('services').set({ vmId: null }).where('id', '=', service.id).execute()
  app.advance({ minutes: 11 })
  const told = await toldOf(checkMachines, service.id)
  assert.deepEqual(told.length, 2)
  assert.match(told.join(), /has no machine.*which does not own it/)
})

test('I12: a service that lacks an address it bought', async () => {
  await app.db.updateTable('addresses').set({ serviceId: null }).where('serviceId', '=', service.id).execute()
  assert.deepEqual(await toldOf(checkAddresses, service.id), ['web-1 is active and holds 0 of 1 IPv4 addresses.'])
})

test('I12: an address that was given to the next server before it had rested for 24 hours', async () => {
  const { address } = await app.db
    .selectFrom('addresses')
    .select('address')
    .where('serviceId', '=', service.id)
    .executeTakeFirstOrThrow()
  await terminated()
  await app.db.updateTable('addresses').set({ quarantinedUntil: null }).where('address', '=', address).execute()
  assert.match((await toldOf(checkAddresses, address)).join(), /but is free before/)
  const next = await buildActiveService(app)
  await app.db.updateTable('addresses').set({ serviceId: null }).where('serviceId', '=', next.id).execute()
  await app.db
    .updateTable('addresses')
    .set({ serviceId: next.id, allocatedAt: app.clock.now() })
    .where('address', '=', address)
    .execute()
  assert.match((await toldOf(checkAddresses, address)).join(), new RegExp(`but was given to ${next.id} before`))
})

test('I13: a machine number that was not given, or lies outside our range', async () => {
  await app.db.updateTable('services').set({ vmId: 101 }).where('id', '=', service.id).execute()
  const told = (await toldOf(checkVmIds, service.id)).join()
  assert.match(told, /has machine number 101, which it was not given/)
  assert.match(told, /keeps machine number/)
})

test('I13: a number that is given again before it rested for 30 days', async () => {
  const before = service.vmId!
  await terminated()
  await app.db.deleteFrom('vmIds').where('vmId', '>=', before).execute()
  const next = await buildActiveService(app)
  assert.equal(next.vmId, before)
  assert.match((await toldOf(checkVmIds, `vm-${before}`)).join(), /given again after less than 30 days/)
})

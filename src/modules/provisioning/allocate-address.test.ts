import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { beginService, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { allocateAddresses, markAddressesUsed, releaseAddresses } from './allocate-address.ts'

const app = await createTestApp()
after(() => app.close())

let pools = 0
let region = { regionId: '', poolId: '' }
/** A region of its own with one pool of `count` addresses. */
beforeEach(async () => {
  pools += 1
  region = { regionId: `reg_${pools}`, poolId: `apl_${pools}` }
  await app.db
    .insertInto('regions')
    .values({
      id: region.regionId,
      slug: `r${pools}`,
      name: '{"en":"R","de":"R"}',
      country: 'DE',
      position: 9,
      active: true,
    })
    .execute()
  await app.db
    .insertInto('addressPools')
    .values({
      id: region.poolId,
      regionId: region.regionId,
      family: 4,
      gateway: `10.${pools}.0.1`,
      prefix: 24,
      nameServers: ['9.9.9.9'],
    })
    .execute()
})

const fill = (count: number) =>
  app.db
    .insertInto('addresses')
    .values(
      Array.from({ length: count }, (_each, index) => ({
        address: `10.${pools}.0.${index + 10}`,
        poolId: region.poolId,
      })),
    )
    .execute()

const allocate = (service: { id: string; customerId: string }, count: number) =>
  app.transaction(tester, (tx) =>
    allocateAddresses(tx, { serviceId: service.id, customerId: service.customerId, regionId: region.regionId, count }),
  )

test('allocators at once never get the same address, and every address of the pool is handed out', async () => {
  await fill(40)
  const services = await Promise.all(Array.from({ length: 20 }, async () => (await beginService(app)).service))
  const given = (await Promise.all(services.map((service) => allocate(service, 2)))).flat()
  assert.equal(given.length, 40)
  assert.equal(new Set(given).size, 40)
})

test('a dry pool is refused cleanly and gives nothing', async () => {
  await fill(3)
  const { service } = await beginService(app)
  await assert.rejects(allocate(service, 4), { kind: 'unavailable', code: 'addresses_exhausted' })
  const held = await app.db.selectFrom('addresses').select('address').where('serviceId', '=', service.id).execute()
  assert.deepEqual(held, [])
})

test('an address that was used rests for 24 hours after its server is gone, one that was not is free at once', async () => {
  await fill(1)
  const { service } = await beginService(app)
  const release = (used: boolean) =>
    app.transaction(tester, async (tx) => {
      if (used) await markAddressesUsed(tx, service.id)
      await releaseAddresses(tx, { serviceId: service.id, customerId: service.customerId })
    })
  await allocate(service, 1)
  await release(false)
  await allocate(service, 1)
  await release(true)
  app.advance({ hours: 23 })
  await assert.rejects(allocate(service, 1), { code: 'addresses_exhausted' })
  app.advance({ hours: 2 })
  assert.deepEqual(await allocate(service, 1), [`10.${pools}.0.10`])
})

test('a region with IPv6 gives each server one address of it as well', async () => {
  await fill(1)
  await app.db
    .insertInto('addressPools')
    .values({
      id: `apl_v6_${pools}`,
      regionId: region.regionId,
      family: 6,
      gateway: '2001:db8::1',
      prefix: 64,
      nameServers: [],
    })
    .execute()
  await app.db
    .insertInto('addresses')
    .values({ address: '2001:db8::10', poolId: `apl_v6_${pools}` })
    .execute()
  const { service } = await beginService(app)
  assert.deepEqual(await allocate(service, 1), [`10.${pools}.0.10`, '2001:db8::10'])
})

test('who had an address, and when, stays readable in the event log', async () => {
  await fill(1)
  const { service } = await beginService(app)
  const [address] = await allocate(service, 1)
  const event = await app.db
    .selectFrom('events')
    .select(['customerId', 'after'])
    .where('subjectId', '=', address!)
    .where('name', '=', 'address.allocated')
    .executeTakeFirstOrThrow()
  assert.deepEqual(event, { customerId: service.customerId, after: { serviceId: service.id } })
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { beginService, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { allocateVmId, releaseVmId } from './allocate-vm-id.ts'

const app = await createTestApp()
after(() => app.close())

const range = { min: 500_000, max: 500_009 }
const services = await Promise.all(Array.from({ length: 11 }, async () => (await beginService(app)).subjectId))
const allocate = (serviceId: string) => app.transaction(tester, (tx) => allocateVmId(tx, { serviceId, range }))
const release = (serviceId: string) => app.transaction(tester, (tx) => releaseVmId(tx, { serviceId }))

test('services that ask at once get different numbers of our range; asked again, the same', async () => {
  const given = await Promise.all(services.slice(0, 10).map(allocate))
  assert.deepEqual(
    given.toSorted((a, b) => a - b),
    Array.from({ length: 10 }, (_each, index) => range.min + index),
  )
  assert.equal(await allocate(services[0]!), given[0])
})

test('a used up range is refused, and a number given back rests for 30 days first', async () => {
  await assert.rejects(allocate(services[10]!), { code: 'vm_ids_exhausted' })
  const number = await allocate(services[3]!)
  await release(services[3]!)
  app.advance({ hours: 29 * 24 })
  await assert.rejects(allocate(services[10]!), { code: 'vm_ids_exhausted' })
  app.advance({ hours: 25 })
  assert.equal(await allocate(services[10]!), number)
})

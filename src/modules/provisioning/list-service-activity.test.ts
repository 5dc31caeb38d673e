import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildActiveService, operations, ownerOf, settled } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { countServices } from './count-services.ts'
import { listServiceActivity } from './list-service-activity.ts'
import { requestPowerAction } from './request-power-action.ts'
import { resumeService } from './resume-service.ts'
import { suspendService } from './suspend-service.ts'

const app = await createTestApp()
after(() => app.close())

test('a customer reads what happened to their server, and who asked for it, without the words of the host', async () => {
  const service = await buildActiveService(app)
  const owner = ownerOf(service)
  await requestPowerAction(app, owner, { serviceId: service.id, action: 'shutdown' })
  await settled(app, service.id)
  await requestPowerAction(app, operations, { serviceId: service.id, action: 'start' })
  await settled(app, service.id)
  await suspendService(app, operations, { serviceId: service.id, reason: 'dispute', note: 'for colleagues' })
  await settled(app, service.id)
  await resumeService(app, operations, { serviceId: service.id, reason: 'dispute' })
  await settled(app, service.id)

  const { rows, next } = await listServiceActivity(app, owner, { serviceId: service.id, limit: 50 })
  assert.equal(next, undefined)
  assert.deepEqual(rows.map(({ name, action, power, by }) => [name, action ?? power, by]).toReversed(), [
    ['service.pending', null, 'system'],
    ['service.provisioning', null, 'system'],
    ['service.active', null, 'system'],
    ['service.action_requested', 'shutdown', 'you'],
    ['service.power_changed', 'stopped', 'system'],
    ['service.action_requested', 'start', 'staff'],
    ['service.power_changed', 'running', 'system'],
    ['service.suspended', null, 'system'],
    ['service.active', null, 'system'],
  ])
  assert.equal(rows[0]?.before, 'suspended')
  assert.ok(!JSON.stringify(rows.map((row) => ({ ...row, at: '' }))).includes('colleagues'))

  const first = await listServiceActivity(app, owner, { serviceId: service.id, limit: 2 })
  const second = await listServiceActivity(app, owner, { serviceId: service.id, limit: 2, after: first.next })
  assert.deepEqual([...first.rows, ...second.rows], rows.slice(0, 4))
})

test('somebody else’s server has no activity to read and is not counted', async () => {
  const service = await buildActiveService(app)
  const stranger = ownerOf({ customerId: 'cus_somebodyelse' })
  await assert.rejects(listServiceActivity(app, stranger, { serviceId: service.id, limit: 5 }), {
    code: 'service_not_found',
  })
  assert.deepEqual(await countServices(app, stranger), { total: 0, running: 0 })
  assert.deepEqual(await countServices(app, ownerOf(service)), { total: 1, running: 1 })
})

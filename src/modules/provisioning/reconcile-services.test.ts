import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildActiveService, operations, settled, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { machineTag } from './machine-tag.ts'
import { getService } from './provisioning-queries.ts'
import { reconcileServices } from './reconcile-services.ts'
import { suspendService } from './suspend-service.ts'

const app = await createTestApp()
after(() => app.close())

const reconcile = async () => {
  await reconcileServices.run(app, {}, new AbortController().signal)
}
const told = async (name: string) =>
  app.db.selectFrom('events').select(['subjectId', 'after']).where('name', '=', name).orderBy('sequence').execute()

test('a server that was shut down from inside is shown as off, with one event', async () => {
  const service = await buildActiveService(app)
  app.advance({ minutes: 1 })
  app.proxmox.setMachine(service.vmId!, { running: false })
  await reconcile()
  app.advance({ minutes: 1 })
  await reconcile()
  const seen = await getService(app, tester, service.id)
  assert.equal(seen.power, 'stopped')
  assert.ok(Temporal.Instant.compare(seen.powerSeenAt!, service.powerSeenAt!) > 0)
  app.advance({ minutes: 6 })
  await reconcile()
  const later = await getService(app, tester, service.id)
  assert.ok(Temporal.Instant.compare(later.powerSeenAt!, seen.powerSeenAt!) > 0, 'an unchanged state is confirmed')
  assert.deepEqual(await told('service.power_changed'), [{ subjectId: service.id, after: { power: 'stopped' } }])
})

test('a server that the host moved is known on its new node', async () => {
  const service = await buildActiveService(app)
  app.advance({ minutes: 1 })
  app.proxmox.setMachine(service.vmId!, { node: 'hel1-pve1' })
  await reconcile()
  assert.equal((await getService(app, tester, service.id)).node, 'hel1-pve1')
})

test('what a procedure saw a moment ago counts more than the lagging list', async () => {
  const service = await buildActiveService(app)
  app.proxmox.setMachine(service.vmId!, { running: false })
  await reconcile()
  assert.equal((await getService(app, tester, service.id)).power, 'running')
})

test('a suspended server that was started behind our back is switched off again', async () => {
  const service = await buildActiveService(app)
  await suspendService(app, operations, { serviceId: service.id, reason: 'by_staff' })
  await app.work()
  app.advance({ minutes: 1 })
  app.proxmox.setMachine(service.vmId!, { running: true })
  await reconcile()
  const seen = await settled(app, service.id)
  assert.deepEqual([seen.state, seen.power], ['suspended', 'stopped'])
  assert.equal((await app.vpsHost.findMachine(service.vmId!))?.power, 'stopped')
})

test('a machine of ours that nobody owns is told of once a day', async () => {
  const service = await buildActiveService(app)
  await app.vpsHost.cloneTemplate({
    node: service.node!,
    templateVmId: 9_000,
    vmId: 920_000,
    name: 'lost',
    tag: machineTag(service.id),
  })
  app.proxmox.finishTasks()
  await app.vpsHost.configure({
    node: service.node!,
    vmId: 920_000,
    tag: machineTag(service.id),
    hostname: 'lost',
    cores: 1,
    memoryMb: 1_024,
    sshKeys: [],
    user: 'debian',
    addresses: [],
    nameServers: [],
  })
  await reconcile()
  assert.deepEqual(await told('machine.orphaned'), [], 'not yet: it may be on its way')
  app.advance({ minutes: 11 })
  await reconcile()
  await reconcile()
  const [orphan, ...more] = await told('machine.orphaned')
  assert.deepEqual(orphan, { subjectId: 'vm-920000', after: { node: service.node, serviceId: service.id } })
  assert.deepEqual(more, [])
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  driveProcedure,
  everyStepTwice,
  failing,
  failureAtEachStep,
  lostAnswerAtEachCall,
} from '#test/support/procedure-tests.ts'
import { beginService, operations, ownerOf, settled, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVps } from './create-vps.ts'
import { machineTag } from './machine-tag.ts'
import { getProcedure } from './procedure-queries.ts'
import { provisioningChecks } from './provisioning-checks.ts'
import { getService, getServiceDetail } from './provisioning-queries.ts'
import { retryService } from './retry-service.ts'
import { memberAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const machinesOf = async (serviceId: string) =>
  (await app.vpsHost.listMachines()).filter((machine) => machine.tags.includes(machineTag(serviceId)))

const addressesOf = (serviceId: string) =>
  app.db.selectFrom('addresses').select('address').where('serviceId', '=', serviceId).execute()

/** One machine that runs, with the addresses and the number that were given, and nothing twice. */
async function assertDelivered(serviceId: string, why = ''): Promise<void> {
  const service = await getService(app, tester, serviceId)
  assert.equal(service.state, 'active', why)
  const [machine, ...more] = await machinesOf(serviceId)
  assert.ok(machine, why)
  assert.deepEqual([machine.vmId, machine.node, machine.power], [service.vmId, service.node, 'running'], why)
  assert.deepEqual(more, [], why)
  assert.equal((await addressesOf(serviceId)).length, service.addressCount, why)
}

async function assertNothingLeft(serviceId: string, why: string): Promise<void> {
  const service = await getService(app, tester, serviceId)
  assert.deepEqual([service.state, service.node, service.vmId], ['failed', null, null], why)
  assert.match(service.failure ?? '', /technical fault on our side/, why)
  assert.deepEqual(await machinesOf(serviceId), [], why)
  assert.deepEqual(await addressesOf(serviceId), [], why)
  const numbers = await app.db.selectFrom('vmIds').select('vmId').where('serviceId', '=', serviceId).execute()
  assert.deepEqual(numbers, [], why)
}

const findings = async () => (await Promise.all(provisioningChecks.map((check) => check(app)))).flat()

test('a server that was ordered is built as ordered, and is active only once it runs', async () => {
  const { subjectId, service } = await beginService(app, {
    addressCount: 2,
    hostname: 'shop',
    sshKey: 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEmXq0Kq7HqTJrVVdmZQxg3Z2Mt9W3w7mJ0Z8eXyFZ8a ada',
  })
  assert.equal(service.state, 'provisioning')
  await app.work()
  await assertDelivered(subjectId)
  const detail = await getServiceDetail(app, ownerOf(service), subjectId)
  assert.equal(detail.addresses.length, 2)
  assert.deepEqual(new Set(detail.procedure?.steps.map((step) => step.state)), new Set(['done']))
  assert.deepEqual(detail.powerActions, ['shutdown', 'restart', 'stop'])
  assert.deepEqual(await findings(), [])
})

test('every step run twice still leads to one server', async () => {
  await assertDelivered(await everyStepTwice(app, createVps, () => beginService(app)))
})

test('a failure at any step, before or after it acted, leaves nothing behind and tells the customer', async () => {
  await failureAtEachStep(
    app,
    createVps,
    () => beginService(app),
    (serviceId, { step, acted }) => assertNothingLeft(serviceId, `${step}, ${acted ? 'after' : 'before'} acting`),
  )
  assert.deepEqual(await findings(), [])
})

test('whichever answer of the host is lost, there is one server in the end', async () => {
  const lost = await lostAnswerAtEachCall(
    app,
    createVps,
    () => beginService(app),
    'completed',
    async (id, call) => {
      await assertDelivered(id, call)
      const { vmId } = await getService(app, tester, id)
      assert.deepEqual(app.proxmox.effects(vmId!), { clones: 1, starts: 1, destroys: 0 }, call)
    },
  )
  assert.equal(lost, 6, 'copy, configure, grow (and once more, to see that it is done), protect, start')
  assert.deepEqual(await findings(), [])
})

test('whichever answer of the host is lost while a failure is undone, nothing is left behind', async () => {
  const fails = failing(createVps, 'wait until it answers', true)
  const lost = await lostAnswerAtEachCall(app, fails, () => beginService(app), 'compensated', assertNothingLeft)
  assert.equal(lost, 8, 'the six above, then stop and destroy')
  assert.deepEqual(await findings(), [])
})

test('addresses rest only when a machine carried them', async () => {
  const resting = () =>
    app.db.selectFrom('addresses').select('address').where('quarantinedUntil', 'is not', null).execute()
  const before = (await resting()).length
  assert.ok(before > 0, 'failures above happened after machines existed')
  const region = await app.db.selectFrom('regions').select('id').where('slug', '=', 'hel1').executeTakeFirstOrThrow()
  await beginService(app, { regionId: region.id, memoryMb: 10_000_000 })
  await app.work()
  assert.equal((await resting()).length, before)
})

test('a region without room fails the service with the truth; staff can retry it, customers cannot', async () => {
  const { service, subjectId } = await beginService(app, { memoryMb: 10_000_000 })
  const failed = await settled(app, subjectId)
  assert.equal(failed.state, 'failed')
  assert.match(failed.failure ?? '', /no room left in this region/)
  await assert.rejects(retryService(app, ownerOf(service), { serviceId: subjectId }), { code: 'permission_denied' })

  await app.db.updateTable('services').set({ memoryMb: 1_024 }).where('id', '=', subjectId).execute()
  await retryService(app, operations, { serviceId: subjectId })
  await app.work()
  await assertDelivered(subjectId)
  await assert.rejects(retryService(app, operations, { serviceId: subjectId }), { code: 'service_active' })
})

test('a number that carries a foreign machine is burnt, and the foreign machine stays untouched', async () => {
  const { vmId } = await app.db
    .selectFrom('vmIds')
    .select((each) => each.fn.max('vmId').as('vmId'))
    .executeTakeFirstOrThrow()
  const taken = vmId + 1
  await app.vpsHost.cloneTemplate({
    node: 'fsn1-pve1',
    templateVmId: 9_000,
    vmId: taken,
    name: 'foreign',
    tag: 'somebody',
  })
  app.proxmox.finishTasks()
  const { subjectId } = await beginService(app)
  await app.work()
  await assertDelivered(subjectId)
  assert.notEqual((await getService(app, tester, subjectId)).vmId, taken)
  assert.equal((await app.vpsHost.findMachine(taken))?.name, 'foreign')
})

test('a copy that the host gives up for want of a lock is begun again, also when many are ordered at once', async () => {
  app.proxmox.setStorage('ceph', { cloneLimit: 1 })
  app.proxmox.endNextTask(
    'qmclone',
    "clone failed: can't lock file '/var/lock/pve-manager/pve-storage-ceph' - got timeout",
  )
  const begun = await Promise.all(Array.from({ length: 4 }, () => beginService(app)))
  await app.work()
  for (const { subjectId } of begun) await assertDelivered(subjectId)
  app.proxmox.setStorage('ceph', { cloneLimit: 4 })
})

test('a copy that finds no space fails the service, leaves nothing behind and keeps its reason for staff', async () => {
  app.proxmox.endNextTask('qmclone', 'clone failed: no space left on device')
  const { subjectId, procedureId } = await beginService(app)
  await app.work()
  await assertNothingLeft(subjectId, 'no space')
  assert.match((await getProcedure(app, operations, procedureId)).run.error ?? '', /no space left on device/)
})

test('a server whose node was moved by the host while it was built is still found by its number', async () => {
  const { subjectId, procedureId } = await beginService(app)
  const move: typeof createVps = {
    ...createVps,
    steps: createVps.steps.map((step) => ({
      ...step,
      do: async (context) => {
        if (step.name === 'start machine') {
          const { vmId } = await getService(app, tester, subjectId)
          app.proxmox.setMachine(vmId!, { node: 'hel1-pve1' })
        }
        return step.do(context)
      },
    })),
  }
  assert.equal(await driveProcedure(app, move, procedureId), 'completed')
  assert.equal((await getService(app, tester, subjectId)).state, 'active')
})

test('another customer does not find the service', async () => {
  const { subjectId } = await beginService(app)
  await assert.rejects(getService(app, memberAs('cus_other', 'usr_x'), subjectId), {
    kind: 'not_found',
    code: 'service_not_found',
  })
  await app.work()
})

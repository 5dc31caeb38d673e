import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { grantEntitlements } from '#modules/entitlements/grant-entitlements.ts'
import { driveProcedure, everyStepTwice, failing, lostAnswerAtEachCall } from '#test/support/procedure-tests.ts'
import {
  beginService,
  buildActiveService,
  operations,
  ownerOf,
  settled,
  tester,
} from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVps } from './create-vps.ts'
import { getService, getServiceDetail } from './provisioning-queries.ts'
import { provisioningChecks } from './provisioning-checks.ts'
import { TERMINATIONS_PER_HOUR, terminateService } from './terminate-service.ts'
import { terminateVps } from './terminate-vps.ts'

const app = await createTestApp()
after(() => app.close())

const findings = async () => (await Promise.all(provisioningChecks.map((check) => check(app)))).flat()
const begin = async () => {
  app.advance({ hours: 2 })
  const { id: subjectId } = await buildActiveService(app)
  await terminateService(app, tester, { serviceId: subjectId })
  const { id: procedureId } = await app.db
    .selectFrom('procedures')
    .select('id')
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return { subjectId, procedureId }
}

test('a terminated server is gone, its addresses and its number rest, and its entitlements end', async () => {
  const service = await buildActiveService(app, { addressCount: 2 })
  const { customerId, subscriptionId } = service
  await app.transaction(tester, (tx) =>
    grantEntitlements(tx, { customerId, subscriptionId, grants: [{ code: 'vps', quantity: 1 }] }),
  )
  await terminateService(app, operations, { serviceId: service.id })
  const gone = await settled(app, service.id)
  assert.deepEqual([gone.state, gone.vmId, gone.power], ['terminated', null, null])
  assert.equal(await app.vpsHost.findMachine(service.vmId!), undefined)
  const resting = await app.db
    .selectFrom('addresses')
    .select('address')
    .where('quarantinedUntil', '>', app.clock.now().add({ hours: 23 }))
    .execute()
  assert.equal(resting.length, 2)
  const number = await app.db
    .selectFrom('vmIds')
    .selectAll()
    .where('vmId', '=', service.vmId!)
    .executeTakeFirstOrThrow()
  assert.equal(number.serviceId, null)
  const left = await app.db
    .selectFrom('entitlements')
    .select('state')
    .where('subscriptionId', '=', subscriptionId)
    .execute()
  assert.deepEqual(left, [{ state: 'revoked' }])
  assert.deepEqual(await findings(), [])
  await assert.rejects(terminateService(app, operations, { serviceId: service.id }), { code: 'service_terminated' })
})

test('a machine that does not carry our tag is never destroyed, and the termination fails for staff to look', async () => {
  const service = await buildActiveService(app)
  const foreign = 910_000
  await app.vpsHost.cloneTemplate({
    node: 'fsn1-pve1',
    templateVmId: 9_000,
    vmId: foreign,
    name: 'foreign',
    tag: 'else',
  })
  app.proxmox.finishTasks()
  await app.db.updateTable('services').set({ vmId: foreign }).where('id', '=', service.id).execute()
  await terminateService(app, operations, { serviceId: service.id })
  assert.equal((await settled(app, service.id)).state, 'active')
  assert.equal((await app.vpsHost.findMachine(foreign))?.name, 'foreign')
  const failed = await getServiceDetail(app, operations, service.id)
  assert.match(failed.procedure?.error ?? '', /does not carry our tag/)
  await app.db.updateTable('services').set({ vmId: service.vmId }).where('id', '=', service.id).execute()
})

test('a termination ends well with every step run twice and whichever answer is lost', async () => {
  const gone = async (serviceId: string) => {
    assert.equal((await getService(app, tester, serviceId)).state, 'terminated')
  }
  await gone(await everyStepTwice(app, terminateVps, begin))
  assert.equal(await lostAnswerAtEachCall(app, terminateVps, begin, 'completed', gone), 3, 'backup, stop and destroy')
  await app.work()
  assert.deepEqual(await findings(), [])
})

test('a service that failed can be terminated without a machine', async () => {
  const { subjectId, procedureId } = await beginService(app)
  await driveProcedure(app, failing(createVps, 'configure machine', false), procedureId)
  await terminateService(app, operations, { serviceId: subjectId })
  assert.equal((await settled(app, subjectId)).state, 'terminated')
})

test('customers cannot terminate, and a service that is being built cannot be terminated', async () => {
  const { service } = await beginService(app)
  await assert.rejects(terminateService(app, ownerOf(service), { serviceId: service.id }), {
    code: 'permission_denied',
  })
  await assert.rejects(terminateService(app, operations, { serviceId: service.id }), { code: 'service_provisioning' })
  await app.work()
})

test('after 20 terminations within an hour the next needs a person who approves it', async () => {
  app.advance({ hours: 2 })
  await app.transaction(tester, async (tx) => {
    for (let each = 0; each < TERMINATIONS_PER_HOUR; each += 1)
      await tx.emit('service.termination_requested', `svc_${each}`)
  })
  const service = await buildActiveService(app)
  const input = { serviceId: service.id }
  await assert.rejects(terminateService(app, tester, { ...input, approved: true }), {
    code: 'termination_needs_approval',
  })
  await assert.rejects(terminateService(app, operations, input), { code: 'termination_needs_approval' })
  await terminateService(app, operations, { ...input, approved: true })
  assert.equal((await settled(app, service.id)).state, 'terminated')
})

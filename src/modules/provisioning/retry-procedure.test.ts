import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { driveProcedure, failing } from '#test/support/procedure-tests.ts'
import {
  beginService,
  buildActiveService,
  operations,
  ownerOf,
  settled,
  tester,
} from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { Problem } from '#platform/problem.ts'
import { createVps } from './create-vps.ts'
import { getProcedure, listProcedures } from './procedure-queries.ts'
import { checkSuspensions } from './provisioning-checks.ts'
import { requestPowerAction } from './request-power-action.ts'
import { retryProcedure } from './retry-procedure.ts'
import { reconcileServices } from './reconcile-services.ts'
import { resumeIfHeld, resumeService } from './resume-service.ts'
import { suspendService } from './suspend-service.ts'
import { terminateService } from './terminate-service.ts'
import { wakeProcedures } from './wake-procedures.ts'
import { staffAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

/** Builds fail after the machine runs, and the host refuses to destroy it for longer than we are patient. */
async function buildStuck() {
  const { subjectId, procedureId, service } = await beginService(app)
  const destroy = async (): Promise<never> => {
    await sql`update procedure_steps set started_at = started_at - interval '1 hour' where procedure_id = ${procedureId}`.execute(
      app.db,
    )
    throw new Problem('unavailable', 'vps_host_unavailable', 'The storage is away.')
  }
  const vpsHost = { ...app.vpsHost, destroy }
  const state = await driveProcedure(app, failing(createVps, 'start machine', true), procedureId, { vpsHost })
  assert.equal(state, 'stuck')
  return { subjectId, procedureId, service }
}

test('an undo that the host keeps refusing is stuck on staff’s list, and goes on to its end when retried', async () => {
  const { subjectId, procedureId, service } = await buildStuck()
  const { rows } = await listProcedures(app, operations, { state: 'stuck', limit: 10 })
  assert.deepEqual(
    rows.map(({ id, hostname, customerName }) => [id, hostname, customerName]),
    [[procedureId, 'web-1', 'Ada']],
  )
  const { progress, log } = await getProcedure(app, operations, procedureId)
  assert.equal(progress.steps.find((step) => step.name === 'clone template')?.error, 'The storage is away.')
  assert.ok(log.length > 0)

  await assert.rejects(retryProcedure(app, ownerOf(service), { procedureId }), { code: 'permission_denied' })
  await retryProcedure(app, operations, { procedureId })
  assert.equal((await settled(app, subjectId)).state, 'failed')
  assert.equal((await getProcedure(app, operations, procedureId)).run.state, 'compensated')
  await assert.rejects(retryProcedure(app, operations, { procedureId }), { code: 'procedure_compensated' })
})

test('only staff who may read procedures see them, and an unknown one does not exist', async () => {
  const billing = staffAs('billing', 'usr_b')
  await assert.rejects(listProcedures(app, billing, { limit: 1 }), { code: 'permission_denied' })
  await assert.rejects(getProcedure(app, operations, 'prc_none'), { code: 'procedure_not_found' })
})

test('a procedure whose message was lost is woken and finishes', async () => {
  const { subjectId, procedureId } = await beginService(app)
  await sql`delete from queue.job where data->'payload'->>'procedureId' = ${procedureId}`.execute(app.db)
  await app.work()
  assert.equal((await getProcedure(app, tester, procedureId)).run.state, 'running')
  await sql`update procedures set wake_at = wake_at - interval '3 minutes' where id = ${procedureId}`.execute(app.db)
  await wakeProcedures.run(app, {}, new AbortController().signal)
  assert.equal((await settled(app, subjectId)).state, 'active')
})

/** The host, and how often it was asked for this. */
function countTasks(call: 'growDisk' | 'destroy') {
  let begun = 0
  const host = app.vpsHost[call]
  const counting = async (...args: unknown[]): Promise<unknown> => {
    begun += 1
    return Reflect.apply(host, app.vpsHost, args)
  }
  return { vpsHost: { ...app.vpsHost, [call]: counting }, begun: () => begun }
}

const LOCKED = "can't lock file '/var/lock/qemu-server/lock-100.conf' - got timeout"

async function lastProcedure(subjectId: string) {
  const { id } = await app.db
    .selectFrom('procedures')
    .select('id')
    .where('subjectId', '=', subjectId)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return getProcedure(app, operations, id)
}

test('a disk that fails to grow between two looks fails at once, with the host’s words for staff', async () => {
  const { subjectId, procedureId } = await beginService(app)
  const { vpsHost, begun } = countTasks('growDisk')
  app.proxmox.endNextTask('resize', 'resize failed: storage ceph: no space left on device')
  assert.equal(await driveProcedure(app, createVps, procedureId, { vpsHost }), 'compensated')
  assert.equal(begun(), 1)
  assert.equal((await settled(app, subjectId)).state, 'failed')
  const { run, progress } = await getProcedure(app, operations, procedureId)
  assert.match(run.error ?? '', /no space left on device/)
  const grow = progress.steps.find((step) => step.name === 'grow disk')
  assert.match(grow?.error ?? '', /no space left on device/)
})

test('a disk that a lock kept from growing is grown by a second task, and staff read why', async () => {
  const { procedureId } = await beginService(app)
  const { vpsHost, begun } = countTasks('growDisk')
  app.proxmox.endNextTask('resize', LOCKED)
  assert.equal(await driveProcedure(app, createVps, procedureId, { vpsHost }), 'completed')
  // The third look finds nothing to grow.
  assert.equal(begun(), 3)
  const { log } = await getProcedure(app, operations, procedureId)
  assert.ok(log.some(({ message }) => message.includes(LOCKED)))
})

test('what a step waits for is not forgotten when the host cannot be asked for a while', async () => {
  const { procedureId } = await beginService(app)
  const { vpsHost, begun } = countTasks('growDisk')
  let away = 2
  const taskState: typeof vpsHost.taskState = async (task) => {
    if (begun() === 1 && (away -= 1) === 0)
      throw new Problem('unavailable', 'vps_host_unavailable', 'The host is away.')
    return app.vpsHost.taskState(task)
  }
  app.proxmox.endNextTask('resize', 'no space left on device')
  assert.equal(await driveProcedure(app, createVps, procedureId, { vpsHost: { ...vpsHost, taskState } }), 'compensated')
  assert.equal(begun(), 1)
  assert.ok(away < 0, 'it was away, and asked again')
  assert.match((await getProcedure(app, operations, procedureId)).run.error ?? '', /no space left/)
})

test('a machine that the host will not switch off is asked for once, and the suspension tells why it failed', async () => {
  const { id: serviceId } = await buildActiveService(app)
  app.proxmox.endNextTask('qmstop', 'VM still running - terminating failed')
  await suspendService(app, operations, { serviceId, reason: 'abuse' })
  assert.equal((await settled(app, serviceId)).state, 'active')
  const { run } = await lastProcedure(serviceId)
  assert.deepEqual([run.state, run.error], ['compensated', 'VM still running - terminating failed'])
})

test('a start that a lock kept from working is followed by another', async () => {
  const service = await buildActiveService(app)
  const owner = ownerOf(service)
  await requestPowerAction(app, owner, { serviceId: service.id, action: 'stop' })
  await settled(app, service.id)
  app.proxmox.endNextTask('qmstart', LOCKED)
  await requestPowerAction(app, owner, { serviceId: service.id, action: 'start' })
  assert.equal((await settled(app, service.id)).power, 'running')
  const { run, log } = await lastProcedure(service.id)
  assert.equal(run.state, 'completed')
  assert.ok(log.some(({ message }) => message.includes(LOCKED)))
})

test('a machine that the host will not remove keeps its service, and staff read why', async () => {
  const { id: serviceId } = await buildActiveService(app)
  app.proxmox.endNextTask('qmdestroy', 'rbd: image has snapshots - not removing')
  await terminateService(app, operations, { serviceId })
  assert.equal((await settled(app, serviceId)).state, 'active')
  const { run } = await lastProcedure(serviceId)
  assert.deepEqual([run.state, run.error], ['compensated', 'rbd: image has snapshots - not removing'])
})

test('a machine that the host will not remove at first is removed in the end when its building is undone', async () => {
  const { subjectId, procedureId } = await beginService(app)
  const { vpsHost, begun } = countTasks('destroy')
  app.proxmox.endNextTask('qmdestroy', 'rbd: image has snapshots - not removing')
  const ended = await driveProcedure(app, failing(createVps, 'start machine', true), procedureId, { vpsHost })
  assert.deepEqual([ended, begun()], ['compensated', 2])
  const { log } = await getProcedure(app, operations, procedureId)
  assert.ok(log.some(({ message }) => /snapshots.*asked again/.test(message)))
  assert.equal((await settled(app, subjectId)).vmId, null)
})

/** Some minutes later the services are compared with the host. */
async function reconcile(minutes: number, serviceId: string) {
  app.advance({ minutes })
  await reconcileServices.run(app, {}, new AbortController().signal)
  return settled(app, serviceId)
}

test('what the host refused is asked for again ten minutes later: a suspension, and its end', async () => {
  const { id: serviceId } = await buildActiveService(app)
  app.proxmox.endNextTask('qmstop', 'VM still running - terminating failed')
  await suspendService(app, operations, { serviceId, reason: 'abuse' })
  assert.equal((await settled(app, serviceId)).state, 'active')
  assert.equal((await reconcile(9, serviceId)).state, 'active')
  assert.equal((await reconcile(2, serviceId)).state, 'suspended')

  app.proxmox.endNextTask('qmstart', "bridge 'vmbr0' does not exist")
  await resumeService(app, operations, { serviceId, reason: 'abuse' })
  assert.equal((await settled(app, serviceId)).state, 'suspended')
  assert.equal((await reconcile(11, serviceId)).state, 'active')
  app.advance({ hours: 2 })
  assert.deepEqual(await checkSuspensions(app), [])
})

test('a server that the host would not switch off runs on once it is paid for', async () => {
  const { id: serviceId } = await buildActiveService(app)
  app.proxmox.endNextTask('qmshutdown', 'VM quit/powerdown failed')
  await suspendService(app, operations, { serviceId, reason: 'non_payment' })
  assert.equal((await settled(app, serviceId)).state, 'active')
  await app.transaction(tester, (tx) => resumeIfHeld(tx, serviceId, 'non_payment'))
  assert.equal((await reconcile(11, serviceId)).state, 'active')
  assert.equal((await lastProcedure(serviceId)).run.name, 'provisioning.suspend-vps')
})

test('I43: a server that runs on though it is to be suspended, and one that stands without a reason, are told of', async () => {
  const { id: serviceId } = await buildActiveService(app)
  app.proxmox.endNextTask('qmstop', 'VM still running - terminating failed')
  await suspendService(app, operations, { serviceId, reason: 'abuse' })
  await settled(app, serviceId)
  assert.deepEqual(await checkSuspensions(app), [], 'the host may still come round')
  app.advance({ hours: 2 })
  const told = async () => (await checkSuspensions(app)).map(({ subjectId, message }) => [subjectId, message])
  assert.deepEqual(await told(), [[serviceId, 'web-1 is active, though it is to be suspended.']])
  await reconcile(0, serviceId)
  assert.deepEqual(await told(), [])
  await sql`update service_suspensions set lifted_at = created_at where service_id = ${serviceId}`.execute(app.db)
  assert.deepEqual(await told(), [[serviceId, 'web-1 is suspended without a reason.']])
})

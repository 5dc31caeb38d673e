import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { everyStepTwice, lostAnswerAtEachCall } from '#test/support/procedure-tests.ts'
import {
  beginService,
  buildActiveService,
  operations,
  ownerOf,
  settled,
  tester,
} from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { powerVps } from './power-vps.ts'
import { getService, getServiceDetail } from './provisioning-queries.ts'
import { readLiveStatus } from './read-live-status.ts'
import { requestPowerAction } from './request-power-action.ts'
import { resumeService } from './resume-service.ts'
import type { PowerAction } from './service.ts'
import { suspendService } from './suspend-service.ts'
import { staffAs, memberAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const hostPower = async (serviceId: string) => {
  const { vmId } = await getService(app, tester, serviceId)
  return (await app.vpsHost.findMachine(vmId!))?.power
}
const events = async (subjectId: string) =>
  (
    await app.db.selectFrom('events').select('name').where('subjectId', '=', subjectId).orderBy('sequence').execute()
  ).map((each) => each.name)

test('a customer shuts a server down and starts it again; nothing is claimed before the host says so', async () => {
  const service = await buildActiveService(app)
  const owner = ownerOf(service)
  await requestPowerAction(app, owner, { serviceId: service.id, action: 'shutdown' })
  assert.equal((await getService(app, owner, service.id)).power, 'running')
  const detail = await getServiceDetail(app, owner, service.id)
  assert.equal(detail.procedure?.live, true)
  assert.deepEqual(detail.powerActions, [])

  assert.equal((await settled(app, service.id)).power, 'stopped')
  assert.equal(await hostPower(service.id), 'stopped')
  await requestPowerAction(app, owner, { serviceId: service.id, action: 'start' })
  assert.equal((await settled(app, service.id)).power, 'running')
  assert.ok((await events(service.id)).includes('service.power_changed'))
})

test('a second action is refused while one runs, and names it', async () => {
  const service = await buildActiveService(app)
  const owner = ownerOf(service)
  await requestPowerAction(app, owner, { serviceId: service.id, action: 'restart' })
  await assert.rejects(requestPowerAction(app, owner, { serviceId: service.id, action: 'stop' }), {
    kind: 'conflict',
    code: 'action_running',
    message: /being switched on or off/,
  })
  await app.work()
})

test('a server that hangs in its shutdown is switched off after two minutes', async () => {
  const service = await buildActiveService(app)
  app.proxmox.setMachine(service.vmId!, { shutdownHangs: true })
  await requestPowerAction(app, ownerOf(service), { serviceId: service.id, action: 'shutdown' })
  assert.equal((await settled(app, service.id)).power, 'stopped')
})

test('restarting a server that is off starts it, starting one that runs changes nothing', async () => {
  const service = await buildActiveService(app)
  const act = async (action: PowerAction) => {
    await requestPowerAction(app, operations, { serviceId: service.id, action })
    return (await settled(app, service.id)).power
  }
  assert.equal(await act('start'), 'running')
  assert.equal(app.proxmox.effects(service.vmId!).starts, 1)
  assert.equal(await act('stop'), 'stopped')
  assert.equal(await act('restart'), 'running')
})

test('an action refused by the host ends without a claim and leaves its reason for staff', async () => {
  const service = await buildActiveService(app)
  app.proxmox.endNextTask('qmstop', 'the plug is stuck')
  await requestPowerAction(app, ownerOf(service), { serviceId: service.id, action: 'stop' })
  assert.equal((await settled(app, service.id)).power, 'running')
  const staff = await getServiceDetail(app, operations, service.id)
  assert.equal(staff.procedure?.state, 'compensated')
  assert.match(staff.procedure.error ?? '', /the plug is stuck/)
  const own = await getServiceDetail(app, ownerOf(service), service.id)
  assert.equal(JSON.stringify(own.procedure).includes('plug'), false)
  assert.ok((await events(service.id)).includes('service.action_failed'))
})

test('every power action does its work once, with every step run twice and whichever answer is lost', async () => {
  for (const action of ['shutdown', 'start', 'restart', 'stop'] as const) {
    const begin = async () => {
      const service = await buildActiveService(app)
      const before = action === 'start' ? 'stop' : undefined
      if (before) {
        await requestPowerAction(app, tester, { serviceId: service.id, action: before })
        await app.work()
      }
      const { procedureId } = await requestPowerAction(app, tester, { serviceId: service.id, action })
      return { procedureId, subjectId: service.id }
    }
    const wanted = action === 'start' || action === 'restart' ? 'running' : 'stopped'
    assert.equal(await hostPower(await everyStepTwice(app, powerVps, begin)), wanted, action)
    await lostAnswerAtEachCall(app, powerVps, begin, 'completed', async (id, lost) => {
      assert.equal(await hostPower(id), wanted, `${action}, lost ${lost}`)
    })
    await app.work()
  }
})

test('a service that is not active takes no power action, and says which state it is in', async () => {
  const { service } = await beginService(app)
  await assert.rejects(requestPowerAction(app, ownerOf(service), { serviceId: service.id, action: 'start' }), {
    code: 'service_provisioning',
  })
  await app.work()
})

test('another customer can neither see nor switch the service, and support may not switch it', async () => {
  const service = await buildActiveService(app)
  const stranger = memberAs('cus_other', 'usr_x')
  const input = { serviceId: service.id, action: 'stop' } as const
  await assert.rejects(requestPowerAction(app, stranger, input), { code: 'service_not_found' })
  await assert.rejects(readLiveStatus(app, stranger, service.id), { code: 'service_not_found' })
  const support = staffAs('support', 'usr_s')
  await assert.rejects(requestPowerAction(app, support, input), { code: 'permission_denied' })
})

test('a suspension switches the machine off first, holds until its last reason is lifted, then starts it', async () => {
  const service = await buildActiveService(app)
  const { id: serviceId } = service
  await suspendService(app, operations, { serviceId, reason: 'non_payment' })
  assert.equal((await getService(app, tester, serviceId)).state, 'active')
  assert.equal((await settled(app, serviceId)).state, 'suspended')
  assert.equal(await hostPower(serviceId), 'stopped')
  await assert.rejects(requestPowerAction(app, ownerOf(service), { serviceId, action: 'start' }), {
    code: 'service_suspended',
  })

  await suspendService(app, operations, { serviceId, reason: 'abuse', note: 'spam' })
  await suspendService(app, operations, { serviceId, reason: 'abuse' })
  const detail = await getServiceDetail(app, operations, serviceId)
  assert.deepEqual(
    detail.suspensions.map((each) => each.reason),
    ['non_payment', 'abuse'],
  )

  await resumeService(app, tester, { serviceId, reason: 'non_payment' })
  assert.equal((await settled(app, serviceId)).state, 'suspended')
  await assert.rejects(resumeService(app, operations, { serviceId, reason: 'dispute' }), {
    code: 'not_suspended_for_this',
  })
  await resumeService(app, operations, { serviceId, reason: 'abuse' })
  const resumed = await settled(app, serviceId)
  assert.deepEqual([resumed.state, resumed.power], ['active', 'running'])
  assert.equal(await hostPower(serviceId), 'running')
})

test('a customer cannot suspend, and a service that is being built cannot be suspended', async () => {
  const { service } = await beginService(app)
  const input = { serviceId: service.id, reason: 'by_staff' } as const
  await assert.rejects(suspendService(app, ownerOf(service), input), { code: 'permission_denied' })
  await assert.rejects(suspendService(app, operations, input), { code: 'service_provisioning' })
  await app.work()
})

test('the live state comes from the host, and falls back to what was last seen when it does not answer', async () => {
  const service = await buildActiveService(app)
  const live = await readLiveStatus(app, ownerOf(service), service.id)
  assert.deepEqual([live.live, live.power], [true, 'running'])
  assert.ok(live.load)
  for (const node of app.proxmox.nodes()) app.proxmox.breakNode(node.name)
  const fallback = await readLiveStatus(app, ownerOf(service), service.id)
  for (const node of app.proxmox.nodes()) app.proxmox.repairNode(node.name)
  assert.deepEqual(fallback, { live: false, power: 'running', seenAt: service.powerSeenAt })
})

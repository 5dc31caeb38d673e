import assert from 'node:assert/strict'
import { test } from 'node:test'
import { copy, done, machine, order, running, setUp } from './proxmox-fixture.ts'
import { INSTANT } from './proxmox-simulator.ts'

test('power: what is so already begins no task, a paused machine wakes up', async () => {
  const { cluster, host } = setUp()
  await running(host)
  assert.equal(await host.start('hel1-pve1', 105), undefined)
  cluster.setMachine(105, { paused: true })
  assert.equal((await host.findMachine(105))?.power, 'paused')
  await assert.rejects(host.shutdown('hel1-pve1', 105, false), { code: 'vps_host_refused', message: /paused/ })
  await done(host, await host.start('hel1-pve1', 105))
  assert.equal((await host.findMachine(105))?.power, 'running')
  await done(host, await host.restart('hel1-pve1', 105))
  await done(host, await host.shutdown('hel1-pve1', 105, true))
  assert.equal((await host.findMachine(105))?.power, 'stopped')
  assert.equal(await host.shutdown('hel1-pve1', 105, true), undefined)
  assert.equal(await host.stop('hel1-pve1', 105), undefined)
  await assert.rejects(host.restart('hel1-pve1', 105), { code: 'vps_host_refused', message: /not running/ })
  await assert.rejects(host.start('hel1-pve1', 4711), { code: 'machine_missing' })
})

test('a start that comes too late counts as done', async () => {
  const { cluster, host, later } = setUp({ seconds: { ...INSTANT, start: 2 } })
  await done(host, await host.cloneTemplate(copy))
  cluster.endNextTask('qmstart', 'VM 105 already running')
  const task = await host.start('hel1-pve1', 105)
  later(2)
  await done(host, task)
})

test('a guest that ignores the power button is switched off after two minutes when forced, and by a stop at once', async () => {
  const { cluster, host, later } = setUp()
  await running(host)
  cluster.setMachine(105, { shutdownHangs: true })
  const polite = await host.shutdown('hel1-pve1', 105, false)
  assert.ok(polite)
  assert.deepEqual(await host.taskState(polite), { state: 'running' })
  assert.deepEqual(await host.findRunningTask('hel1-pve1', 105), polite)
  later(121)
  assert.deepEqual(await host.taskState(polite), {
    state: 'failed',
    reason: 'VM quit/powerdown failed - got timeout',
    retryable: false,
  })
  const forced = await host.shutdown('hel1-pve1', 105, true)
  later(121)
  await done(host, forced)
  assert.equal(machine(cluster)?.status, 'stopped')

  await done(host, await host.start('hel1-pve1', 105))
  await host.shutdown('hel1-pve1', 105, false)
  await done(host, await host.stop('hel1-pve1', 105))
  assert.equal(machine(cluster)?.status, 'stopped')
})

test('the agent is silent until the guest has booted, and nobody is hurt', async () => {
  const { cluster, host, later } = setUp({ seconds: { ...INSTANT, agent: 5 } })
  await done(host, await host.cloneTemplate(copy))
  await host.configure(order)
  assert.equal(await host.guestAddresses('hel1-pve1', 105), undefined, 'while it is off')
  await done(host, await host.start('hel1-pve1', 105))
  assert.equal(await host.guestAddresses('hel1-pve1', 105), undefined)
  later(6)
  assert.deepEqual(await host.guestAddresses('hel1-pve1', 105), ['203.0.113.10', '2001:db8::10'])
  cluster.setMachine(105, { agentInstalled: false })
  assert.equal(await host.guestAddresses('hel1-pve1', 105), undefined)
})

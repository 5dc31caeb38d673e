import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { VpsHost } from '#modules/provisioning/vps-host.ts'
import { proxmoxHost } from './proxmox.ts'
import { proxmoxClient } from './proxmox-client.ts'
import { copy, credentials, done, machine, order, setUp } from './proxmox-fixture.ts'
import { INSTANT } from './proxmox-simulator.ts'

test('tasks tell lock time-outs, which pass, from failures, which stay', async () => {
  const { cluster, host } = setUp()
  const outcome = async (exit: string) => {
    cluster.endNextTask('qmclone', exit)
    return host.taskState(await host.cloneTemplate(copy))
  }
  const lock = "clone failed: can't lock file '/var/lock/pve-manager/pve-storage-ceph' - got timeout"
  assert.deepEqual(await outcome(lock), { state: 'failed', reason: lock, retryable: true })
  assert.deepEqual(await outcome('clone failed: no space left'), {
    state: 'failed',
    reason: 'clone failed: no space left',
    retryable: false,
  })
  assert.equal((await host.taskState({ node: 'fsn1-pve1', taskId: 'UPID:fsn1-pve1:gone:' })).state, 'failed')
  assert.equal(machine(cluster), undefined, 'a failed copy leaves nothing')
  assert.deepEqual(await outcome('WARNINGS: 1'), { state: 'done' })
})

test('the fifth copy at once on one storage fails for want of a lock, and a machine with a lock waits', async () => {
  const { cluster, host } = setUp({ seconds: { ...INSTANT, clone: 3 } })
  for (const vmId of [201, 202, 203, 204]) await host.cloneTemplate({ ...copy, vmId })
  const fifth = await host.taskState(await host.cloneTemplate({ ...copy, vmId: 205 }))
  assert.equal(fifth.state === 'failed' && fifth.retryable, true)
  cluster.finishTasks()
  cluster.setMachine(201, { lock: 'backup' })
  await assert.rejects(host.configure({ ...order, vmId: 201 }), { code: 'vps_host_busy', message: /backup/ })
  await assert.rejects(host.growDisk('hel1-pve1', 201, 50), { code: 'vps_host_busy' })
  const start = await host.start('hel1-pve1', 201)
  assert.deepEqual(start && (await host.taskState(start)), {
    state: 'failed',
    reason: 'VM is locked (backup)',
    retryable: true,
  })
})

test('a full node or storage says so', async () => {
  const { cluster, host } = setUp()
  await done(host, await host.cloneTemplate(copy))
  cluster.setNodeCapacity('hel1-pve1', { memoryMb: 2100 })
  const start = await host.start('hel1-pve1', 105)
  assert.match(JSON.stringify(start && (await host.taskState(start))), /Cannot allocate memory.*"retryable":false/)
  cluster.setStorage('ceph', { totalGb: 450 })
  const grown = await host.growDisk('hel1-pve1', 105, 200)
  assert.match(JSON.stringify(grown && (await host.taskState(grown))), /no space left/)
})

test('refusals name the field or the missing permission', async () => {
  const { cluster, host } = setUp()
  await assert.rejects(host.cloneTemplate({ ...copy, vmId: 7 }), {
    code: 'vps_host_refused',
    issues: [{ path: 'newid', message: 'value must have a minimum value of 100' }],
  })
  await assert.rejects(host.cloneTemplate({ ...copy, templateVmId: 1234 }), { code: 'machine_missing' })
  await done(host, await host.cloneTemplate(copy))
  await assert.rejects(host.configure({ ...order, sshKeys: ['-----BEGIN KEY-----'] }), {
    code: 'vps_host_refused',
    message: /SSH public key validation error/,
  })
  cluster.setPermissions({ denied: ['VM.Clone', 'VM.PowerMgmt'] })
  await assert.rejects(host.cloneTemplate({ ...copy, vmId: 106 }), { code: 'vps_host_refused', message: /VM\.Clone/ })
  await assert.rejects(host.start('hel1-pve1', 105), { code: 'vps_host_refused', message: /\/vms\/105, VM\.PowerMgmt/ })
  await assert.rejects(host.ping(), {
    code: 'vps_host_refused',
    message: /lacks the permissions VM\.Clone, VM\.PowerMgmt/,
  })
})

test('a wrong token is refused with the reason from the status line', async () => {
  const { cluster } = setUp()
  const stranger = proxmoxHost({
    ...credentials,
    tokenSecret: 'wrong',
    urls: ['https://fsn1-pve1:8006'],
    storage: 'ceph',
    bridge: 'vmbr0',
    fetch: cluster.fetch,
  })
  await assert.rejects(stranger.ping(), { code: 'vps_host_refused', message: /invalid token value/ })
})

test('two writers at once: the second is told to come again', async () => {
  const { cluster, host } = setUp()
  await done(host, await host.cloneTemplate(copy))
  const body = JSON.stringify({
    data: null,
    message: 'detected modified configuration - file changed by other user? Try again.\n',
  })
  cluster.simulation.faults.push({
    method: 'PUT',
    path: '/config',
    times: 1,
    action: { kind: 'answer', status: 500, body, afterActing: false },
  })
  await assert.rejects(host.configure(order), { code: 'vps_host_busy' })
  cluster.setQuorum(false)
  await assert.rejects(host.configure(order), { code: 'vps_host_busy', message: /no quorum/ })
  assert.equal((await host.findMachine(105))?.power, 'stopped', 'reads go on')
})

test('a dead node, an unknown error, silence and slowness are all "unavailable"', async () => {
  const { cluster, host } = setUp({ timeoutMs: 30 })
  await done(host, await host.cloneTemplate(copy))
  cluster.breakNode('hel1-pve1')
  await assert.rejects(host.start('hel1-pve1', 105), { code: 'vps_host_unavailable', message: /No route to host/ })
  await assert.rejects(host.findMachine(105), { code: 'vps_host_unavailable' }, 'not to be seen is not to be gone')
  cluster.repairNode('hel1-pve1')
  const plan = (action: (typeof cluster.simulation.faults)[number]['action']) =>
    cluster.simulation.faults.push({ path: '/status', times: 1, action })
  for (const status of [500, 502, 596, 599]) {
    plan({ kind: 'answer', status, afterActing: false })
    await assert.rejects(host.start('hel1-pve1', 105), { code: 'vps_host_unavailable' }, String(status))
  }
  plan({ kind: 'drop', afterActing: false })
  await assert.rejects(host.start('hel1-pve1', 105), { code: 'vps_host_unavailable' })
  plan({ kind: 'delay', ms: 60 })
  await assert.rejects(host.start('hel1-pve1', 105), { code: 'vps_host_unavailable', message: /timeout/i })
  plan({ kind: 'answer', status: 400, body: '<html>', afterActing: false })
  await assert.rejects(host.start('hel1-pve1', 105), { code: 'vps_host_refused' })
})

test('reads go to another node when one is silent; writes only when nothing was sent', async () => {
  const { cluster } = setUp()
  const asked: string[] = []
  let failure: 'ECONNREFUSED' | 'ECONNRESET' = 'ECONNREFUSED'
  const fetch: typeof globalThis.fetch = async (input, init) => {
    const { host, pathname } = new URL(input instanceof Request ? input.url : input)
    asked.push(`${init?.method} ${host} ${pathname.split('/').at(-1)}`)
    if (host === 'one:8006')
      throw new TypeError('fetch failed', { cause: Object.assign(new Error('x'), { code: failure }) })
    return cluster.fetch(input, init)
  }
  const host = (): VpsHost =>
    proxmoxHost({
      ...credentials,
      urls: ['https://one:8006', 'https://two:8006/'],
      storage: 'ceph',
      bridge: 'vmbr0',
      fetch,
    })
  await host().ping()
  assert.deepEqual(
    asked,
    ['GET one:8006 version', 'GET two:8006 version', 'GET two:8006 permissions'],
    'the node that answered is kept',
  )

  // A client whose first call is a write.
  const write = () =>
    proxmoxClient({
      ...credentials,
      urls: ['https://one:8006', 'https://two:8006'],
      storage: 'ceph',
      bridge: 'vmbr0',
      fetch,
    }).send('POST', 'nodes/fsn1-pve2/qemu/101/status/stop')
  assert.match(String(await write()), /^UPID:fsn1-pve2:/)
  failure = 'ECONNRESET'
  asked.length = 0
  await assert.rejects(write(), { code: 'vps_host_unavailable', message: /ECONNRESET/ })
  assert.deepEqual(asked, ['POST one:8006 stop'])
})

test('older answers are understood: numbers as text, no task for a resize, an error without a body', async () => {
  const { host, cluster } = setUp()
  await done(host, await host.cloneTemplate(copy))
  const answer = (path: string, status: number, body: string) =>
    cluster.simulation.faults.push({ path, times: 1, action: { kind: 'answer', status, body, afterActing: false } })
  // A planned answer is an error, so a success is imitated by a fetch of its own.
  const old = proxmoxHost({
    ...credentials,
    urls: ['https://old:8006'],
    storage: 'ceph',
    bridge: 'vmbr0',
    fetch: async (input, init) => (init?.method === 'PUT' ? Response.json({ data: null }) : cluster.fetch(input, init)),
  })
  assert.equal(await old.growDisk('hel1-pve1', 105, 50), undefined)
  answer('/config', 500, '')
  await assert.rejects(host.growDisk('hel1-pve1', 105, 50), { code: 'vps_host_unavailable' })
  const nodes = await host.listNodes()
  assert.ok(nodes.every(({ memoryTotalMb }) => Number.isInteger(memoryTotalMb)))
})

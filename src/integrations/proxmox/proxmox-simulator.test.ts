import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { serve } from '@hono/node-server'
import { createOutbound } from '#platform/outbound.ts'
import { proxmoxHost } from './proxmox.ts'
import { copy, credentials, order, running, setUp } from './proxmox-fixture.ts'
import { INSTANT, proxmoxSimulator, type ProxmoxSimulator } from './proxmox-simulator.ts'

const folder = mkdtempSync(join(tmpdir(), 'proxmox-'))
after(() => {
  rmSync(folder, { recursive: true })
})
const authorization = `PVEAPIToken=${credentials.tokenId}=${credentials.tokenSecret}`

const ask = async (cluster: ProxmoxSimulator, path: string, init: RequestInit = {}) => {
  const response = await cluster.fetch(`https://pve:8006/api2/json${path}`, { headers: { authorization }, ...init })
  const text = await response.text()
  return { status: response.status, reason: response.statusText, body: text ? (JSON.parse(text) as Body) : undefined }
}
type Body = { data: unknown; message?: string; errors?: Record<string, string> }

const form = (method: 'POST' | 'PUT', values: Record<string, string>): RequestInit => ({
  method,
  body: new URLSearchParams(values),
})

async function served(cluster: ProxmoxSimulator) {
  const server = await new Promise<ReturnType<typeof serve>>((done) => {
    const opened = serve({ fetch: cluster.app.fetch, port: 0, hostname: '127.0.0.1' }, () => {
      done(opened)
    })
  })
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise<void>((done) => {
        server.close(() => {
          done()
        })
      }),
  }
}

test('errors carry their words in the body and in the status line, in process and on the wire', async () => {
  const { cluster } = setUp()
  const path = '/nodes/fsn1-pve1/qemu/999/config'
  const words = "Configuration file 'nodes/fsn1-pve1/qemu-server/999.conf' does not exist"
  assert.deepEqual(await ask(cluster, path), {
    status: 500,
    reason: words,
    body: { data: null, message: `${words}\n` },
  })

  const server = await served(cluster)
  const wire = await fetch(`${server.url}/api2/json${path}`, { headers: { authorization } })
  assert.equal(wire.statusText, words)
  assert.equal(wire.headers.get('connection'), 'close')
  assert.equal(((await wire.json()) as Body).message, `${words}\n`)
  await server.close()
})

test('a wrong token waits, and gets an empty body with the reason in the status line', async () => {
  const cluster = proxmoxSimulator({ ...credentials, unauthorizedDelayMs: 40 })
  const server = await served(cluster)
  const began = performance.now()
  const none = await fetch(`${server.url}/api2/json/version`)
  assert.ok(performance.now() - began >= 35)
  assert.deepEqual([none.status, none.statusText, await none.text()], [401, 'No ticket', ''])
  const wrong = await fetch(`${server.url}/api2/json/version`, { headers: { authorization: `${authorization}0` } })
  assert.deepEqual([wrong.status, wrong.statusText, await wrong.text()], [401, 'invalid token value!', ''])
  await server.close()
  await cluster.close()
})

test('the whole adapter works over real HTTP, with lengths on every body, and a dropped answer is silence', async () => {
  const cluster = proxmoxSimulator({ ...credentials, taskSeconds: INSTANT })
  const server = await served(cluster)
  const outbound = createOutbound({ trustedOrigins: [server.url] })
  const host = proxmoxHost({
    ...credentials,
    urls: [server.url],
    storage: 'ceph',
    bridge: 'vmbr0',
    fetch: outbound.fetch,
  })
  await running(host)
  await host.protectNetwork('hel1-pve1', 105)
  await host.protectNetwork('hel1-pve1', 105)
  cluster.simulation.faults.push({ path: '/status/stop', times: 1, action: { kind: 'drop', afterActing: true } })
  await assert.rejects(host.stop('hel1-pve1', 105), { code: 'vps_host_unavailable' })
  assert.equal((await host.findMachine(105))?.power, 'stopped')
  await host.destroy(105, order.tag)
  assert.equal(await host.findMachine(105), undefined)
  await assert.rejects(host.start('hel1-pve1', 105), { code: 'machine_missing' })

  const chunked = await new Promise<number | undefined>((done, fail) => {
    const call = request(`${server.url}/api2/json/nodes/fsn1-pve1/qemu/9000/clone`, {
      method: 'POST',
      headers: { authorization, 'transfer-encoding': 'chunked' },
    })
    call.on('response', (response) => {
      response.resume()
      done(response.statusCode)
    })
    call.on('error', fail)
    call.end('newid=200')
  })
  assert.equal(chunked, 501)
  await outbound.close()
  await server.close()
  await cluster.close()
})

test('unknown paths, unknown, missing and wrong parameters are refused by name', async () => {
  const { cluster } = setUp()
  const unknown = await ask(cluster, '/nodes/fsn1-pve1/lxd')
  assert.deepEqual([unknown.status, unknown.reason], [501, "Method 'GET /nodes/fsn1-pve1/lxd' not implemented"])
  const clone = '/nodes/fsn1-pve1/qemu/9000/clone'
  const refused = await ask(cluster, clone, form('POST', { name: 'under_score', full: 'maybe', colour: 'red' }))
  assert.equal(refused.status, 400)
  assert.equal(refused.reason, 'Parameter verification failed.')
  assert.deepEqual(refused.body?.errors, {
    name: 'invalid format - value does not look like a valid DNS name\n',
    full: "type check ('boolean') failed - got 'maybe'\n",
    colour: 'property is not defined in schema and the schema does not allow additional properties\n',
    newid: 'property is missing and it is not optional\n',
  })
  const config = '/nodes/fsn1-pve2/qemu/101/config'
  const keys = 'ssh-ed25519 AAAA me@host'
  assert.deepEqual((await ask(cluster, config, form('PUT', { sshkeys: keys }))).body?.errors, {
    sshkeys: 'invalid format - invalid urlencoded string\n',
  })
  const bad = await ask(cluster, config, form('PUT', { sshkeys: encodeURIComponent('no key') }))
  assert.deepEqual([bad.status, bad.reason], [500, 'SSH public key validation error'])
  assert.equal((await ask(cluster, config, form('PUT', { sshkeys: encodeURIComponent(keys) }))).status, 200)
  for (const ipconfig0 of [
    'ip=203.0.113.10',
    'gw=203.0.113.1',
    'ip=203.0.113.10/24,gw=fe80::1',
    'ip=1.2.3.4/24,mask=1',
  ])
    assert.equal((await ask(cluster, config, form('PUT', { ipconfig0 }))).status, 400, ipconfig0)
})

test('a digest guards against a second writer, and JSON bodies work too', async () => {
  const { cluster } = setUp()
  const config = '/nodes/fsn1-pve2/qemu/101/config'
  const read = await ask(cluster, config)
  const digest = (read.body?.data as { digest?: string } | undefined)?.digest
  const json = { method: 'PUT', body: JSON.stringify({ cores: 8, onboot: true, digest }) }
  const headers = { authorization, 'content-type': 'application/json' }
  assert.equal((await ask(cluster, config, { ...json, headers })).status, 200)
  const second = await ask(cluster, config, { ...json, headers })
  assert.match(second.reason, /^detected modified configuration/)
  assert.equal(cluster.machines().find(({ vmId }) => vmId === 101)?.cores, 8)
})

test('numbers are told, not reserved, and a taken one is refused twice over', async () => {
  const { cluster } = setUp()
  assert.equal((await ask(cluster, '/cluster/nextid')).body?.data, '100')
  assert.equal((await ask(cluster, '/cluster/nextid')).body?.data, '100')
  assert.deepEqual((await ask(cluster, '/cluster/nextid?vmid=101')).body?.errors, { vmid: 'VM 101 already exists\n' })
  const clone = await ask(cluster, '/nodes/fsn1-pve1/qemu/9000/clone', form('POST', { newid: '101', full: '1' }))
  assert.equal(clone.reason, 'unable to create VM 101: config file already exists')
  const local = form('POST', { newid: '102', full: '1', target: 'fsn1-pve2', storage: 'local-lvm' })
  assert.match((await ask(cluster, '/nodes/fsn1-pve1/qemu/9000/clone', local)).reason, /non-shared storage 'local-lvm'/)
})

test('a task has its effect only when its time is over, also when the simulator is killed in between', async () => {
  const storeFile = join(folder, 'cluster.db')
  let now = Date.parse('2026-11-23T10:00:00Z')
  const start = () =>
    proxmoxSimulator({ ...credentials, storeFile, now: () => now, taskSeconds: { ...INSTANT, clone: 5 } })
  const first = start()
  const hostOf = ({ fetch }: ProxmoxSimulator) =>
    proxmoxHost({ ...credentials, urls: ['https://pve:8006'], storage: 'ceph', bridge: 'vmbr0', fetch })
  const task = await hostOf(first).cloneTemplate(copy)
  assert.match(task.taskId, /^UPID:fsn1-pve1:[0-9A-F]{8}:[0-9A-F]{8}:[0-9A-F]{8}:qmclone:9000:ez@pve!app:$/)
  assert.equal(first.runningTasks(), 1)
  // Nothing is closed: this is what kill -9 leaves.
  const second = start()
  assert.deepEqual(await hostOf(second).taskState(task), { state: 'running' })
  now += 5_000
  assert.deepEqual(await hostOf(second).taskState(task), { state: 'done' })
  const made = second.machines().filter(({ vmId }) => vmId === 105)
  assert.deepEqual(
    made.map(({ node, lock, tags }) => [node, lock, tags]),
    [['hel1-pve1', '', [order.tag]]],
  )
  assert.deepEqual(second.effects(105), { clones: 1, starts: 0, destroys: 0 })
  await Promise.all([first.close(), second.close()])
})

test('a machine at work makes others wait for its lock', async () => {
  const { cluster, host } = setUp({ seconds: { ...INSTANT, resize: 3 } })
  await running(host)
  await host.growDisk('hel1-pve1', 105, 40)
  const held = "can't lock file '/var/lock/qemu-server/lock-105.conf' - got timeout"
  assert.equal((await ask(cluster, '/nodes/hel1-pve1/qemu/105/config', form('PUT', { cores: '4' }))).reason, held)
  const stop = await host.stop('hel1-pve1', 105)
  assert.deepEqual(stop && (await host.taskState(stop)), { state: 'failed', reason: held, retryable: true })
  cluster.finishTasks()
  assert.equal(cluster.machines().find(({ vmId }) => vmId === 105)?.diskBytes, 40 * 2 ** 30)
})

test('graphs have gaps where the machine was off', async () => {
  const { cluster, host, later } = setUp()
  await running(host)
  later(600)
  const path = '/nodes/hel1-pve1/qemu/105/rrddata'
  assert.equal((await ask(cluster, path)).status, 400)
  const points = (await ask(cluster, `${path}?timeframe=hour`)).body?.data as { time: number; cpu?: number }[]
  assert.equal(points.length, 70)
  assert.deepEqual([points[0]?.cpu, typeof points.at(-1)?.cpu], [undefined, 'number'])
})

test('the page of simulators sees nodes with their load, and breaks and repairs them', async () => {
  const { cluster, host } = setUp()
  await running(host)
  const node = () => cluster.nodes().find(({ name }) => name === 'hel1-pve1')
  assert.deepEqual(node()?.cores, { used: 2, total: 48 })
  assert.equal(node()?.memoryBytes.used, (2048 + 4096) * 2 ** 20)
  cluster.breakNode('hel1-pve1')
  assert.deepEqual([node()?.broken, (await ask(cluster, '/nodes/hel1-pve1/status')).status], [true, 595])
  cluster.repairNode('hel1-pve1')
  assert.equal((await ask(cluster, '/nodes/hel1-pve1/status')).status, 200)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxmoxHost } from './proxmox.ts'
import { TAG, copy, credentials, done, machine, order, running, setUp } from './proxmox-fixture.ts'
import { INSTANT } from './proxmox-simulator.ts'

test('a server is copied, configured, grown, protected, started and shows its addresses', async () => {
  const { cluster, host } = setUp({ pool: 'ez' })
  await host.ping()
  const task = await host.cloneTemplate(copy)
  assert.equal(task.node, 'fsn1-pve1', 'the task runs where the template lives')
  await done(host, task)
  assert.equal(await host.isOurs(105, TAG), true, 'the tag is there before it is configured')
  await host.configure(order)
  await done(host, await host.growDisk('hel1-pve1', 105, 80))
  await host.protectNetwork('hel1-pve1', 105)
  await done(host, await host.start('hel1-pve1', 105))

  const found = await host.findMachine(105)
  assert.equal(found?.node, 'hel1-pve1')
  assert.equal(found.power, 'running')
  assert.equal(found.name, 'web1.example.com')
  assert.equal(found.memoryTotalMb, 4096)
  assert.deepEqual(found.tags, [TAG])
  assert.deepEqual(await host.guestAddresses('hel1-pve1', 105), ['203.0.113.10', '2001:db8::10'])

  const real = machine(cluster)
  assert.equal(real?.config['scsi0'], 'ceph:vm-105-disk-0,discard=on,size=80G')
  assert.equal(real.config['ipconfig0'], 'ip=203.0.113.10/24,gw=203.0.113.1,ip6=2001:db8::10/64,gw6=2001:db8::1')
  assert.match(real.config['net0'] ?? '', /^virtio=BC:24:11:[0-9A-F:]{8},bridge=vmbr0,firewall=1$/)
  assert.equal(decodeURIComponent(real.config['sshkeys'] ?? ''), order.sshKeys.join('\n'))
  assert.deepEqual(real.firewall.sets, { 'ipfilter-net0': ['203.0.113.10', '2001:db8::10'] })
  assert.equal(real.firewall.options['policy_in'], 'ACCEPT')
  assert.equal(real.firewall.options['ipfilter'], '1')
  assert.deepEqual(cluster.effects(105), { clones: 1, starts: 1, destroys: 0 })
})

test('saying everything twice changes nothing the second time', async () => {
  const { cluster, host } = setUp()
  await running(host)
  await host.growDisk('hel1-pve1', 105, 40)
  await host.protectNetwork('hel1-pve1', 105)
  const before = machine(cluster)
  await host.configure(order)
  await host.protectNetwork('hel1-pve1', 105)
  assert.equal(await host.growDisk('hel1-pve1', 105, 40), undefined)
  assert.equal(await host.growDisk('hel1-pve1', 105, 20), undefined, 'a disk is never made smaller')
  assert.equal(await host.start('hel1-pve1', 105), undefined)
  assert.deepEqual(machine(cluster), before)
})

test('a rule of the firewall that reaches the host twice is no failure', async () => {
  const { cluster, host } = setUp()
  await running(host)
  const twice: typeof fetch = async (input, init) => {
    if (init?.method !== 'GET' && typeof input === 'string' && input.includes('/firewall/'))
      await cluster.fetch(input, init)
    return cluster.fetch(input, init)
  }
  const impatient = proxmoxHost({
    ...credentials,
    urls: ['https://fsn1-pve1:8006'],
    storage: 'ceph',
    bridge: 'vmbr0',
    fetch: twice,
  })
  await impatient.protectNetwork('hel1-pve1', 105)
  const { firewall } = machine(cluster)!
  assert.deepEqual(firewall.sets['ipfilter-net0'], ['203.0.113.10', '2001:db8::10'])
  assert.equal(firewall.options['ipfilter'], '1')
})

test('another order for the same machine takes the first one’s addresses and keys away', async () => {
  const { cluster, host } = setUp()
  await running(host)
  const third = { address: '203.0.113.11', prefix: 24, gateway: '203.0.113.1', family: 4 as const }
  await host.configure({ ...order, addresses: [...order.addresses, third] })
  await host.protectNetwork('hel1-pve1', 105)
  assert.equal(machine(cluster)?.config['ipconfig1'], 'ip=203.0.113.11/24', 'a second card has no gateway of its own')
  assert.match(machine(cluster)?.config['net1'] ?? '', /^virtio=BC:/)
  assert.deepEqual(Object.keys(machine(cluster)?.firewall.sets ?? {}), ['ipfilter-net0', 'ipfilter-net1'])

  await host.configure({ ...order, sshKeys: [], nameServers: [] })
  await host.protectNetwork('hel1-pve1', 105)
  for (const key of ['ipconfig1', 'net1', 'sshkeys', 'nameserver'])
    assert.equal(machine(cluster)?.config[key], undefined, key)
  assert.deepEqual(machine(cluster)?.firewall.sets['ipfilter-net0'], ['203.0.113.10', '2001:db8::10'])
})

test('tags that staff gave a machine survive', async () => {
  const { cluster, host } = setUp()
  await done(host, await host.cloneTemplate(copy))
  const written = await cluster.fetch('https://fsn1-pve1:8006/api2/json/nodes/hel1-pve1/qemu/105/config', {
    method: 'PUT',
    headers: { authorization: `PVEAPIToken=${credentials.tokenId}=${credentials.tokenSecret}` },
    body: new URLSearchParams({ tags: 'vip' }),
  })
  assert.equal(written.status, 200)
  await host.configure(order)
  assert.equal(machine(cluster)?.config['tags'], `vip;${TAG}`)
})

test('nodes are listed with what is left on them, and only those we may use', async () => {
  const { cluster, host } = setUp({ nodes: ['fsn1-pve2', 'hel1-pve1'] })
  const before = await host.listNodes()
  assert.deepEqual(
    before.map(({ node, online }) => [node, online]),
    [
      ['fsn1-pve2', true],
      ['hel1-pve1', true],
    ],
  )
  assert.equal(before[0]?.memoryTotalMb, 262_144)
  assert.equal(before[0].memoryFreeMb, 262_144 - 10_240, 'the 8 GiB of the machine there and the 2 of the node')
  await done(host, await host.cloneTemplate(copy))
  await host.configure(order)
  const after = await host.listNodes()
  assert.equal(after[1]?.memoryFreeMb, 196_608 - 4096, 'a stopped machine’s memory is promised')
  cluster.breakNode('hel1-pve1')
  assert.equal((await host.listNodes())[1]?.online, false)
})

test('machines are listed with templates and those of others', async () => {
  const { cluster, host } = setUp()
  const machines = await host.listMachines()
  assert.deepEqual(
    machines.filter(({ template }) => template).map(({ name }) => name),
    ['debian-13', 'ubuntu-26.04', 'rocky-10', 'alma-10'],
  )
  assert.equal(machines.find(({ vmId }) => vmId === 101)?.power, 'running')
  cluster.breakNode('fsn1-pve2')
  assert.equal((await host.listMachines()).find(({ vmId }) => vmId === 101)?.power, 'unknown')
})

test('when the answer to a copy is lost, the copy is found by our tag and not made again', async () => {
  const { cluster, host, later } = setUp({ seconds: { ...INSTANT, clone: 10 } })
  cluster.simulation.faults.push({
    method: 'POST',
    path: '/clone',
    times: 1,
    action: { kind: 'drop', afterActing: true },
  })
  await assert.rejects(host.cloneTemplate(copy), { code: 'vps_host_unavailable' })

  assert.equal((await host.findMachine(105))?.lock, 'clone')
  assert.equal((await host.findRunningTask('hel1-pve1', 105))?.node, 'fsn1-pve1', 'its task says which number it makes')
  await assert.rejects(host.isOurs(105, TAG), { code: 'vps_host_busy' }, 'at first a copy shows nobody’s tag')
  await assert.rejects(host.cloneTemplate(copy), { code: 'vm_id_taken' })
  await assert.rejects(host.destroy(105, TAG), { code: 'vps_host_busy' })
  later(6)
  assert.equal(await host.isOurs(105, TAG), true)
  assert.equal((await host.findMachine(105))?.node, 'fsn1-pve1', 'it moves when it is whole')
  await assert.rejects(host.configure(order), { code: 'vps_host_busy' })
  later(6)
  assert.equal((await host.findMachine(105))?.node, 'hel1-pve1')
  assert.equal(await host.findRunningTask('hel1-pve1', 105), undefined)
  assert.deepEqual(cluster.effects(105), { clones: 1, starts: 0, destroys: 0 })
})

test('when the request for a copy never arrives, nothing is there', async () => {
  const { cluster, host } = setUp()
  cluster.simulation.faults.push({
    method: 'POST',
    path: '/clone',
    times: 1,
    action: { kind: 'drop', afterActing: false },
  })
  await assert.rejects(host.cloneTemplate(copy), { code: 'vps_host_unavailable' })
  assert.equal(await host.findMachine(105), undefined)
  assert.equal(await host.isOurs(105, TAG), false)
})

test('a token that sees its pool only is not confused by a copy it cannot read yet', async () => {
  const { cluster, host, later } = setUp({ seconds: { ...INSTANT, clone: 10 }, pool: 'ez' })
  cluster.setPermissions({ poolOnly: true })
  assert.equal(await host.findMachine(105), undefined)
  const task = await host.cloneTemplate(copy)
  await assert.rejects(host.findMachine(105), { code: 'vps_host_busy' })
  await assert.rejects(host.isOurs(105, TAG), { code: 'vps_host_busy' })
  later(11)
  await done(host, task)
  assert.equal(await host.isOurs(105, TAG), true)
  assert.equal(await host.isOurs(101, TAG), false, 'somebody else’s machine')
  assert.equal((await host.findMachine(101))?.power, 'unknown')
  await assert.rejects(host.destroy(101, TAG), { code: 'machine_not_ours' })
  await assert.rejects(host.start('hel1-pve1', 4711), { code: 'machine_missing' })
})

test('a machine is found although the cluster’s list is old', async () => {
  const { cluster, host } = setUp()
  cluster.setStaleSeconds(10)
  await host.listMachines()
  await done(host, await host.cloneTemplate(copy))
  assert.equal((await host.findMachine(105))?.node, 'hel1-pve1')
  await done(host, await host.destroy(105, TAG))
  await host.listMachines()
  assert.equal(await host.findMachine(105), undefined)
})

test('a machine that was moved to another node is followed', async () => {
  const { cluster, host } = setUp()
  await running(host)
  cluster.setMachine(105, { node: 'fsn1-pve2' })
  await done(host, await host.stop('hel1-pve1', 105))
  assert.equal(machine(cluster)?.status, 'stopped')
  assert.equal((await host.findMachine(105))?.node, 'fsn1-pve2')
})

test('destroying asks whose machine it is, at the last moment', async () => {
  const { cluster, host } = setUp()
  await running(host)
  await assert.rejects(host.destroy(105, 'ez-svc_other'), { code: 'machine_not_ours' })
  await assert.rejects(host.destroy(9000, TAG), { code: 'machine_not_ours' })
  await assert.rejects(host.destroy(105, TAG), { code: 'vps_host_refused', message: /is running - destroy failed/ })
  await done(host, await host.stop('hel1-pve1', 105))
  await done(host, await host.destroy(105, TAG))
  assert.equal(machine(cluster), undefined)
  assert.equal(await host.destroy(105, TAG), undefined, 'gone is gone')
  assert.deepEqual(cluster.effects(105), { clones: 1, starts: 1, destroys: 1 })
  await assert.rejects(host.configure({ ...order, vmId: 101, node: 'fsn1-pve2' }), { code: 'machine_not_ours' })
})

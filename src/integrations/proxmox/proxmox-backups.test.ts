import assert from 'node:assert/strict'
import { test } from 'node:test'
import { proxmoxHost } from './proxmox.ts'
import { credentials, done, machine, order, running, setUp } from './proxmox-fixture.ts'

const wanted = { node: 'hel1-pve1', vmId: 105, tag: order.tag, note: 'bkp_1' }

test('a machine is copied while it runs, found by its note once the copy is whole, and the copy is deleted', async () => {
  const { cluster, host, later } = setUp({ seconds: { clone: 0, start: 0, backup: 60, resize: 0 } })
  await running(host)
  const task = await host.backUp(wanted)
  assert.deepEqual(await host.findRunningTask('hel1-pve1', 105), task)
  assert.equal(machine(cluster)?.lock, 'backup')
  await assert.rejects(host.backUp(wanted), { code: 'vps_host_busy' })
  assert.deepEqual(await host.listBackups({ vmId: 105 }), [])
  later(61)
  await done(host, task)
  assert.deepEqual([machine(cluster)?.lock, machine(cluster)?.status], ['', 'running'])
  const [backup, ...others] = await host.listBackups({})
  assert.deepEqual([backup?.vmId, backup?.note, backup?.storage, others], [105, 'bkp_1', 'backup', []])
  assert.match(backup?.volumeId ?? '', /^backup:backup\/vzdump-qemu-105-2026_11_23-10_01_00\.vma\.zst$/)
  assert.ok(backup!.sizeBytes > 0)
  assert.deepEqual(await host.listBackups({ vmId: 106 }), [])
  await done(host, await host.deleteBackup(backup!))
  assert.equal(await host.deleteBackup(backup!), undefined, 'it is gone already')
  assert.deepEqual(cluster.backups(), [])
})

test('a copy that fails says what stood in its log, and leaves the machine unlocked', async () => {
  const { cluster, host } = setUp()
  await running(host)
  cluster.setStorage('backup', { otherGb: 20_000 })
  const failed = await host.taskState(await host.backUp(wanted))
  assert.deepEqual(failed, {
    state: 'failed',
    reason: "Backup of VM 105 failed - storage 'backup': no space left on device",
    retryable: true,
  })
  assert.equal(machine(cluster)?.lock, '')
})

test('a machine of somebody else is not copied, and without a storage for backups none is', async () => {
  const { cluster, host } = setUp()
  await running(host)
  await assert.rejects(host.backUp({ ...wanted, tag: 'ez-svc_other' }), { code: 'machine_not_ours' })
  const poor = proxmoxHost({
    ...credentials,
    urls: ['https://pve:8006'],
    storage: 'ceph',
    bridge: 'vmbr0',
    fetch: cluster.fetch,
  })
  await assert.rejects(poor.backUp(wanted), { code: 'vps_host_refused' })
  assert.deepEqual(await poor.listBackups({}), [])
  await poor.ping()
  cluster.setPermissions({ denied: ['VM.Backup'] })
  await poor.ping()
  await assert.rejects(host.ping(), /lacks the permissions VM.Backup/)
})

test('what lies on a storage is not taken for gone while its nodes do not answer', async () => {
  const { cluster, host } = setUp()
  await running(host)
  await done(host, await host.backUp(wanted))
  for (const node of ['fsn1-pve1', 'fsn1-pve2', 'hel1-pve1']) cluster.breakNode(node)
  await assert.rejects(host.listBackups({}), { code: 'vps_host_unavailable' })
  cluster.repairNode('fsn1-pve2')
  assert.equal((await host.listBackups({})).length, 1, 'a shared storage can be read from any node')
})

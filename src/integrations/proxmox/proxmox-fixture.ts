import assert from 'node:assert/strict'
import { afterEach } from 'node:test'
import type { HostTask, VpsHost } from '#modules/provisioning/vps-host.ts'
import { proxmoxHost } from './proxmox.ts'
import type { ProxmoxConfig } from './proxmox-client.ts'
import { INSTANT, proxmoxSimulator, type ProxmoxSimulator } from './proxmox-simulator.ts'
import type { TaskSeconds } from './proxmox-simulator-world.ts'

export const credentials = { tokenId: 'ez@pve!app', tokenSecret: '4f2c1f0e-0000-4000-8000-000000000001' }
export const TAG = 'ez-svc_01abc'
const open: ProxmoxSimulator[] = []
afterEach(async () => {
  for (const cluster of open.splice(0)) await cluster.close()
})

type Setup = Partial<Pick<ProxmoxConfig, 'nodes' | 'pool' | 'timeoutMs'>> & { seconds?: Partial<TaskSeconds> }

/** A cluster whose time stands still, and our adapter talking to it in process. */
export function setUp({ seconds = INSTANT, ...rest }: Setup = {}) {
  let now = Date.parse('2026-11-23T10:00:00Z')
  const cluster = proxmoxSimulator({ ...credentials, taskSeconds: seconds, now: () => now, unauthorizedDelayMs: 0 })
  open.push(cluster)
  const host = proxmoxHost({
    ...credentials,
    urls: ['https://fsn1-pve1:8006'],
    storage: 'ceph',
    backupStorage: 'backup',
    bridge: 'vmbr0',
    fetch: cluster.fetch,
    ...rest,
  })
  const later = (s: number): void => {
    now += s * 1000
  }
  return { cluster, host, later }
}

export const copy = { node: 'hel1-pve1', templateVmId: 9000, vmId: 105, name: 'web1.example.com', tag: TAG }
export const order = {
  node: 'hel1-pve1',
  vmId: 105,
  tag: TAG,
  hostname: 'web1.example.com',
  cores: 2,
  memoryMb: 4096,
  sshKeys: ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIB+/x me@host (work)', 'ssh-rsa AAAAB3NzaC1yc2E= second'],
  user: 'debian',
  addresses: [
    { address: '203.0.113.10', prefix: 24, gateway: '203.0.113.1', family: 4 as const },
    { address: '2001:db8::10', prefix: 64, gateway: '2001:db8::1', family: 6 as const },
  ],
  nameServers: ['9.9.9.9', '2620:fe::fe'],
}

/** Says that a task went well; no task went well too. */
export async function done(host: VpsHost, task: HostTask | undefined): Promise<void> {
  if (task) assert.deepEqual(await host.taskState(task), { state: 'done' })
}

/** A machine of ours that runs. */
export async function running(host: VpsHost): Promise<void> {
  await done(host, await host.cloneTemplate(copy))
  await host.configure(order)
  await done(host, await host.start('hel1-pve1', 105))
}

export const machine = (cluster: ProxmoxSimulator, vmId = 105) => cluster.machines().find((one) => one.vmId === vmId)

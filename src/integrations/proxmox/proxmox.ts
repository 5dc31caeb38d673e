import { z } from 'zod'
import type { HostTask, VpsHost } from '#modules/provisioning/vps-host.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { at, proxmoxClient, type ProxmoxClient, type ProxmoxConfig } from './proxmox-client.ts'
import { guardNetwork } from './proxmox-firewall.ts'
import {
  capacityOf,
  carriesForSure,
  findPlace,
  listResources,
  machineOf,
  onMachine,
  readConfig,
  readStatus,
  unreadable,
} from './proxmox-machines.ts'
import { machineBackups } from './proxmox-backups.ts'
import { machinePower } from './proxmox-power.ts'
import { busy, missing, notOurs, unavailable } from './proxmox-problems.ts'
import { Permissions } from './proxmox-shapes.ts'
import { settingsFor, systemDisk } from './proxmox-settings.ts'
import { findRunningTask, taskOf, taskState } from './proxmox-tasks.ts'

/** What our token needs somewhere; the last became a name of its own in release 9. */
const NEEDED: string[][] = [
  ['VM.Audit'],
  ['VM.Allocate'],
  ['VM.Clone'],
  ['VM.Config.Disk'],
  ['VM.Config.CPU'],
  ['VM.Config.Memory'],
  ['VM.Config.Network'],
  ['VM.Config.Options'],
  ['VM.Config.Cloudinit'],
  ['VM.PowerMgmt'],
  ['Datastore.AllocateSpace'],
  ['Datastore.Audit'],
  ['SDN.Use'],
  ['Sys.Audit'],
  ['VM.GuestAgent.Audit', 'VM.GuestAgent.Unrestricted', 'VM.Monitor'],
]

/** A Proxmox VE cluster (8 or later) as the host of our VPS. Holds no connection and no state but the node that answered last. */
export function proxmoxHost(config: ProxmoxConfig): VpsHost {
  const client = proxmoxClient(config)
  return {
    ping: () => ping(client, config),
    async listNodes() {
      const resources = await listResources(client)
      const allowed = ({ node = '' }: { node?: string | undefined }): boolean => config.nodes?.includes(node) ?? true
      const nodes = resources.filter((one) => one.type === 'node' && allowed(one))
      return nodes.map((node) => capacityOf(resources, node, config.storage))
    },
    async listMachines() {
      const resources = await listResources(client, 'vm')
      return resources.filter(({ type, vmid }) => type === 'qemu' && vmid !== undefined).map(machineOf)
    },
    async findMachine(vmId) {
      const place = await findPlace(client, vmId)
      if (place === 'hidden') return unreadable(vmId)
      return place && unlessMissing(readStatus(client, place.node, vmId))
    },
    cloneTemplate: (input) => cloneTemplate(client, config, input),
    async isOurs(vmId, tag) {
      const place = await findPlace(client, vmId)
      if (!place || place === 'hidden') return false
      const current = await unlessMissing(readConfig(client, place.node, vmId))
      return current !== undefined && carriesForSure(current, vmId, tag)
    },
    findRunningTask: (node, vmId) => findRunningTask(client, node, vmId),
    taskState: (task) => taskState(client, task),
    configure: (input) =>
      onMachine(client, input.node, input.vmId, async (node) => {
        const current = await readConfig(client, node, input.vmId)
        if (!carriesForSure(current, input.vmId, input.tag)) throw notOurs(input.vmId, input.tag)
        if (current['lock']) throw busy(`machine ${input.vmId} is locked (${current['lock']})`)
        await client.send('PUT', at`nodes/${node}/qemu/${input.vmId}/config`, settingsFor(current, input, config))
      }),
    growDisk: (node, vmId, diskGb) => onMachine(client, node, vmId, (here) => growDisk(client, here, vmId, diskGb)),
    protectNetwork: (node, vmId) =>
      onMachine(client, node, vmId, async (here) =>
        guardNetwork(client, here, vmId, await readConfig(client, here, vmId)),
      ),
    ...machinePower(client),
    ...machineBackups(client, config),
    destroy: (vmId, tag) => destroy(client, vmId, tag),
  }
}

async function ping(client: ProxmoxClient, { backupStorage }: ProxmoxConfig): Promise<void> {
  await client.get('version', z.unknown())
  const granted = new Set(Object.values(await client.get('access/permissions', Permissions)).flatMap(Object.keys))
  const needed = backupStorage === undefined ? NEEDED : [...NEEDED, ['VM.Backup']]
  const lacking = needed.filter((names) => !names.some((name) => granted.has(name))).map(([name]) => name)
  if (lacking.length === 0) return
  throw new Problem('conflict', 'vps_host_refused', `The Proxmox token lacks the permissions ${lacking.join(', ')}.`)
}

async function unlessMissing<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isProblem(error) && error.code === 'machine_missing') return undefined
    throw error
  }
}

async function cloneTemplate(
  client: ProxmoxClient,
  config: ProxmoxConfig,
  input: Parameters<VpsHost['cloneTemplate']>[0],
): Promise<HostTask> {
  const template = (await listResources(client, 'vm')).find(
    (one) => one.type === 'qemu' && one.vmid === input.templateVmId && one.template,
  )
  if (!template?.node) throw missing(input.templateVmId)
  const task = taskOf(
    await client.send('POST', at`nodes/${template.node}/qemu/${input.templateVmId}/clone`, {
      newid: input.vmId,
      name: input.name,
      full: 1,
      storage: config.storage,
      description: input.tag,
      ...(config.pool ? { pool: config.pool } : {}),
      // Only shared storage allows another node; Proxmox says so itself when it is not.
      ...(template.node === input.node ? {} : { target: input.node }),
    }),
  )
  if (!task) throw unavailable('the copy of a template began without a task')
  return task
}

async function growDisk(
  client: ProxmoxClient,
  node: string,
  vmId: number,
  diskGb: number,
): Promise<HostTask | undefined> {
  const found = systemDisk(await readConfig(client, node, vmId))
  if (!found) throw new Problem('conflict', 'vps_host_refused', `Machine ${vmId} has no disk to boot from.`)
  if (found.sizeGb !== undefined && found.sizeGb >= diskGb) return undefined
  return taskOf(
    await client.send('PUT', at`nodes/${node}/qemu/${vmId}/resize`, { disk: found.disk, size: `${diskGb}G` }),
  )
}

/** Numbers are used again, so whose machine it is gets read at the last moment before it goes. */
async function destroy(client: ProxmoxClient, vmId: number, tag: string): Promise<HostTask | undefined> {
  const place = await findPlace(client, vmId)
  if (!place) return undefined
  if (place === 'hidden') throw notOurs(vmId, tag)
  return unlessMissing(
    (async () => {
      const current = await readConfig(client, place.node, vmId)
      if (!carriesForSure(current, vmId, tag)) throw notOurs(vmId, tag)
      if (current['template'] === '1') throw notOurs(vmId, tag)
      const path = at`nodes/${place.node}/qemu/${vmId}`
      return taskOf(await client.send('DELETE', path, { purge: 1, 'destroy-unreferenced-disks': 1 }))
    })(),
  )
}

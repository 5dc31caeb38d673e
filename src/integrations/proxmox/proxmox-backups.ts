import type { HostTask, MachineBackup, VpsHost } from '#modules/provisioning/vps-host.ts'
import { Problem } from '#platform/problem.ts'
import { at, type ProxmoxClient, type ProxmoxConfig } from './proxmox-client.ts'
import { carriesForSure, listResources, onMachine, readConfig } from './proxmox-machines.ts'
import { busy, notOurs, unavailable } from './proxmox-problems.ts'
import { StoredBackups } from './proxmox-shapes.ts'
import { taskOf } from './proxmox-tasks.ts'

type Backups = Pick<VpsHost, 'backUp' | 'listBackups' | 'deleteBackup'>

/** Copies of machines on the storage for backups. Proxmox writes the note when a copy is whole, so it tells whole ones apart. */
export function machineBackups(client: ProxmoxClient, config: ProxmoxConfig): Backups {
  return {
    backUp: (input) => backUp(client, config.backupStorage, input),
    async listBackups({ vmId, storage = config.backupStorage }) {
      if (storage === undefined) return []
      const found: MachineBackup[] = []
      for (const node of await nodesToAsk(client, storage)) found.push(...(await listOn(client, node, storage, vmId)))
      return found
    },
    async deleteBackup({ node, storage, volumeId }) {
      // A shared storage can be reached from any node, and the one that made the copy may be gone.
      const nodes = await nodesToAsk(client, storage)
      const asked = nodes.includes(node) ? node : nodes[0]!
      if (!(await listOn(client, asked, storage)).some((each) => each.volumeId === volumeId)) return undefined
      return taskOf(await client.send('DELETE', at`nodes/${asked}/storage/${storage}/content/${volumeId}`))
    },
  }
}

async function backUp(
  client: ProxmoxClient,
  storage: string | undefined,
  { node, vmId, tag, note }: Parameters<VpsHost['backUp']>[0],
): Promise<HostTask> {
  if (storage === undefined) throw new Problem('conflict', 'vps_host_refused', 'There is no storage for backups.')
  return onMachine(client, node, vmId, async (here) => {
    const current = await readConfig(client, here, vmId)
    if (!carriesForSure(current, vmId, tag)) throw notOurs(vmId, tag)
    if (current['lock']) throw busy(`machine ${vmId} is locked (${current['lock']})`)
    const task = taskOf(
      await client.send('POST', at`nodes/${here}/vzdump`, {
        vmid: vmId,
        storage,
        mode: 'snapshot',
        compress: 'zstd',
        'notes-template': note,
        // Ours to delete, and no rule of the storage may: neither this copy nor others for its sake.
        remove: 0,
        protected: 0,
      }),
    )
    if (!task) throw unavailable('a backup began without a task')
    return task
  })
}

/** One node for a shared storage, every node for one that each has of its own. Unavailable when not all of it can be read. */
async function nodesToAsk(client: ProxmoxClient, storage: string): Promise<string[]> {
  const places = (await listResources(client)).filter((one) => one.type === 'storage' && one.storage === storage)
  const reachable = places.filter(({ status }) => status === undefined || status === 'available')
  const enough = places.some(({ shared }) => shared) ? reachable.length > 0 : reachable.length === places.length
  if (places.length === 0 || !enough) throw unavailable(`the storage ${storage} cannot be read everywhere`)
  const nodes = reachable.flatMap(({ node }) => node ?? [])
  return places.some(({ shared }) => shared) ? nodes.slice(0, 1) : nodes
}

async function listOn(client: ProxmoxClient, node: string, storage: string, vmId?: number): Promise<MachineBackup[]> {
  const stored = await client.get(at`nodes/${node}/storage/${storage}/content`, StoredBackups, {
    content: 'backup',
    ...(vmId === undefined ? {} : { vmid: vmId }),
  })
  return stored.map(({ volid, vmid, size, ctime, notes }) => ({
    vmId: vmid ?? 0,
    node,
    storage,
    volumeId: volid,
    note: notes?.trim() ?? '',
    sizeBytes: size,
    madeAt: Temporal.Instant.fromEpochMilliseconds(ctime * 1000),
  }))
}

import { z } from 'zod'
import type { Machine, MachineStatus, NodeCapacity } from '#modules/provisioning/vps-host.ts'
import { isProblem } from '#platform/problem.ts'
import { at, type ProxmoxClient } from './proxmox-client.ts'
import { busy, isPermissionRefusal, missing } from './proxmox-problems.ts'
import { CurrentStatus, MachineConfig, Nodes, Resources, tagsOf, type Resource } from './proxmox-shapes.ts'
import { runningClones } from './proxmox-tasks.ts'

/** Where a number lives. `hidden`: it is taken, but by a machine that our token may not read, or not yet. */
export type Place = { node: string } | 'hidden' | undefined

const MB = 1_048_576
const GB = 1_073_741_824

export const listResources = async (client: ProxmoxClient, type?: 'vm'): Promise<Resource[]> =>
  await client.get('cluster/resources', Resources, type ? { type } : {})

export function machineOf(resource: Resource): Machine {
  const { status } = resource
  return {
    vmId: resource.vmid ?? 0,
    node: resource.node ?? '',
    name: resource.name ?? '',
    template: resource.template,
    tags: tagsOf(resource.tags),
    power: status === 'running' || status === 'stopped' || status === 'paused' ? status : 'unknown',
    lock: resource.lock,
  }
}

/** Free memory counts what guests were promised, so that two orders in a row do not share the same gap. */
export function capacityOf(resources: Resource[], node: Resource, storage: string): NodeCapacity {
  const here = resources.filter((one) => one.node === node.node)
  const disk = here.find((one) => one.type === 'storage' && one.storage === storage)
  const promised = here
    .filter((one) => (one.type === 'qemu' || one.type === 'lxc') && !one.template)
    .reduce((sum, guest) => sum + guest.maxmem, 0)
  return {
    node: node.node ?? '',
    online: node.status === 'online',
    cores: node.maxcpu,
    memoryTotalMb: Math.floor(node.maxmem / MB),
    memoryFreeMb: Math.max(0, Math.floor((node.maxmem - Math.max(node.mem, promised)) / MB)),
    diskTotalGb: Math.floor((disk?.maxdisk ?? 0) / GB),
    diskFreeGb: Math.max(0, Math.floor(((disk?.maxdisk ?? 0) - (disk?.disk ?? 0)) / GB)),
  }
}

export const readConfig = async (client: ProxmoxClient, node: string, vmId: number): Promise<MachineConfig> =>
  await client.get(at`nodes/${node}/qemu/${vmId}/config`, MachineConfig)

export async function readStatus(client: ProxmoxClient, node: string, vmId: number): Promise<MachineStatus> {
  const current = await client.get(at`nodes/${node}/qemu/${vmId}/status/current`, CurrentStatus)
  const paused = current.status === 'running' && ['paused', 'suspended', 'io-error'].includes(current.qmpstatus ?? '')
  const power = current.status === 'running' || current.status === 'stopped' ? current.status : 'unknown'
  return {
    vmId,
    node,
    name: current.name ?? '',
    template: current.template,
    tags: tagsOf(current.tags),
    power: paused ? 'paused' : power,
    lock: current.lock,
    uptimeSeconds: current.uptime,
    cpuLoad: current.cpu,
    memoryUsedMb: Math.round(current.mem / MB),
    memoryTotalMb: Math.round(current.maxmem / MB),
  }
}

/** A machine that exists, but not for our token. */
export const unreadable = (vmId: number): MachineStatus => ({
  vmId,
  node: '',
  name: '',
  template: false,
  tags: [],
  power: 'unknown',
  lock: undefined,
  uptimeSeconds: 0,
  cpuLoad: 0,
  memoryUsedMb: 0,
  memoryTotalMb: 0,
})

const onlineNodes = async (client: ProxmoxClient): Promise<string[]> =>
  (await client.get('nodes', Nodes)).flatMap(({ node, status }) => (status === 'online' ? [node] : []))

/** Whether the whole cluster has nothing under that number; unlike the list of resources this is never stale. */
async function isFree(client: ProxmoxClient, vmId: number): Promise<boolean> {
  try {
    await client.get('cluster/nextid', z.unknown(), { vmid: vmId })
    return true
  } catch (error) {
    if (isProblem(error) && error.code === 'vm_id_taken') return false
    throw error
  }
}

/** Runs `call`, or says undefined when the machine is not there or not ours to see. */
async function ifThere<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isAbsence(error)) return undefined
    throw error
  }
}

const isAbsence = (error: unknown): boolean =>
  isProblem(error) && (error.code === 'machine_missing' || isPermissionRefusal(error))

/** Finds a number in the cluster. The list lags, so a first hint is verified and a miss is looked into. */
async function locate(client: ProxmoxClient, vmId: number): Promise<Place> {
  const listed = (await listResources(client, 'vm')).find((one) => one.vmid === vmId)
  if (listed?.type === 'qemu' && listed.node) {
    if (await ifThere(readConfig(client, listed.node, vmId))) return { node: listed.node }
  }
  if (await isFree(client, vmId)) return undefined
  for (const node of await onlineNodes(client)) {
    if (await ifThere(readConfig(client, node, vmId))) return { node }
  }
  return 'hidden'
}

/** As `locate`; throws busy while a hidden machine may be a copy of ours that is still being made. */
export async function findPlace(client: ProxmoxClient, vmId: number): Promise<Place> {
  const place = await locate(client, vmId)
  if (place !== 'hidden' || (await runningClones(client)).length === 0) return place
  throw busy(`machine ${vmId} exists but cannot be read yet`)
}

/** Calls for a machine on its node; when it is not there, wherever it has moved to. */
export async function onMachine<T>(
  client: ProxmoxClient,
  node: string,
  vmId: number,
  call: (node: string) => Promise<T>,
): Promise<T> {
  try {
    return await call(node)
  } catch (error) {
    if (!isAbsence(error)) throw error
    const place = await findPlace(client, vmId)
    if (!place) throw missing(vmId)
    if (place === 'hidden' || place.node === node) throw error
    return call(place.node)
  }
}

/** Whether a configuration shows our tag: in the tags, or before `configure` ran in the description. */
const carries = (config: MachineConfig, tag: string): boolean =>
  tagsOf(config['tags']).includes(tag) || tagsOf(config['description']).includes(tag)

/** The same, but busy while the machine is being copied: until its first disk is there it shows nobody's tag. */
export function carriesForSure(config: MachineConfig, vmId: number, tag: string): boolean {
  if (carries(config, tag)) return true
  if (config['lock'] === 'clone') throw busy(`machine ${vmId} is being copied`)
  return false
}

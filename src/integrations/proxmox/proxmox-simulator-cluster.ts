import { died, invalid, PveError } from './proxmox-simulator-errors.ts'
import * as take from './proxmox-simulator-parameters.ts'
import { statusOf } from './proxmox-simulator-machines.ts'
import { isVisible, type Route } from './proxmox-simulator-routes.ts'
import { runningTasks } from './proxmox-simulator-tasks.ts'
import {
  coresOf,
  isTemplate,
  memoryUsedMb,
  storageUsedGb,
  type SimMachine,
  type SimTask,
  type World,
} from './proxmox-simulator-world.ts'

const MB = 1_048_576
const GB = 1_073_741_824

const PRIVILEGES =
  'VM.Audit VM.Allocate VM.Clone VM.Config.Disk VM.Config.CPU VM.Config.Memory VM.Config.Network VM.Config.Options VM.Config.Cloudinit VM.Config.CDROM VM.PowerMgmt VM.Backup VM.Console VM.GuestAgent.Audit Datastore.AllocateSpace Datastore.Audit SDN.Use Sys.Audit Pool.Audit'.split(
    ' ',
  )

const nodeRow = (world: World, name: string) => {
  const node = world.nodes.get(name)
  if (!node?.reachable) return { node: name, status: 'offline' }
  const carried = world.machines.values().filter((machine) => machine.node === name && machine.running)
  return {
    node: name,
    status: 'online',
    maxcpu: node.cores,
    cpu: Math.min(1, carried.reduce((sum, machine) => sum + coresOf(machine), 1) * 0.02),
    maxmem: node.memoryMb * MB,
    mem: memoryUsedMb(world, name) * MB,
    maxdisk: 100 * GB,
    disk: 12 * GB,
    uptime: 2_592_000,
  }
}

const storageRows = (world: World, node: string) =>
  world.storages.values().map((storage) => ({
    id: `storage/${node}/${storage.id}`,
    type: 'storage',
    node,
    storage: storage.id,
    status: world.nodes.get(node)?.reachable ? 'available' : 'unknown',
    plugintype: storage.type,
    content: storage.content,
    shared: storage.shared ? 1 : 0,
    maxdisk: storage.totalGb * GB,
    disk: storageUsedGb(world, storage, node) * GB,
  }))

function guestRow(world: World, machine: SimMachine) {
  const { ha: _ha, qmpstatus: _qmp, cpus: _cpus, agent: _agent, pid: _pid, ...row } = statusOf(world, machine)
  const reachable = world.nodes.get(machine.node)?.reachable
  return {
    ...row,
    id: `qemu/${machine.vmid}`,
    type: 'qemu',
    node: machine.node,
    status: reachable ? row.status : 'unknown',
    template: isTemplate(machine) ? 1 : 0,
    maxcpu: coresOf(machine),
    // Releases differ in what they send as text.
    maxmem: machine.vmid % 2 ? row.maxmem : String(row.maxmem),
    ...(machine.pool ? { pool: machine.pool } : {}),
  }
}

function allResources(world: World) {
  const nodes = world.nodes.values()
  return [
    ...nodes.map(({ name }) => ({ id: `node/${name}`, type: 'node', ...nodeRow(world, name) })),
    ...world.machines
      .values()
      .filter((machine) => isVisible(world, machine))
      .map((machine) => guestRow(world, machine)),
    ...nodes.flatMap(({ name }) => storageRows(world, name)),
  ]
}

/** The cluster's list is a picture that may be some seconds old. */
function resourcesRoute(): Route {
  let picture: { at: number; rows: ReturnType<typeof allResources> } | undefined
  return {
    method: 'GET',
    path: '/cluster/resources',
    specs: take.RESOURCES,
    run: (world, { type }) => {
      const age = world.now() - (picture?.at ?? -Infinity)
      if (!picture || age >= world.settings().staleSeconds * 1000)
        picture = { at: world.now(), rows: allResources(world) }
      const types = type === 'vm' ? ['qemu', 'lxc'] : [type]
      return type === undefined ? picture.rows : picture.rows.filter((row) => types.includes(row.type))
    },
  }
}

function nextId(world: World, { vmid }: take.Given): string {
  if (vmid === undefined) {
    for (let id = 100; ; id++) if (!world.machines.get(String(id))) return String(id)
  }
  if (world.machines.get(vmid)) throw invalid({ vmid: `VM ${vmid} already exists` })
  return vmid
}

const taskRow = (task: SimTask) => ({
  upid: task.upid,
  node: task.node,
  pid: task.pid,
  pstart: parseInt(task.upid.split(':')[3] ?? '0', 16),
  starttime: Math.floor(task.startedAt / 1000),
  type: task.type,
  id: task.id,
  user: task.upid.split(':')[7],
  ...(task.exit === undefined ? {} : { endtime: Math.ceil(task.endsAt / 1000), status: task.exit }),
})

function listTasks(world: World, given: take.Given, { node }: { node: string }) {
  const source = given['source'] ?? 'archive'
  const chosen = source === 'active' ? runningTasks(world) : world.tasks.values()
  return chosen
    .filter((task) => task.node === node && (source !== 'archive' || task.exit !== undefined))
    .filter((task) => given['vmid'] === undefined || task.id === given['vmid'])
    .filter((task) => given['typefilter'] === undefined || task.type.includes(given['typefilter']))
    .toReversed()
    .slice(Number(given['start'] ?? 0), Number(given['start'] ?? 0) + Number(given['limit'] ?? 50))
    .map(taskRow)
}

function findTask(world: World, upid: string): SimTask {
  if (!upid.startsWith('UPID:')) throw invalid({ upid: `unable to parse worker upid '${upid}'` })
  const task = world.tasks.get(upid)
  if (!task) throw invalid({ upid: 'no such task' })
  return task
}

export const clusterRoutes = (): Route[] => [
  { method: 'GET', path: '/version', run: () => ({ version: '9.2.3', release: '9.2', repoid: '14a22df3' }) },
  {
    method: 'GET',
    path: '/access/permissions',
    specs: take.PERMISSIONS,
    run: (world) => {
      const { denied, poolOnly } = world.settings()
      const granted = Object.fromEntries(PRIVILEGES.filter((one) => !denied.includes(one)).map((one) => [one, 1]))
      return poolOnly ? { '/pool/ez': granted } : { '/': granted }
    },
  },
  resourcesRoute(),
  { method: 'GET', path: '/cluster/nextid', specs: take.NEXT_ID, run: nextId },
  {
    method: 'GET',
    path: '/cluster/tasks',
    run: (world) => world.tasks.values().toReversed().slice(0, 500).map(taskRow),
  },
  { method: 'GET', path: '/nodes', run: (world) => world.nodes.values().map(({ name }) => nodeRow(world, name)) },
  {
    method: 'GET',
    path: '/pools/:poolid',
    privilege: 'Pool.Audit',
    run: (world, _given, { part }) => {
      if (!world.pools.includes(part)) throw died(`no such pool '${part}'`)
      const members = world.machines.values().filter((machine) => machine.pool === part)
      return { members: members.map((machine) => guestRow(world, machine)) }
    },
  },
]

export const nodeRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/nodes/:node/status',
    privilege: 'Sys.Audit',
    run: (world, _given, { node }) => nodeStatus(world, node),
  },
  {
    method: 'GET',
    path: '/nodes/:node/storage',
    specs: take.STORAGE,
    run: (world, { storage }, { node }) =>
      world.storages
        .values()
        .filter(({ id }) => storage === undefined || id === storage)
        .map((one) => storageStatus(world, node, one.id)),
  },
  { method: 'GET', path: '/nodes/:node/tasks', specs: take.TASKS, run: listTasks },
  {
    method: 'GET',
    path: '/nodes/:node/tasks/:upid/status',
    run: (world, _given, { part }) => {
      const task = findTask(world, part)
      const { endtime: _, ...row } = taskRow(task)
      return task.exit === undefined
        ? { ...row, status: 'running' }
        : { ...row, status: 'stopped', exitstatus: task.exit }
    },
  },
  {
    method: 'GET',
    path: '/nodes/:node/tasks/:upid/log',
    specs: take.LOG,
    run: (world, given, { part }) => {
      const lines = findTask(world, part).log.map((t, index) => ({ n: index + 1, t }))
      const start = Number(given['start'] ?? 0)
      return lines.slice(start, start + Number(given['limit'] ?? 50))
    },
  },
]

function nodeStatus(world: World, name: string) {
  const node = world.nodes.get(name)
  if (!node) throw new PveError(595, 'No route to host')
  const used = memoryUsedMb(world, name) * MB
  const total = node.memoryMb * MB
  return {
    cpu: 0.04,
    uptime: 2_592_000,
    loadavg: ['0.42', '0.36', '0.31'],
    cpuinfo: { cpus: node.cores, cores: node.cores / 2, sockets: 1, model: 'AMD EPYC 9354P' },
    memory: { total, used, free: total - used, available: total - used },
    rootfs: { total: 100 * GB, used: 12 * GB, free: 88 * GB, avail: 88 * GB },
    'boot-info': { mode: 'efi', secureboot: 0 },
    'current-kernel': { sysname: 'Linux', release: '6.17.4-1-pve', version: '#1 SMP', machine: 'x86_64' },
    pveversion: 'pve-manager/9.2.3/14a22df3',
  }
}

function storageStatus(world: World, node: string, id: string) {
  const storage = world.storages.get(id)
  if (!storage) throw died(`storage '${id}' does not exist`)
  const used = storageUsedGb(world, storage, node) * GB
  const total = storage.totalGb * GB
  return {
    storage: id,
    type: storage.type,
    content: storage.content,
    active: 1,
    enabled: 1,
    shared: storage.shared ? 1 : 0,
    total,
    used,
    avail: Math.max(0, total - used),
    used_fraction: used / total,
  }
}

import type { Collection, Store } from '#platform/simulation.ts'
import { driveSizeGb, parsePairs } from './proxmox-shapes.ts'

/** What the simulated cluster consists of. All of it is plain JSON and outlives a crash. */
type SimNode = { name: string; cores: number; memoryMb: number; reachable: boolean }

export type SimStorage = {
  id: string
  shared: boolean
  type: string
  content: string
  totalGb: number
  /** Taken by others than the machines below. */
  otherGb: number
  /** More copies at once make each other fail with a lock time-out. */
  cloneLimit: number
}

export type SimMachine = {
  vmid: number
  node: string
  running: boolean
  paused: boolean
  lock?: string
  config: Record<string, string>
  pool?: string
  startedAt: number
  /** When the guest's agent begins to answer. */
  agentAt: number
  /** Until then a copy shows an empty configuration of nobody's. */
  shownAt: number
  /** Its guest ignores the power button. */
  shutdownHangs: boolean
  agentInstalled: boolean
  firewall: { options: Record<string, string>; sets: Record<string, string[]> }
}

/** A whole copy of a machine on a storage. */
export type SimBackup = {
  volid: string
  storage: string
  node: string
  vmid: number
  /** Seconds since 1970. */
  ctime: number
  size: number
  notes: string
  protected: boolean
}

export type Work =
  | { kind: 'backup'; vmid: number; storage: string; notes: string; protected: boolean }
  | { kind: 'delete-backup'; vmid: number; volid: string }
  | { kind: 'clone'; vmid: number; source: number; target: string; pool?: string }
  | { kind: 'resize'; vmid: number; disk: string; sizeGb: number }
  | { kind: 'shutdown'; vmid: number; force: boolean }
  | { kind: 'start' | 'stop' | 'reboot' | 'reset' | 'suspend' | 'resume' | 'destroy'; vmid: number }

export type SimTask = {
  upid: string
  node: string
  type: string
  id: string
  pid: number
  startedAt: number
  endsAt: number
  log: string[]
  work: Work
  /** Decided at its beginning: the words it will fail with. */
  failsWith?: string
  exit?: string
}

export type Settings = {
  quorum: boolean
  /** Privileges the token lacks. */
  denied: string[]
  /** The token sees only machines of its pool, and templates. */
  poolOnly: boolean
  /** How long /cluster/resources lags. */
  staleSeconds: number
  /** Words that the next tasks of a type end with. */
  exits: { type: string; exit: string; atOnce?: boolean }[]
  taskCount: number
}

/** How long work takes, in seconds of the wall clock. */
export type TaskSeconds = Record<
  'clone' | 'start' | 'stop' | 'shutdown' | 'reboot' | 'resize' | 'destroy' | 'backup' | 'agent',
  number
>

export type World = {
  tokenId: string
  pools: string[]
  bridges: string[]
  seconds: TaskSeconds
  /** Milliseconds since 1970. */
  now(): number
  nodes: Collection<SimNode>
  storages: Collection<SimStorage>
  machines: Collection<SimMachine>
  tasks: Collection<SimTask>
  backups: Collection<SimBackup>
  /** How often something really happened: `clone:105` → 1. */
  effects: Collection<number>
  settings(): Settings
  change(settings: Partial<Settings>): void
}

const DEFAULTS: Settings = { quorum: true, denied: [], poolOnly: false, staleSeconds: 0, exits: [], taskCount: 0 }

export function openWorld(store: Store, given: Pick<World, 'tokenId' | 'seconds' | 'now'>): World {
  const settings = store.collection<Settings>('settings')
  const world: World = {
    ...given,
    pools: ['ez'],
    bridges: ['vmbr0'],
    nodes: store.collection('nodes'),
    storages: store.collection('storages'),
    machines: store.collection('machines'),
    tasks: store.collection('tasks'),
    backups: store.collection('backups'),
    effects: store.collection('effects'),
    settings: () => settings.get('all') ?? DEFAULTS,
    change: (changes) => {
      settings.set('all', { ...(settings.get('all') ?? DEFAULTS), ...changes })
    },
  }
  if (world.nodes.values().length === 0) seed(world)
  // A cluster that was kept from an earlier release gets its storage for backups, too.
  if (!world.storages.get('backup')) world.storages.set('backup', BACKUP_STORAGE)
  return world
}

const BACKUP_STORAGE: SimStorage = {
  id: 'backup',
  shared: true,
  type: 'nfs',
  content: 'backup',
  totalGb: 20_000,
  otherGb: 900,
  cloneLimit: 1,
}

const TEMPLATES: [number, string][] = [
  [9000, 'debian-13'],
  [9001, 'ubuntu-26.04'],
  [9002, 'rocky-10'],
  [9003, 'alma-10'],
]

/** The demo cluster: two nodes in one place, one in another, common storage, four templates, one machine of somebody else. */
function seed(world: World): void {
  for (const [name, cores, memoryMb] of [
    ['fsn1-pve1', 64, 262_144],
    ['fsn1-pve2', 64, 262_144],
    ['hel1-pve1', 48, 196_608],
  ] as const)
    world.nodes.set(name, { name, cores, memoryMb, reachable: true })
  const storage = { otherGb: 400, cloneLimit: 4 }
  world.storages.set('ceph', { id: 'ceph', shared: true, type: 'rbd', content: 'images', totalGb: 12_000, ...storage })
  world.storages.set('local-lvm', {
    id: 'local-lvm',
    shared: false,
    type: 'lvmthin',
    content: 'images,rootdir',
    totalGb: 800,
    otherGb: 20,
    cloneLimit: 1,
  })
  for (const [vmid, name] of TEMPLATES)
    saveMachine(world, {
      ...newMachine(vmid, 'fsn1-pve1'),
      config: machineConfig(vmid, name, { template: '1', memory: '1024' }),
    })
  saveMachine(world, {
    ...newMachine(101, 'fsn1-pve2'),
    running: true,
    startedAt: world.now() - 30 * 86_400_000,
    config: machineConfig(101, 'monitoring', { memory: '8192', cores: '4', tags: 'internal', onboot: '1' }),
  })
}

export const newMachine = (vmid: number, node: string): SimMachine => ({
  vmid,
  node,
  running: false,
  paused: false,
  config: {},
  startedAt: 0,
  agentAt: 0,
  shownAt: 0,
  shutdownHangs: false,
  agentInstalled: true,
  firewall: { options: {}, sets: {} },
})

const machineConfig = (vmid: number, name: string, more: Record<string, string>): Record<string, string> => ({
  name,
  cores: '1',
  sockets: '1',
  memory: '1024',
  scsihw: 'virtio-scsi-single',
  scsi0: `ceph:${more['template'] ? 'base' : 'vm'}-${vmid}-disk-0,discard=on,size=4G`,
  ide2: `ceph:vm-${vmid}-cloudinit,media=cdrom`,
  net0: `virtio=${macOf(vmid, 0)},bridge=vmbr0`,
  boot: 'order=scsi0',
  serial0: 'socket',
  agent: 'enabled=1',
  ostype: 'l26',
  ...more,
})

/** Addresses of Proxmox's own range; different per machine and card. */
export function macOf(vmid: number, card: number): string {
  const number = (vmid * 16 + card) % 0xff_ff_ff
  const hex = number.toString(16).padStart(6, '0').toUpperCase()
  return `BC:24:11:${hex.slice(0, 2)}:${hex.slice(2, 4)}:${hex.slice(4, 6)}`
}

export const saveMachine = (world: World, machine: SimMachine): void => {
  world.machines.set(String(machine.vmid), machine)
}

export const count = (world: World, effect: string): void => {
  world.effects.set(effect, (world.effects.get(effect) ?? 0) + 1)
}

export const memoryMbOf = (machine: SimMachine): number =>
  Number(/\d+/.exec(machine.config['memory'] ?? '')?.[0] ?? 512)
export const coresOf = (machine: SimMachine): number =>
  Number(machine.config['cores'] ?? 1) * Number(machine.config['sockets'] ?? 1)
export const isTemplate = (machine: SimMachine): boolean => machine.config['template'] === '1'

export type SimDisk = { key: string; storage: string; sizeGb: number }

export const disksOf = (machine: SimMachine): SimDisk[] =>
  Object.entries(machine.config).flatMap(([key, value]) => {
    if (!/^(?:scsi|virtio|sata|ide)\d+$/.test(key) || value.includes('media=cdrom')) return []
    const storage = parsePairs(value).get('')?.split(':')[0] ?? ''
    return [{ key, storage, sizeGb: driveSizeGb(value) ?? 0 }]
  })

export const diskGbOf = (machine: SimMachine): number => disksOf(machine).reduce((sum, disk) => sum + disk.sizeGb, 0)

/** A node's own system takes 2 GiB. */
export const memoryUsedMb = (world: World, node: string): number =>
  world.machines
    .values()
    .filter((machine) => machine.node === node && machine.running)
    .reduce((sum, machine) => sum + memoryMbOf(machine), 2048)

export const storageUsedGb = (world: World, storage: SimStorage, node: string): number =>
  world.machines
    .values()
    .filter((machine) => storage.shared || machine.node === node)
    .flatMap(disksOf)
    .filter((disk) => disk.storage === storage.id)
    .reduce((sum, disk) => sum + disk.sizeGb, storage.otherGb) +
  world.backups
    .values()
    .filter((backup) => backup.storage === storage.id && (storage.shared || backup.node === node))
    .reduce((sum, backup) => sum + backup.size / 1_073_741_824, 0)

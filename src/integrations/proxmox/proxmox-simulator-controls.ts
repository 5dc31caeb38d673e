import { runningTasks, settle } from './proxmox-simulator-tasks.ts'
import {
  coresOf,
  diskGbOf,
  isTemplate,
  memoryMbOf,
  memoryUsedMb,
  saveMachine,
  storageUsedGb,
  type Settings,
  type SimBackup,
  type SimMachine,
  type World,
} from './proxmox-simulator-world.ts'

/** One machine as somebody with root on the cluster sees it. */
type InventoryMachine = {
  vmId: number
  node: string
  name: string
  template: boolean
  status: 'running' | 'stopped' | 'paused'
  /** What it is busy with, or ''. */
  lock: string
  /** From its tags and its description, as our adapter writes them. */
  tags: string[]
  cores: number
  memoryBytes: number
  diskBytes: number
  config: Record<string, string>
  firewall: { options: Record<string, string>; sets: Record<string, string[]> }
}

type InventoryNode = {
  name: string
  broken: boolean
  cores: { used: number; total: number }
  memoryBytes: { used: number; total: number }
  diskBytes: { used: number; total: number }
  machines: InventoryMachine[]
}

/** What a test, or the page of simulators, may do to the cluster and see of it. */
export type ClusterControls = {
  nodes(): InventoryNode[]
  /** The whole copies on its storages. */
  backups(): SimBackup[]
  machines(): InventoryMachine[]
  runningTasks(): number
  /** Ends every running task now, as its time would; agents answer at once. */
  finishTasks(): void
  /** Cuts a node off: calls for it get 595, its machines and tasks go on unseen. */
  breakNode(name: string): void
  repairNode(name: string): void
  setNodeCapacity(name: string, capacity: { cores?: number; memoryMb?: number }): void
  setStorage(id: string, settings: { totalGb?: number; otherGb?: number; cloneLimit?: number }): void
  /** No quorum: reads go on, writes are refused. */
  setQuorum(quorum: boolean): void
  /** Privileges the token lacks, and whether it sees only its pool's machines. */
  setPermissions(permissions: { denied?: string[]; poolOnly?: boolean }): void
  /** How long /cluster/resources lags behind. */
  setStaleSeconds(seconds: number): void
  /**
   * Lets the next task of a type (`qmclone`, `qmstart` …) end with these words, without effect; `WARNINGS: 1` has one. It takes
   * its time over it, or is over before anybody can look at it.
   */
  endNextTask(type: string, exit: string, atOnce?: 'at once'): void
  /** Moves a machine, switches its guest's manners, or puts a lock on it; undefined takes the lock off. */
  setMachine(
    vmId: number,
    settings: Partial<Pick<SimMachine, 'node' | 'shutdownHangs' | 'agentInstalled' | 'paused' | 'running'>> & {
      lock?: string | undefined
    },
  ): void
  /** How often something truly happened to a number since the cluster exists. */
  effects(vmId: number): { clones: number; starts: number; destroys: number }
}

export function clusterControls(world: World): ClusterControls {
  const machines = (): InventoryMachine[] => {
    settle(world)
    return world.machines.values().map(inventoryOf)
  }
  const setReachable = (name: string, reachable: boolean): void => {
    world.nodes.set(name, { ...nodeNamed(world, name), reachable })
  }
  const settings = (changes: Partial<Settings>): void => {
    world.change(changes)
  }
  return {
    machines,
    backups: () => {
      settle(world)
      return world.backups.values()
    },
    nodes: () => {
      const all = machines()
      return world.nodes.values().map(({ name }) => inventoryNode(world, name, all))
    },
    runningTasks: () => {
      settle(world)
      return runningTasks(world).length
    },
    finishTasks: () => {
      finishTasks(world)
    },
    breakNode: (name) => {
      setReachable(name, false)
    },
    repairNode: (name) => {
      setReachable(name, true)
    },
    setNodeCapacity: (name, capacity) => {
      world.nodes.set(name, { ...nodeNamed(world, name), ...capacity })
    },
    setStorage: (id, changes) => {
      const storage = world.storages.get(id)
      if (!storage) throw new Error(`there is no storage ${id}`)
      world.storages.set(id, { ...storage, ...changes })
    },
    setQuorum: (quorum) => {
      settings({ quorum })
    },
    setPermissions: settings,
    setStaleSeconds: (staleSeconds) => {
      settings({ staleSeconds })
    },
    endNextTask: (type, exit, atOnce) => {
      settings({ exits: [...world.settings().exits, { type, exit, atOnce: atOnce !== undefined }] })
    },
    setMachine: (vmId, changes) => {
      settle(world)
      const machine = world.machines.get(String(vmId))
      if (!machine) throw new Error(`there is no machine ${vmId}`)
      saveMachine(world, JSON.parse(JSON.stringify({ ...machine, ...changes })) as SimMachine)
    },
    effects: (vmId) => {
      settle(world)
      const times = (kind: string): number => world.effects.get(`${kind}:${vmId}`) ?? 0
      return { clones: times('clone'), starts: times('start'), destroys: times('destroy') }
    },
  }
}

function nodeNamed(world: World, name: string) {
  const node = world.nodes.get(name)
  if (!node) throw new Error(`there is no node ${name}`)
  return node
}

function finishTasks(world: World): void {
  const now = world.now()
  for (const task of runningTasks(world)) world.tasks.set(task.upid, { ...task, endsAt: Math.min(task.endsAt, now) })
  settle(world)
  for (const machine of world.machines.values())
    if (machine.running && machine.agentAt > now) saveMachine(world, { ...machine, agentAt: now })
}

const inventoryOf = (machine: SimMachine): InventoryMachine => ({
  vmId: machine.vmid,
  node: machine.node,
  name: machine.config['name'] ?? '',
  template: isTemplate(machine),
  status: machine.running ? (machine.paused ? 'paused' : 'running') : 'stopped',
  lock: machine.lock ?? '',
  tags: [
    ...new Set(
      `${machine.config['tags'] ?? ''} ${machine.config['description'] ?? ''}`.split(/[;,\s]+/).filter(Boolean),
    ),
  ],
  cores: coresOf(machine),
  memoryBytes: memoryMbOf(machine) * 1_048_576,
  diskBytes: diskGbOf(machine) * 1_073_741_824,
  config: machine.config,
  firewall: machine.firewall,
})

function inventoryNode(world: World, name: string, all: InventoryMachine[]): InventoryNode {
  const node = nodeNamed(world, name)
  const here = all.filter((machine) => machine.node === name)
  const storage = world.storages.get('ceph')
  const gigabyte = 1_073_741_824
  return {
    name,
    broken: !node.reachable,
    cores: {
      used: here.reduce((sum, machine) => sum + (machine.status === 'running' ? machine.cores : 0), 0),
      total: node.cores,
    },
    memoryBytes: { used: memoryUsedMb(world, name) * 1_048_576, total: node.memoryMb * 1_048_576 },
    diskBytes: {
      used: storage ? storageUsedGb(world, storage, name) * gigabyte : 0,
      total: (storage?.totalGb ?? 0) * gigabyte,
    },
    machines: here,
  }
}

import { locked, lockTimeout } from './proxmox-simulator-errors.ts'
import { parsePairs, printPairs } from './proxmox-shapes.ts'
import {
  count,
  disksOf,
  memoryMbOf,
  memoryUsedMb,
  saveMachine,
  storageUsedGb,
  type SimMachine,
  type SimTask,
  type Work,
  type World,
} from './proxmox-simulator-world.ts'

const TYPES: Record<Work['kind'], string> = {
  clone: 'qmclone',
  resize: 'resize',
  start: 'qmstart',
  stop: 'qmstop',
  shutdown: 'qmshutdown',
  reboot: 'qmreboot',
  reset: 'qmreset',
  suspend: 'qmsuspend',
  resume: 'qmresume',
  destroy: 'qmdestroy',
  backup: 'vzdump',
  'delete-backup': 'imgdel',
}

const KEPT_TASKS = 500

const isRunning = (task: SimTask): boolean => task.exit === undefined

export const runningTasks = (world: World): SimTask[] => world.tasks.values().filter(isRunning)

/** The task that holds a machine's lock file. */
const holderOf = (world: World, vmid: number): SimTask | undefined =>
  runningTasks(world).find(({ work }) => work.vmid === vmid)

/** Refuses at once what would otherwise wait for a machine's lock file. */
export function lockedBy(world: World, vmid: number): string | undefined {
  return holderOf(world, vmid) ? lockTimeout(vmid) : undefined
}

/** How a task differs from others of its kind: how long it takes, or that it is bound to fail. */
type How = { seconds?: number; failsWith?: string }

/**
 * Begins a task on a node; its answer is the UPID. Its effect comes when its time is over, also when the simulator was
 * killed in between.
 */
export function beginTask(world: World, node: string, work: Work, log: string[] = [], how: How = {}): string {
  const { taskCount, exits } = world.settings()
  const type = TYPES[work.kind]
  const planned = exits.find((one) => one.type === type)
  const fails = planned?.exit ?? how.failsWith ?? foreseen(world, work)
  world.change({ taskCount: taskCount + 1, exits: exits.filter((one) => one !== planned) })

  const startedAt = world.now()
  const takes = fails !== undefined && (!planned || planned.atOnce) ? 0 : (how.seconds ?? secondsOf(world, work.kind))
  const pid = 0x1_000 + taskCount
  const id = work.kind === 'clone' ? String(work.source) : String(work.vmid)
  const upid = [
    'UPID',
    node,
    hex(pid),
    hex(0x1c_000_000 + taskCount),
    hex(Math.floor(startedAt / 1000)),
    type,
    id,
    world.tokenId,
    '',
  ].join(':')
  const endsAt = startedAt + takes * 1000
  world.tasks.set(upid, {
    upid,
    node,
    type,
    id,
    pid,
    startedAt,
    endsAt,
    log,
    work,
    ...(fails ? { failsWith: fails } : {}),
  })
  const machine = world.machines.get(String(work.vmid))
  if (work.kind === 'backup' && fails === undefined && machine) saveMachine(world, { ...machine, lock: 'backup' })
  forgetOldTasks(world)
  return upid
}

const hex = (number: number): string => number.toString(16).toUpperCase().padStart(8, '0')

function secondsOf({ seconds }: World, kind: Work['kind']): number {
  if (kind === 'delete-backup') return seconds.resize
  if (kind === 'reset' || kind === 'suspend' || kind === 'resume') return seconds.stop
  return seconds[kind]
}

function forgetOldTasks(world: World): void {
  const ended = world.tasks.values().filter((task) => !isRunning(task))
  for (const task of ended.slice(0, Math.max(0, ended.length - KEPT_TASKS))) world.tasks.delete(task.upid)
}

/** What stops a task before it has begun: somebody else's lock, or a machine in another state. */
function foreseen(world: World, work: Work): string | undefined {
  // A copy lies on its storage, whatever its machine does.
  if (work.kind === 'delete-backup') return undefined
  const machine = world.machines.get(String(work.vmid))
  const holder = work.kind === 'clone' ? undefined : holderOf(world, work.vmid)
  if (holder) return holder.type === 'qmclone' && machine?.lock ? locked(machine.lock) : lockTimeout(work.vmid)
  if (work.kind === 'clone') return undefined
  if (machine?.lock) return locked(machine.lock)
  if (work.kind === 'start' && machine?.running) return `VM ${work.vmid} already running`
  return undefined
}

/** Ends everything whose time is over, in the order of its time. */
export function settle(world: World): void {
  const due = runningTasks(world)
    .filter((task) => task.endsAt <= world.now())
    .toSorted((a, b) => a.endsAt - b.endsAt)
  for (const task of due) {
    const exit = task.failsWith ?? apply(world, task) ?? 'OK'
    if (task.work.kind === 'backup') unlock(world, task.work.vmid)
    if (exit !== 'OK' && !exit.startsWith('WARNINGS') && task.work.kind === 'clone') dropCopy(world, task.work.vmid)
    else if (exit.startsWith('WARNINGS')) apply(world, task)
    const told = task.work.kind === 'backup' && exit !== 'OK' && !exit.startsWith('WARNINGS') ? 'job errors' : exit
    world.tasks.set(task.upid, {
      ...task,
      exit: told,
      log: [
        ...task.log,
        ...(told === 'job errors' && exit !== told ? [`ERROR: Backup of VM ${task.id} failed - ${exit}`] : []),
        exit === 'OK' ? 'TASK OK' : exit.startsWith('WARNINGS') ? `TASK ${exit}` : `TASK ERROR: ${told}`,
      ],
    })
  }
}

function unlock(world: World, vmid: number): void {
  const machine = world.machines.get(String(vmid))
  if (machine?.lock !== 'backup') return
  const { lock: _, ...unlocked } = machine
  saveMachine(world, unlocked)
}

/** Ends running shutdowns of a machine, as a stop with `overrule-shutdown` does. */
export function abortShutdowns(world: World, vmid: number): void {
  for (const task of runningTasks(world))
    if (task.work.kind === 'shutdown' && task.work.vmid === vmid)
      world.tasks.set(task.upid, {
        ...task,
        exit: 'interrupted by signal',
        log: [...task.log, 'TASK ERROR: interrupted by signal'],
      })
}

/** A copy that failed leaves nothing: its half-made machine goes. */
function dropCopy(world: World, vmid: number): void {
  if (world.machines.get(String(vmid))?.lock === 'clone') world.machines.delete(String(vmid))
}

/** Does what a task is for; gives back the words it fails with. */
function apply(world: World, { work, endsAt, node }: SimTask): string | undefined {
  if (work.kind === 'delete-backup') {
    world.backups.delete(work.volid)
    return undefined
  }
  const machine = world.machines.get(String(work.vmid))
  if (!machine)
    return `Configuration file 'nodes/${world.nodes.values()[0]?.name}/qemu-server/${work.vmid}.conf' does not exist`
  switch (work.kind) {
    case 'clone':
      return finishClone(world, machine, work)
    case 'resize':
      return resize(world, machine, work)
    case 'start':
      return powerOn(world, machine, endsAt)
    case 'reset':
    case 'reboot':
      if (machine.shutdownHangs && work.kind === 'reboot') return 'VM quit/powerdown failed - got timeout'
      saveMachine(world, booted(world, machine, endsAt))
      return undefined
    case 'shutdown':
      if (machine.shutdownHangs && !work.force) return 'VM quit/powerdown failed - got timeout'
      saveMachine(world, { ...machine, running: false, paused: false })
      return undefined
    case 'stop':
      saveMachine(world, { ...machine, running: false, paused: false })
      return undefined
    case 'suspend':
    case 'resume':
      saveMachine(world, { ...machine, paused: work.kind === 'suspend' })
      return undefined
    case 'backup':
      return storeBackup(world, machine, { ...work, node, at: endsAt })
    case 'destroy':
      world.machines.delete(String(work.vmid))
      count(world, `destroy:${work.vmid}`)
      return undefined
  }
}

const booted = (world: World, machine: SimMachine, at: number): SimMachine => ({
  ...machine,
  running: true,
  paused: false,
  startedAt: at,
  agentAt: at + world.seconds.agent * 1000,
})

function powerOn(world: World, machine: SimMachine, at: number): string | undefined {
  if (machine.running) return `VM ${machine.vmid} already running`
  const bridge = parsePairs(machine.config['net0'] ?? '').get('bridge') ?? 'vmbr0'
  if (!world.bridges.includes(bridge)) return `bridge '${bridge}' does not exist`
  const total = world.nodes.get(machine.node)?.memoryMb ?? 0
  if (memoryUsedMb(world, machine.node) + memoryMbOf(machine) > total)
    return "start failed: QEMU exited with code 1: cannot set up guest memory 'pc.ram': Cannot allocate memory"
  saveMachine(world, booted(world, machine, at))
  count(world, `start:${machine.vmid}`)
  return undefined
}

function finishClone(world: World, machine: SimMachine, work: Work & { kind: 'clone' }): string | undefined {
  for (const { storage: id } of disksOf(machine)) {
    const storage = world.storages.get(id)
    // The copy's own disks count already.
    if (storage && storageUsedGb(world, storage, machine.node) > storage.totalGb)
      return `clone failed: unable to create image on storage '${id}': no space left on device`
  }
  const { lock: _, ...unlocked } = machine
  saveMachine(world, { ...unlocked, node: work.target, ...(work.pool ? { pool: work.pool } : {}) })
  count(world, `clone:${machine.vmid}`)
  return undefined
}

function resize(world: World, machine: SimMachine, work: Work & { kind: 'resize' }): string | undefined {
  const disk = disksOf(machine).find(({ key }) => key === work.disk)
  const storage = disk && world.storages.get(disk.storage)
  if (!disk || !storage) return `disk '${work.disk}' does not exist`
  if (work.sizeGb < disk.sizeGb) return 'shrinking disks is not supported'
  if (storageUsedGb(world, storage, machine.node) - disk.sizeGb + work.sizeGb > storage.totalGb)
    return `resize failed: storage '${storage.id}': no space left on device`
  const pairs = parsePairs(machine.config[work.disk] ?? '')
  const config = { ...machine.config, [work.disk]: printPairs(pairs.set('size', `${work.sizeGb}G`)) }
  saveMachine(world, { ...machine, config })
  return undefined
}

/** A compressed copy takes some two fifths of the disk. */
function storeBackup(
  world: World,
  machine: SimMachine,
  work: Work & { kind: 'backup' } & { node: string; at: number },
): string | undefined {
  const storage = world.storages.get(work.storage)
  if (!storage) return `storage '${work.storage}' does not exist`
  const sizeGb = disksOf(machine).reduce((sum, disk) => sum + disk.sizeGb, 0) * 0.4
  if (storageUsedGb(world, storage, work.node) + sizeGb > storage.totalGb)
    return `storage '${storage.id}': no space left on device`
  const second = new Date(work.at).toISOString().slice(0, 19).replaceAll(/[-:]/g, '_').replace('T', '-')
  const volid = `${storage.id}:backup/vzdump-qemu-${machine.vmid}-${second}.vma.zst`
  world.backups.set(volid, {
    volid,
    storage: storage.id,
    node: work.node,
    vmid: machine.vmid,
    ctime: Math.floor(work.at / 1000),
    size: Math.round(sizeGb * 1_073_741_824),
    notes: work.notes,
    protected: work.protected,
  })
  return undefined
}

export type NodeCapacity = {
  node: string
  online: boolean
  cores: number
  memoryTotalMb: number
  /** What is neither used nor promised: a stopped machine's memory counts, since it may start at any time. */
  memoryFreeMb: number
  diskTotalGb: number
  diskFreeGb: number
}

export type Machine = {
  vmId: number
  node: string
  name: string
  template: boolean
  /** Our tag stands here once `configure` ran; before that only `isOurs` can tell. */
  tags: string[]
  /** `unknown` while the machine's node does not answer. */
  power: 'running' | 'stopped' | 'paused' | 'unknown'
  /** Why it refuses changes just now (clone, backup, migrate …). */
  lock: string | undefined
}

export type MachineStatus = Machine & {
  uptimeSeconds: number
  /** 0 to 1 over all cores. */
  cpuLoad: number
  memoryUsedMb: number
  memoryTotalMb: number
}

/** Work the host has begun. It goes on whether or not anybody watches. */
export type HostTask = { node: string; taskId: string }
/** `retryable`: doing the step over may work (a lock, a lost task); look the outcome up first, as after a lost answer. */
export type HostTaskState =
  | { state: 'running' }
  | { state: 'done' }
  | { state: 'failed'; reason: string; retryable: boolean }

/** A whole copy of a machine's disks that the host keeps. `note` is what `backUp` was given. */
export type MachineBackup = {
  vmId: number
  node: string
  storage: string
  volumeId: string
  note: string
  sizeBytes: number
  madeAt: Temporal.Instant
}

export type MachineAddress = { address: string; prefix: number; gateway: string; family: 4 | 6 }

/**
 * A cluster that runs virtual machines. Nothing here waits for a task: writes give back the task they began, or
 * undefined when the host had nothing to do. `node` is where the machine was last seen; a machine that has moved since
 * is found by its number. Refusals are Problems:
 * - `vps_host_unavailable` (unavailable): no answer, node unreachable, or trouble. What was asked may have happened.
 * - `vps_host_busy` (unavailable): a lock is held; nothing happened; try later.
 * - `vps_host_refused` (conflict): the host said no and will say no again; the message holds its words.
 * - `vm_id_taken` (conflict): the number carries a machine already.
 * - `machine_missing` (not_found): no machine with that number in the whole cluster.
 * - `machine_not_ours` (conflict): `configure`, `backUp` or `destroy` met a machine without our tag; nothing happened.
 */
export type VpsHost = {
  /** Says that the host is reachable, our credential works and may do what we need; throws otherwise. */
  ping(): Promise<void>
  listNodes(): Promise<NodeCapacity[]>
  /** Every machine of the cluster. May lag some 10 s behind changes. */
  listMachines(): Promise<Machine[]>
  /**
   * The machine with that number wherever it runs, read afresh; undefined when there is none. Busy while the number is
   * taken by a machine that is still being made and cannot be read yet. Somebody else's machine that our credential may
   * not read has no node and no name, and its power is unknown.
   */
  findMachine(vmId: number): Promise<MachineStatus | undefined>
  /**
   * Makes a full copy of a template on `node`. `tag` (`ez-<service id>`) goes with the request, so that after a lost
   * answer, or `vm_id_taken`, `isOurs` can tell. The task may run on the template's node.
   */
  cloneTemplate(input: {
    node: string
    templateVmId: number
    vmId: number
    name: string
    tag: string
  }): Promise<HostTask>
  /**
   * Whether that machine carries our tag; false also for a machine of somebody else, or none. Busy while the machine is
   * still being copied and shows nobody's tag: ask again later.
   */
  isOurs(vmId: number, tag: string): Promise<boolean>
  /** A task on that machine which is still running, the copy that makes it included, however it was begun. */
  findRunningTask(node: string, vmId: number): Promise<HostTask | undefined>
  taskState(task: HostTask): Promise<HostTaskState>
  /**
   * Sets size, identity and first-boot data. Says the same as often as wanted. The first address of each family goes to
   * the first network card with its gateway, every further pair to a card of its own.
   */
  configure(input: {
    node: string
    vmId: number
    tag: string
    hostname: string
    cores: number
    memoryMb: number
    sshKeys: string[]
    user: string
    addresses: MachineAddress[]
    nameServers: string[]
  }): Promise<void>
  /** Grows the system disk to at least that size; a disk of that size or more is left as it is. */
  growDisk(node: string, vmId: number, diskGb: number): Promise<HostTask | undefined>
  /**
   * The machine may use only the addresses that `configure` gave it; inbound traffic passes. Says the same as often as
   * wanted.
   */
  protectNetwork(node: string, vmId: number): Promise<void>
  /** Switches on, or wakes a paused machine. */
  start(node: string, vmId: number): Promise<HostTask | undefined>
  /** Asks the guest to shut down and, when `force`, switches it off after two minutes. */
  shutdown(node: string, vmId: number, force: boolean): Promise<HostTask | undefined>
  /** Pulls the plug. */
  stop(node: string, vmId: number): Promise<HostTask | undefined>
  /** Shuts down and starts again, so that a changed size takes effect; refused for a stopped machine. */
  restart(node: string, vmId: number): Promise<HostTask | undefined>
  /** The guest's own addresses, or undefined while its agent does not answer. */
  guestAddresses(node: string, vmId: number): Promise<string[] | undefined>
  /**
   * Begins a copy of the machine's disks on the storage for backups, if the machine carries `tag`; it may run meanwhile. `note`
   * (one line) stands on the copy once it is whole, so that one whose answer was lost is found. Refused where there is no such
   * storage.
   */
  backUp(input: { node: string; vmId: number; tag: string; note: string }): Promise<HostTask>
  /**
   * The whole copies on a storage, which is the one for backups unless another is named; none where there is none. Those of
   * one machine when a number is given.
   */
  listBackups(which: { vmId?: number; storage?: string }): Promise<MachineBackup[]>
  /** Deletes a copy for good; undefined when the host has it no more. */
  deleteBackup(backup: Pick<MachineBackup, 'node' | 'storage' | 'volumeId'>): Promise<HostTask | undefined>
  /** Destroys the machine and its disks if it carries `tag`; undefined when there is no such machine. It must be stopped. */
  destroy(vmId: number, tag: string): Promise<HostTask | undefined>
}

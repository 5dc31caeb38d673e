import { createHash } from 'node:crypto'
import { died, invalid, locked } from './proxmox-simulator-errors.ts'
import * as take from './proxmox-simulator-parameters.ts'
import { isTrue, type Given } from './proxmox-simulator-parameters.ts'
import { machineOn, type Route } from './proxmox-simulator-routes.ts'
import { beginTask, lockedBy, runningTasks } from './proxmox-simulator-tasks.ts'
import {
  disksOf,
  isTemplate,
  macOf,
  newMachine,
  saveMachine,
  type SimMachine,
  type World,
} from './proxmox-simulator-world.ts'
import { parsePairs, printPairs } from './proxmox-shapes.ts'

const NUMBERS = new Set(['cores', 'sockets', 'onboot', 'ciupgrade', 'template', 'protection', 'balloon'])

const digestOf = (machine: SimMachine): string =>
  createHash('sha1').update(JSON.stringify(machine.config)).digest('hex')

/** The configuration as it is answered: some values as numbers, passwords hidden, a copy not begun without anything. */
function readConfig(world: World, machine: SimMachine): Record<string, unknown> {
  if (machine.lock === 'clone' && world.now() < machine.shownAt)
    return { lock: 'clone', description: 'qmclone temporary file\n', digest: digestOf(machine) }
  const shown = Object.entries(machine.config).map(([key, value]) => [key, NUMBERS.has(key) ? Number(value) : value])
  return {
    ...Object.fromEntries(shown),
    ...(machine.config['cipassword'] ? { cipassword: '**********' } : {}),
    ...(machine.lock ? { lock: machine.lock } : {}),
    digest: digestOf(machine),
  }
}

function writeConfig(world: World, given: Given, node: string, vmid: number): void {
  const machine = machineOn(world, node, vmid)
  const { digest, delete: doomed, ...values } = given
  const held = machine.lock ? locked(machine.lock) : lockedBy(world, vmid)
  if (held) throw died(held)
  if (digest !== undefined && digest !== digestOf(machine))
    throw died('detected modified configuration - file changed by other user? Try again.')
  if (values['sshkeys'] !== undefined) checkKeys(values['sshkeys'])
  const config = { ...machine.config }
  for (const key of doomed?.split(/[,;\s]+/).filter(Boolean) ?? []) delete config[key]
  for (const [key, value] of Object.entries(values)) config[key] = stored(machine, key, value)
  if (Number(config['balloon'] ?? 0) > Number(config['memory'])) throw invalid({ balloon: 'balloon value too large' })
  saveMachine(world, { ...machine, config })
}

/** What becomes of a value: cards get a MAC, seed drives a volume, truth values a digit. */
function stored({ vmid }: SimMachine, key: string, value: string): string {
  const card = /^net(\d+)$/.exec(key)?.[1]
  if (card !== undefined && !/(?:[0-9A-F]{2}:){5}/i.test(value))
    return value.replace(/^[^,]+/, `$&=${macOf(vmid, Number(card))}`)
  const seedDrive = /^([\w-]+):cloudinit$/.exec(value)?.[1]
  if (seedDrive !== undefined) return `${seedDrive}:vm-${vmid}-cloudinit,media=cdrom`
  if (key === 'onboot' || key === 'ciupgrade' || key === 'protection') return isTrue(value) ? '1' : '0'
  if (key === 'tags') return [...new Set(value.toLowerCase().split(/[;,\s]+/))].join(';')
  return value
}

function checkKeys(encoded: string): void {
  const lines = decodeURIComponent(encoded)
    .split('\n')
    .filter((line) => line.trim())
  const isKey = /^(?:ssh-(?:rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-[\w@.-]+) [A-Za-z0-9+/]+={0,2}(?: .*)?$/
  if (!lines.every((line) => isKey.test(line))) throw died('SSH public key validation error')
}

/** Checks at once what Proxmox checks before it forks, then copies in a task. */
function clone(world: World, given: Given, node: string, vmid: number): string {
  const template = machineOn(world, node, vmid)
  const newid = Number(given['newid'])
  const full = given['full'] === undefined ? !isTemplate(template) : isTrue(given['full'])
  const target = given['target'] ?? node
  checkClone(world, template, { ...given, target }, full)
  if (world.machines.get(String(newid))) throw died(`unable to create VM ${newid}: config file already exists`)
  const copy = copyOf(world, template, newid, given)
  const work = {
    kind: 'clone',
    vmid: newid,
    source: vmid,
    target,
    ...(given['pool'] ? { pool: given['pool'] } : {}),
  } as const
  const storage = disksOf(copy)[0]?.storage ?? ''
  const beside = runningTasks(world).filter(
    (task) => task.work.kind === 'clone' && usesStorage(world, task.work.vmid, storage),
  )
  saveMachine(world, copy)
  const log = [
    `creating a clone of VM ${vmid} with ID ${newid}`,
    `create full clone of drive scsi0 (${storage}:base-${vmid}-disk-0)`,
  ]
  const crowded = beside.length >= (world.storages.get(storage)?.cloneLimit ?? 1)
  const failsWith = `clone failed: cfs-lock 'storage-${storage}' error: got lock request timeout`
  return beginTask(world, node, work, log, crowded ? { failsWith } : {})
}

function usesStorage(world: World, vmid: number, storage: string): boolean {
  const machine = world.machines.get(String(vmid))
  return machine !== undefined && disksOf(machine).some((disk) => disk.storage === storage)
}

function checkClone(world: World, template: SimMachine, given: Given, full: boolean): void {
  const { target = '', storage: id, pool } = given
  if (pool !== undefined && !world.pools.includes(pool)) throw died(`pool '${pool}' does not exist`)
  if (!world.nodes.get(target)) throw died(`no such cluster node '${target}'`)
  const storage = id === undefined ? undefined : world.storages.get(id)
  if (id !== undefined && !storage) throw died(`storage '${id}' does not exist`)
  const away = target !== template.node
  if (away && storage && !storage.shared) throw died(`can't clone to non-shared storage '${id}'`)
  if (id !== undefined && !full) throw died("parameter 'storage' not allowed for linked clones")
  if (template.lock) throw died(locked(template.lock))
  if (away && disksOf(template).some((disk) => !world.storages.get(disk.storage)?.shared))
    throw died(`can't clone VM to node '${target}' (VM uses local storage)`)
}

/** The half-made machine: locked, on the template's node until it is whole, and with new cards. */
function copyOf(world: World, template: SimMachine, vmid: number, given: Given): SimMachine {
  const { template: _, digest: _digest, ...kept } = template.config
  const config = Object.entries(kept).map(([key, value]) => {
    const card = /^net(\d+)$/.exec(key)?.[1]
    if (card !== undefined) return [key, value.replace(/(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i, macOf(vmid, Number(card)))]
    if (!/^(?:scsi|virtio|sata|ide)\d+$/.test(key)) return [key, value]
    const pairs = parsePairs(value)
    const volume = pairs.get('')?.replace(/^[^:]+/, given['storage'] ?? '$&')
    return [key, printPairs(pairs.set('', volume?.replace(/(?:base|vm)-\d+-/, `vm-${vmid}-`) ?? ''))]
  })
  return {
    ...newMachine(vmid, template.node),
    lock: 'clone',
    shownAt: world.now() + world.seconds.clone * 500,
    firewall: structuredClone(template.firewall),
    config: {
      ...Object.fromEntries(config),
      name: given['name'] ?? `Copy-of-VM-${template.config['name'] ?? template.vmid}`,
      ...(given['description'] ? { description: given['description'] } : {}),
    },
  }
}

export const configRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/nodes/:node/qemu/:vmid/config',
    privilege: 'VM.Audit',
    specs: { current: { type: 'boolean' } },
    run: (world, _given, { node, vmid }) => readConfig(world, machineOn(world, node, vmid)),
  },
  {
    method: 'PUT',
    path: '/nodes/:node/qemu/:vmid/config',
    privilege: 'VM.Config.Options',
    specs: take.CONFIG,
    run: (world, given, { node, vmid }) => {
      writeConfig(world, given, node, vmid)
    },
  },
  {
    method: 'POST',
    path: '/nodes/:node/qemu/:vmid/clone',
    privilege: 'VM.Clone',
    specs: take.CLONE,
    run: (world, given, { node, vmid }) => clone(world, given, node, vmid),
  },
]

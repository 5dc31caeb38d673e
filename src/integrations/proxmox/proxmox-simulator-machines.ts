import { died, locked } from './proxmox-simulator-errors.ts'
import { isTrue, RRD, type Given } from './proxmox-simulator-parameters.ts'
import * as take from './proxmox-simulator-parameters.ts'
import { machineOn, type Route } from './proxmox-simulator-routes.ts'
import { abortShutdowns, beginTask } from './proxmox-simulator-tasks.ts'
import { coresOf, diskGbOf, isTemplate, memoryMbOf, type SimMachine, type World } from './proxmox-simulator-world.ts'
import { parsePairs } from './proxmox-shapes.ts'

const MB = 1_048_576
const GB = 1_073_741_824

/** What the status page says; the guest's figures wander with the time, so that graphs look alive. */
export function statusOf(world: World, machine: SimMachine) {
  const seconds = machine.running ? Math.max(0, Math.floor((world.now() - machine.startedAt) / 1000)) : 0
  const load = machine.running ? 0.03 + 0.02 * Math.sin(seconds / 60 + machine.vmid) : 0
  const { tags, name, agent } = machine.config
  return {
    vmid: machine.vmid,
    name: name ?? `VM ${machine.vmid}`,
    status: machine.running ? 'running' : 'stopped',
    qmpstatus: machine.running ? (machine.paused ? 'paused' : 'running') : 'stopped',
    cpus: coresOf(machine),
    cpu: load,
    maxmem: memoryMbOf(machine) * MB,
    mem: machine.running ? Math.round(memoryMbOf(machine) * MB * (0.3 + load)) : 0,
    maxdisk: diskGbOf(machine) * GB,
    disk: 0,
    uptime: seconds,
    netin: seconds * 1_200,
    netout: seconds * 2_100,
    diskread: seconds * 4_000,
    diskwrite: seconds * 6_000,
    ha: { managed: 0 },
    ...(isTemplate(machine) ? { template: 1 } : {}),
    ...(tags ? { tags } : {}),
    ...(machine.lock ? { lock: machine.lock } : {}),
    ...(agent && /^(?:1|enabled=1)/.test(agent) ? { agent: 1 } : {}),
    ...(machine.running ? { pid: 1000 + (machine.vmid % 30_000) } : {}),
  }
}

const power = (verb: string, run: Route['run'], specs: take.Specs = {}): Route => ({
  method: 'POST',
  path: `/nodes/:node/qemu/:vmid/status/${verb}`,
  privilege: 'VM.PowerMgmt',
  specs,
  run,
})

const mustRun = (machine: SimMachine): void => {
  if (!machine.running) throw died(`VM ${machine.vmid} not running`)
}

function shutdown(world: World, given: Given, { node, vmid }: { node: string; vmid: number }): string {
  const machine = machineOn(world, node, vmid)
  const force = isTrue(given['forceStop'])
  if (machine.paused && !force) throw died('VM is paused - cannot shutdown')
  // A guest that ignores the button is waited for as long as was asked.
  const waits = machine.running && machine.shutdownHangs && !machine.paused
  const work = { kind: 'shutdown', vmid, force: force || !machine.running } as const
  return beginTask(world, node, work, [], waits ? { seconds: Number(given['timeout'] ?? 60) } : {})
}

function reboot(world: World, given: Given, { node, vmid }: { node: string; vmid: number }): string {
  const machine = machineOn(world, node, vmid)
  if (machine.paused) throw died('VM is paused - cannot shutdown')
  mustRun(machine)
  const how = machine.shutdownHangs ? { seconds: Number(given['timeout'] ?? 60) } : {}
  return beginTask(world, node, { kind: 'reboot', vmid }, [], how)
}

export const powerRoutes = (): Route[] => [
  power(
    'start',
    (world, _given, { node, vmid }) => {
      if (isTemplate(machineOn(world, node, vmid))) throw died("you can't start a vm if it's a template")
      return beginTask(world, node, { kind: 'start', vmid })
    },
    take.START,
  ),
  power('shutdown', shutdown, take.SHUTDOWN),
  power('reboot', reboot, take.START),
  power(
    'stop',
    (world, given, { node, vmid }) => {
      machineOn(world, node, vmid)
      if (isTrue(given['overrule-shutdown'])) abortShutdowns(world, vmid)
      return beginTask(world, node, { kind: 'stop', vmid })
    },
    take.STOP,
  ),
  ...(['reset', 'suspend', 'resume'] as const).map((kind) =>
    power(kind, (world, _given, { node, vmid }) => {
      mustRun(machineOn(world, node, vmid))
      return beginTask(world, node, { kind, vmid })
    }),
  ),
]

function destroy(world: World, node: string, vmid: number): string {
  const machine = machineOn(world, node, vmid)
  if (machine.config['protection'] === '1') throw died(`can't remove VM ${vmid} - protection mode enabled`)
  if (machine.running) throw died(`VM ${vmid} is running - destroy failed`)
  return beginTask(world, node, { kind: 'destroy', vmid })
}

function resize(world: World, given: Given, node: string, vmid: number): string {
  const machine = machineOn(world, node, vmid)
  const [disk = '', size = ''] = [given['disk'], given['size']]
  if (!machine.config[disk]) throw died(`disk '${disk}' does not exist`)
  if (machine.lock) throw died(locked(machine.lock))
  const current = toGb(parsePairs(machine.config[disk]).get('size') ?? '0')
  const sizeGb = size.startsWith('+') ? current + toGb(size.slice(1)) : toGb(size)
  return beginTask(world, node, { kind: 'resize', vmid, disk, sizeGb })
}

const FACTOR: Record<string, number> = { K: 1 / MB, M: 1 / 1024, G: 1, T: 1024 }
const toGb = (size: string): number => parseFloat(size) * (FACTOR[size.slice(-1)] ?? 1 / GB)

/** The agent answers once the guest has booted; until then it is an error like any other. */
function interfaces(world: World, node: string, vmid: number) {
  const machine = machineOn(world, node, vmid)
  if (!machine.running) throw died(`VM ${vmid} is not running`)
  if (!/^(?:1|enabled=1)/.test(machine.config['agent'] ?? '')) throw died('No QEMU guest agent configured')
  if (!machine.agentInstalled || world.now() < machine.agentAt || machine.paused)
    throw died('QEMU guest agent is not running')
  const address = (text: string) => {
    const [ip = '', prefix = ''] = text.split('/')
    return { 'ip-address': ip, 'ip-address-type': ip.includes(':') ? 'ipv6' : 'ipv4', prefix: Number(prefix) }
  }
  const cards = Object.keys(machine.config).filter((key) => /^net\d+$/.test(key))
  const loopback = {
    name: 'lo',
    'hardware-address': '00:00:00:00:00:00',
    'ip-addresses': ['127.0.0.1/8', '::1/128'].map(address),
  }
  return {
    result: [
      loopback,
      ...cards.map((key) => {
        const pairs = parsePairs(machine.config[key.replace('net', 'ipconfig')] ?? '')
        const given = [pairs.get('ip'), pairs.get('ip6')].filter((one) => one?.includes('/'))
        return {
          name: key.replace('net', 'eth'),
          'hardware-address':
            /(?:[0-9A-F]{2}:){5}[0-9A-F]{2}/i.exec(machine.config[key] ?? '')?.[0].toLowerCase() ?? '',
          'ip-addresses': [...given.map((one) => address(one ?? '')), address('fe80::be24:11ff:fe00:1/64')],
        }
      }),
    ],
  }
}

const STEP: Record<string, number> = { hour: 60, day: 1800, week: 10_800, month: 43_200, year: 604_800 }

/** Figures of the past; where the machine was off there are gaps, as in the vendor's own files. */
function rrd(world: World, given: Given, node: string, vmid: number) {
  const machine = machineOn(world, node, vmid)
  const step = STEP[given['timeframe'] ?? 'hour'] ?? 60
  const last = Math.floor(world.now() / 1000 / step) * step
  return Array.from({ length: 70 }, (_, index) => {
    const time = last - (69 - index) * step
    const limits = { time, maxcpu: coresOf(machine), maxmem: memoryMbOf(machine) * MB, maxdisk: diskGbOf(machine) * GB }
    if (!machine.running || time * 1000 < machine.startedAt) return limits
    const wave = (Math.sin(time / 900 + vmid) + 1) / 2
    return {
      ...limits,
      cpu: 0.02 + 0.1 * wave,
      mem: Math.round(limits.maxmem * (0.3 + 0.1 * wave)),
      disk: 0,
      netin: 900 + 4_000 * wave,
      netout: 1_500 + 9_000 * wave,
      diskread: 2_000 * wave,
      diskwrite: 500 + 5_000 * wave,
    }
  })
}

export const machineRoutes = (): Route[] => [
  {
    method: 'GET',
    path: '/nodes/:node/qemu',
    specs: { full: { type: 'boolean' } },
    run: (world, _given, { node }) =>
      world.machines
        .values()
        .filter((machine) => machine.node === node)
        .map((machine) => statusOf(world, machine)),
  },
  {
    method: 'GET',
    path: '/nodes/:node/qemu/:vmid/status/current',
    privilege: 'VM.Audit',
    run: (world, _given, { node, vmid }) => statusOf(world, machineOn(world, node, vmid)),
  },
  {
    method: 'DELETE',
    path: '/nodes/:node/qemu/:vmid',
    privilege: 'VM.Allocate',
    specs: take.DESTROY,
    run: (world, _given, { node, vmid }) => destroy(world, node, vmid),
  },
  {
    method: 'PUT',
    path: '/nodes/:node/qemu/:vmid/resize',
    privilege: 'VM.Config.Disk',
    specs: take.RESIZE,
    run: (world, given, { node, vmid }) => resize(world, given, node, vmid),
  },
  {
    method: 'GET',
    path: '/nodes/:node/qemu/:vmid/agent/network-get-interfaces',
    privilege: 'VM.GuestAgent.Audit',
    run: (world, _given, { node, vmid }) => interfaces(world, node, vmid),
  },
  {
    method: 'GET',
    path: '/nodes/:node/qemu/:vmid/rrddata',
    privilege: 'VM.Audit',
    specs: RRD,
    run: (world, given, { node, vmid }) => rrd(world, given, node, vmid),
  },
]

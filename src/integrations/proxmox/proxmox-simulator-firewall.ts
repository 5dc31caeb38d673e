import { createHash } from 'node:crypto'
import { died, invalid } from './proxmox-simulator-errors.ts'
import * as take from './proxmox-simulator-parameters.ts'
import { machineOn, type Route } from './proxmox-simulator-routes.ts'
import { saveMachine, type SimMachine, type World } from './proxmox-simulator-world.ts'

const base = '/nodes/:node/qemu/:vmid/firewall'

type Firewall = SimMachine['firewall']

const change = (world: World, machine: SimMachine, firewall: Partial<Firewall>): void => {
  saveMachine(world, { ...machine, firewall: { ...machine.firewall, ...firewall } })
}

const digestOf = (value: unknown): string => createHash('sha1').update(JSON.stringify(value)).digest('hex')

const membersOf = (machine: SimMachine, name: string): string[] => {
  const members = machine.firewall.sets[name]
  if (!members) throw died(`no such IPSet '${name}'`)
  return members
}

const NUMBERS = new Set(['enable', 'ipfilter', 'macfilter', 'dhcp', 'ndp', 'radv'])

const optionRoutes: Route[] = [
  {
    method: 'GET',
    path: `${base}/options`,
    privilege: 'VM.Audit',
    run: (world, _given, { node, vmid }) => {
      const { options } = machineOn(world, node, vmid).firewall
      const shown = Object.entries(options).map(([key, value]) => [key, NUMBERS.has(key) ? Number(value) : value])
      return { ...Object.fromEntries(shown), digest: digestOf(options) }
    },
  },
  {
    method: 'PUT',
    path: `${base}/options`,
    privilege: 'VM.Config.Network',
    specs: take.FIREWALL,
    run: (world, { delete: doomed, ...given }, { node, vmid }) => {
      const machine = machineOn(world, node, vmid)
      const options = { ...machine.firewall.options, ...given }
      for (const key of doomed?.split(',') ?? []) delete options[key]
      change(world, machine, { options })
    },
  },
  { method: 'GET', path: `${base}/rules`, privilege: 'VM.Audit', run: () => [] },
]

const setRoutes: Route[] = [
  {
    method: 'GET',
    path: `${base}/ipset`,
    privilege: 'VM.Audit',
    run: (world, _given, { node, vmid }) => {
      const { sets } = machineOn(world, node, vmid).firewall
      return Object.keys(sets).map((name) => ({ name, digest: digestOf(sets) }))
    },
  },
  {
    method: 'POST',
    path: `${base}/ipset`,
    privilege: 'VM.Config.Network',
    specs: take.IPSET,
    run: (world, { name = '' }, { node, vmid }) => {
      const machine = machineOn(world, node, vmid)
      const { sets } = machine.firewall
      if (sets[name]) throw invalid({ name: `IPSet '${name}' already exists` })
      change(world, machine, { sets: { ...sets, [name]: [] } })
    },
  },
  {
    method: 'GET',
    path: `${base}/ipset/:name`,
    privilege: 'VM.Audit',
    run: (world, _given, { node, vmid, part }) => {
      const members = membersOf(machineOn(world, node, vmid), part)
      return members.map((cidr) => ({ cidr, digest: digestOf(members) }))
    },
  },
  {
    method: 'POST',
    path: `${base}/ipset/:name`,
    privilege: 'VM.Config.Network',
    specs: take.IPSET_MEMBER,
    run: (world, { cidr = '' }, { node, vmid, part }) => {
      const machine = machineOn(world, node, vmid)
      const members = membersOf(machine, part)
      if (members.includes(cidr)) throw invalid({ cidr: `address '${cidr}' already exists` })
      change(world, machine, { sets: { ...machine.firewall.sets, [part]: [...members, cidr] } })
    },
  },
  {
    method: 'DELETE',
    path: `${base}/ipset/:name/:cidr`,
    privilege: 'VM.Config.Network',
    run: (world, _given, { node, vmid, part, last }) => {
      const machine = machineOn(world, node, vmid)
      const kept = membersOf(machine, part).filter((cidr) => cidr !== last)
      change(world, machine, { sets: { ...machine.firewall.sets, [part]: kept } })
    },
  },
]

export const firewallRoutes = (): Route[] => [...optionRoutes, ...setRoutes]

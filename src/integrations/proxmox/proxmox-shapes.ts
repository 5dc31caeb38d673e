import { z } from 'zod'

/** What Proxmox answers, typed loosely on purpose: numbers come as strings, booleans as 0, 1 or "1", anything may be missing. */
const Num = z.coerce.number().catch(0)
const Text = z.coerce.string()
const Flag = z
  .union([z.boolean(), z.number(), z.string()])
  .transform((value) => value === true || value === 1 || value === '1')
  .catch(false)

export const ErrorBody = z.object({
  data: z.unknown().optional(),
  message: z.string().optional(),
  errors: z.record(z.string(), Text).optional().catch(undefined),
})

export const Resource = z.object({
  type: Text,
  node: Text.optional(),
  vmid: z.coerce.number().optional(),
  name: Text.optional(),
  status: Text.optional(),
  template: Flag,
  tags: Text.optional(),
  lock: Text.optional(),
  storage: Text.optional(),
  shared: Flag,
  maxcpu: Num,
  mem: Num,
  maxmem: Num,
  disk: Num,
  maxdisk: Num,
})
export type Resource = z.output<typeof Resource>
export const Resources = z.array(Resource)

export const Nodes = z.array(z.object({ node: Text, status: Text.optional() }))

export const CurrentStatus = z.object({
  status: Text,
  qmpstatus: Text.optional(),
  name: Text.optional(),
  template: Flag,
  tags: Text.optional(),
  lock: Text.optional(),
  uptime: Num,
  cpu: Num,
  mem: Num,
  maxmem: Num,
})
export type CurrentStatus = z.output<typeof CurrentStatus>

/** A machine's configuration; every value as text. */
export const MachineConfig = z.record(z.string(), Text.catch(''))
export type MachineConfig = z.output<typeof MachineConfig>

export const StoredBackups = z.array(
  z.object({ volid: Text, vmid: z.coerce.number().optional(), size: Num, ctime: Num, notes: Text.optional() }),
)

/** Writes give back a task's id, or nothing when the release works at once. */
export const Upid = z.string().startsWith('UPID:').nullish()

export const TaskStatus = z.object({ status: Text, type: Text.optional(), exitstatus: Text.optional() })
export type TaskStatus = z.output<typeof TaskStatus>
const TaskEntry = z.object({
  upid: Text,
  type: Text,
  id: Text.optional(),
  status: Text.optional(),
  endtime: z.unknown().optional(),
})
export type TaskEntry = z.output<typeof TaskEntry>
export const TaskList = z.array(TaskEntry)
export const TaskLog = z.array(z.object({ t: Text }))

export const IpSets = z.array(z.object({ name: Text }))
export const IpSetMembers = z.array(z.object({ cidr: Text }))

/** path → privilege → whether it reaches further down. */
export const Permissions = z.record(z.string(), z.record(z.string(), z.unknown()))

/** The agent says `{ error }` instead of a list when the guest does not know the question. */
export const AgentInterfaces = z.object({
  result: z
    .array(
      z.object({
        name: Text.optional(),
        'ip-addresses': z.array(z.object({ 'ip-address': Text })).default([]),
      }),
    )
    .optional()
    .catch(undefined),
})

export const tagsOf = (text: string | undefined): string[] => (text ?? '').split(/[;,\s]+/).filter(Boolean)

/** `virtio=BC:24:…,bridge=vmbr0` → pairs in order. A value without a name, as a drive's volume, has the name ''. */
export function parsePairs(text: string): Map<string, string> {
  return new Map(
    text
      .split(',')
      .filter(Boolean)
      .map((part): [string, string] => {
        const cut = part.indexOf('=')
        return cut < 0 ? ['', part] : [part.slice(0, cut), part.slice(cut + 1)]
      }),
  )
}

export const printPairs = (pairs: Map<string, string>): string =>
  [...pairs].map(([name, value]) => (name ? `${name}=${value}` : value)).join(',')

const UNITS: Record<string, number> = { K: 1 / 1_048_576, M: 1 / 1024, G: 1, T: 1024 }

/** A drive's size in GiB; undefined when the configuration does not say. */
export function driveSizeGb(drive: string): number | undefined {
  const match = /^(\d+(?:\.\d+)?)([KMGT])?$/.exec(parsePairs(drive).get('size') ?? '')
  if (!match) return undefined
  return Number(match[1]) * (match[2] ? (UNITS[match[2]] ?? 1) : 1 / 1_073_741_824)
}

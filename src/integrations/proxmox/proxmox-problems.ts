import { Problem } from '#platform/problem.ts'

/** What a refused call came back with. Older releases say why only in the status line. */
export type Refusal = { status: number; text: string; fields: Record<string, string> }

type Meaning = 'vm_id_taken' | 'machine_missing' | 'vps_host_busy' | 'vps_host_refused'

/** Proxmox tells its errors apart by text only: there is no 404 for a missing machine, it is a 500 with these words. */
const MEANINGS: [RegExp, Meaning][] = [
  [/config file already exists|\b(?:VM|CT) \d+ already exists/i, 'vm_id_taken'],
  [/configuration file '[^']*\/\d+\.conf' does not exist|no such VM \('?\d+'?\)/i, 'machine_missing'],
  [/quit\/powerdown failed|qga command|guest agent/i, 'vps_host_refused'],
  [
    /got timeout|lock request timeout|is locked(?: \(|$)|can't lock file|trying to acquire (?:cfs )?lock/i,
    'vps_host_busy',
  ],
  [/checksum mismatch|detected modified configuration|not ready - no quorum/i, 'vps_host_busy'],
  [/not running|already running|is running - |is paused|protection mode|validation error/i, 'vps_host_refused'],
  [/shrinking|can't clone|unable to parse|not allowed|no space|not enough|out of range/i, 'vps_host_refused'],
  [
    /storage '[^']*' (?:does not exist|is not|is disabled)|no such (?:cluster node|pool)|is a template/i,
    'vps_host_refused',
  ],
]

/** Says what a refused call means in the contract's words. `what` names the call for the person who has to mend it. */
export function problemOf(refusal: Refusal, what: string): Problem {
  const { status, fields } = refusal
  const named = Object.entries(fields).map(([field, message]) => `${field}: ${message.trim()}`)
  const words = [refusal.text.trim(), ...named].filter(Boolean).join(' ') || `status ${status}`
  const meaning = MEANINGS.find(([pattern]) => pattern.test(words))?.[1] ?? byStatus(status)
  const said = `${words} (${what})`
  if (meaning === 'vm_id_taken') return new Problem('conflict', meaning, `The machine number is taken: ${said}`)
  if (meaning === 'machine_missing') return new Problem('not_found', meaning, `The machine does not exist: ${said}`)
  if (meaning === 'vps_host_busy') return busy(said)
  if (meaning === 'vps_host_unavailable') return unavailable(said)
  const issues = Object.entries(fields).map(([path, message]) => ({ path, message: message.trim() }))
  return new Problem('conflict', 'vps_host_refused', `The server host refused: ${said}`, { issues })
}

function byStatus(status: number): Meaning | 'vps_host_unavailable' {
  if (status === 429) return 'vps_host_busy'
  return status === 501 || status < 500 ? 'vps_host_refused' : 'vps_host_unavailable'
}

/** Whether the host said no because our token may not see or do this; a machine outside our pool looks the same. */
export const isPermissionRefusal = (error: Error): boolean => /Permission check failed/i.test(error.message)

export const unavailable = (said: string, cause?: unknown): Problem =>
  new Problem('unavailable', 'vps_host_unavailable', `The server host does not answer properly: ${said}`, { cause })

export const busy = (said: string): Problem =>
  new Problem('unavailable', 'vps_host_busy', `The server host is busy: ${said}`, { retryAfterSeconds: 3 })

export const missing = (vmId: number): Problem =>
  new Problem('not_found', 'machine_missing', `There is no machine ${vmId} in the cluster.`)

export const notOurs = (vmId: number, tag: string): Problem =>
  new Problem('conflict', 'machine_not_ours', `Machine ${vmId} does not carry the tag ${tag}; it was left alone.`)

import { isIP, isIPv4, isIPv6 } from 'node:net'
import { invalid } from './proxmox-simulator-errors.ts'
import { parsePairs } from './proxmox-shapes.ts'

/** One parameter of one call, as the vendor's description of its API types it. */
type Spec = {
  type: 'string' | 'integer' | 'boolean' | 'number'
  required?: true
  min?: number
  max?: number
  maxLength?: number
  enum?: readonly string[]
  pattern?: RegExp
  /** Says what is wrong with a value, or nothing. */
  format?: (value: string) => string | undefined
}
export type Specs = Record<string, Spec>
/** What a call was given, every value as text. */
export type Given = Record<string, string>

const TRUTH = /^(?:1|on|yes|true)$/i
const FALSEHOOD = /^(?:0|off|no|false)$/i

export const isTrue = (value: string | undefined): boolean => value !== undefined && TRUTH.test(value)

function wrongWith(spec: Spec, value: string): string | undefined {
  if (spec.type === 'boolean' && !TRUTH.test(value) && !FALSEHOOD.test(value))
    return `type check ('boolean') failed - got '${value}'`
  if (spec.type === 'integer' && !/^[+-]?\d+$/.test(value)) return `type check ('integer') failed - got '${value}'`
  if (spec.type === 'number' && Number.isNaN(Number(value))) return `type check ('number') failed - got '${value}'`
  if (spec.min !== undefined && Number(value) < spec.min) return `value must have a minimum value of ${spec.min}`
  if (spec.max !== undefined && Number(value) > spec.max) return `value must have a maximum value of ${spec.max}`
  if (spec.maxLength !== undefined && value.length > spec.maxLength)
    return `value may only be ${spec.maxLength} characters long`
  if (spec.enum && !spec.enum.includes(value))
    return `value '${value}' does not have a value in the enumeration '${spec.enum.join(', ')}'`
  if (spec.pattern && !spec.pattern.test(value)) return 'value does not match the regex pattern'
  const bad = spec.format?.(value)
  return bad === undefined ? undefined : `invalid format - ${bad}`
}

/** Refuses as Proxmox does: every wrong, missing or unknown parameter by name, in one answer. */
export function checkParameters(specs: Specs, given: Given): void {
  const errors: Record<string, string> = {}
  for (const [name, value] of Object.entries(given)) {
    const spec = specs[name] ?? specs[name.replace(/\d+$/, '[n]')]
    const wrong = spec
      ? wrongWith(spec, value)
      : 'property is not defined in schema and the schema does not allow additional properties'
    if (wrong) errors[name] = wrong
  }
  for (const [name, spec] of Object.entries(specs))
    if (spec.required && given[name] === undefined) errors[name] = 'property is missing and it is not optional'
  if (Object.keys(errors).length > 0) throw invalid(errors)
}

const matches = (pattern: RegExp, what: string) => (value: string) =>
  pattern.test(value) ? undefined : `value does not look like a valid ${what}`

const dnsName = matches(
  /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i,
  'DNS name',
)
const configId = matches(/^[a-z][a-z0-9_-]+$/i, 'configuration ID')
const everyTag = (value: string): string | undefined =>
  value.split(/[;,\s]+/).every((tag) => /^[a-z0-9_][a-z0-9_\-+.]*$/i.test(tag))
    ? undefined
    : `invalid tag in '${value}'`
const everyAddress = (value: string): string | undefined =>
  value.split(/[\s,;]+/).every((one) => isIP(one) > 0) ? undefined : 'value does not look like a valid IP address'

const cidr = (value: string | undefined, is: (text: string) => boolean): boolean => {
  const [address = '', prefix = ''] = (value ?? '').split('/')
  return is(address) && /^\d{1,3}$/.test(prefix) && Number(prefix) <= (isIPv4(address) ? 32 : 128)
}

/** `ip=192.0.2.5/24,gw=192.0.2.1,ip6=…/64,gw6=…`; a gateway only beside its address. */
function ipConfig(value: string): string | undefined {
  const pairs = parsePairs(value)
  const [ip, ip6, gw, gw6] = ['ip', 'ip6', 'gw', 'gw6'].map((name) => pairs.get(name))
  if ([...pairs.keys()].some((name) => !['ip', 'ip6', 'gw', 'gw6'].includes(name))) return 'format error'
  if (ip !== undefined && ip !== 'dhcp' && !cidr(ip, isIPv4))
    return 'ip: value does not look like a valid ipv4 network configuration'
  if (ip6 !== undefined && !['dhcp', 'auto'].includes(ip6) && !cidr(ip6, isIPv6))
    return 'ip6: value does not look like a valid ipv6 network configuration'
  if (gw !== undefined && (!isIPv4(gw) || ip === undefined)) return 'gw: gateway given without address'
  if (gw6 !== undefined && (!isIPv6(gw6) || ip6 === undefined)) return 'gw6: gateway given without address'
  return undefined
}

const NET = /^(?:virtio|e1000e?|rtl8139|vmxnet3|model=\w+)(?:=[0-9A-F]{2}(?::[0-9A-F]{2}){5})?(?:,[a-z_]+=[^,=]+)*$/i
const urlEncoded = (value: string): string | undefined =>
  /^[-%\w.!~*'()]*$/.test(value) && !/%(?![0-9a-f]{2})/i.test(value) ? undefined : 'invalid urlencoded string'

const string: Spec = { type: 'string' }
const flag: Spec = { type: 'boolean' }
const whole = (min: number, max?: number): Spec => ({ type: 'integer', min, ...(max === undefined ? {} : { max }) })
const vmidSpec: Spec = whole(100, 999_999_999)
const required = (spec: Spec): Spec => ({ ...spec, required: true })
const size: Spec = { type: 'string', required: true, pattern: /^\+?\d+(?:\.\d+)?[KMGT]?$/ }
const policy: Spec = { type: 'string', enum: ['ACCEPT', 'REJECT', 'DROP'] }
const setName: Spec = { type: 'string', required: true, pattern: /^[a-z][\w-]+$/i, maxLength: 64 }

/** A machine's settings that may be written. */
export const CONFIG: Specs = {
  name: { type: 'string', format: dnsName },
  cores: whole(1),
  sockets: whole(1),
  cpu: string,
  cpulimit: { type: 'number', min: 0, max: 128 },
  memory: { type: 'string', pattern: /^(?:current=)?\d{2,}$/ },
  balloon: whole(0),
  onboot: flag,
  agent: string,
  tags: { type: 'string', format: everyTag },
  description: { type: 'string', maxLength: 8192 },
  'net[n]': { type: 'string', pattern: NET },
  'ide[n]': string,
  'scsi[n]': string,
  'virtio[n]': string,
  'serial[n]': { type: 'string', pattern: /^(?:\/dev\/.+|socket)$/ },
  boot: string,
  ciuser: string,
  cipassword: string,
  ciupgrade: flag,
  'ipconfig[n]': { type: 'string', format: ipConfig },
  nameserver: { type: 'string', format: everyAddress },
  searchdomain: string,
  sshkeys: { type: 'string', format: urlEncoded },
  protection: flag,
  digest: { type: 'string', maxLength: 40 },
  delete: string,
}

export const CLONE: Specs = {
  newid: required(vmidSpec),
  name: { type: 'string', format: dnsName },
  description: string,
  full: flag,
  storage: { type: 'string', format: configId },
  target: { type: 'string', format: dnsName },
  pool: string,
  snapname: string,
  format: { type: 'string', enum: ['raw', 'qcow2', 'vmdk'] },
  bwlimit: whole(0),
}
export const RESIZE: Specs = {
  disk: { type: 'string', required: true, pattern: /^(?:ide[0-3]|scsi\d+|virtio\d+|sata[0-5])$/ },
  size,
  digest: { type: 'string', maxLength: 40 },
}
export const START: Specs = { timeout: whole(0) }
export const SHUTDOWN: Specs = { timeout: whole(0), forceStop: flag }
export const STOP: Specs = { timeout: whole(0), 'overrule-shutdown': flag }
export const DESTROY: Specs = { purge: flag, 'destroy-unreferenced-disks': flag }
export const VZDUMP: Specs = {
  vmid: required({ type: 'string', pattern: /^\d+$/ }),
  storage: { type: 'string', format: configId },
  mode: { type: 'string', enum: ['snapshot', 'suspend', 'stop'] },
  compress: { type: 'string', enum: ['0', '1', 'gzip', 'lzo', 'zstd'] },
  'notes-template': { type: 'string', maxLength: 1024 },
  remove: flag,
  protected: flag,
  'prune-backups': string,
  bwlimit: whole(0),
}
export const CONTENT: Specs = { content: string, vmid: vmidSpec }
export const DELETE_VOLUME: Specs = { delay: whole(1, 30) }
export const RRD: Specs = {
  timeframe: { type: 'string', required: true, enum: ['hour', 'day', 'week', 'month', 'year'] },
  cf: { type: 'string', enum: ['AVERAGE', 'MAX'] },
}
export const TASKS: Specs = {
  vmid: vmidSpec,
  typefilter: string,
  source: { type: 'string', enum: ['archive', 'active', 'all'] },
  start: whole(0),
  limit: whole(0),
  errors: flag,
  since: whole(0),
}
export const LOG: Specs = { start: whole(0), limit: whole(0) }
export const RESOURCES: Specs = { type: { type: 'string', enum: ['vm', 'storage', 'node', 'sdn'] } }
export const NEXT_ID: Specs = { vmid: vmidSpec }
export const STORAGE: Specs = { storage: string, content: string, enabled: flag, target: string }
export const PERMISSIONS: Specs = { path: string, userid: string }
export const FIREWALL: Specs = {
  enable: flag,
  ipfilter: flag,
  macfilter: flag,
  dhcp: flag,
  ndp: flag,
  radv: flag,
  policy_in: policy,
  policy_out: policy,
  delete: string,
}
export const IPSET: Specs = { name: setName, comment: string }
export const IPSET_MEMBER: Specs = {
  cidr: {
    type: 'string',
    required: true,
    format: (value) =>
      isIP(value) > 0 || cidr(value, (text) => isIP(text) > 0)
        ? undefined
        : 'value does not look like a valid IP address or network',
  },
  comment: string,
  nomatch: flag,
}

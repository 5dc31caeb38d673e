import type { MachineAddress, VpsHost } from '#modules/provisioning/vps-host.ts'
import { percentEncode, type Values } from './proxmox-client.ts'
import { driveSizeGb, parsePairs, printPairs, tagsOf, type MachineConfig } from './proxmox-shapes.ts'

type Wanted = Parameters<VpsHost['configure']>[0]

const MODELS = new Set(['virtio', 'e1000', 'e1000e', 'rtl8139', 'vmxnet3'])

/** Keeps the card as it is, its MAC above all: written without one, it would get another. */
function networkCard(current: string | undefined, bridge: string): string {
  const pairs = parsePairs(current ?? '')
  const model = [...pairs.keys()].some((name) => MODELS.has(name)) || pairs.has('')
  const kept = model ? pairs : new Map([['', 'virtio'], ...pairs])
  return printPairs(kept.set('bridge', bridge).set('firewall', '1'))
}

/** One line per card: the n-th IPv4 beside the n-th IPv6. Only the first card has gateways; two would quarrel. */
function ipConfigs(addresses: MachineAddress[]): string[] {
  const four = addresses.filter(({ family }) => family === 4)
  const six = addresses.filter(({ family }) => family === 6)
  return Array.from({ length: Math.max(four.length, six.length) }, (_, card) => {
    const parts: string[] = []
    const [v4, v6] = [four[card], six[card]]
    if (v4) parts.push(`ip=${v4.address}/${v4.prefix}`, ...(card === 0 ? [`gw=${v4.gateway}`] : []))
    if (v6) parts.push(`ip6=${v6.address}/${v6.prefix}`, ...(card === 0 ? [`gw6=${v6.gateway}`] : []))
    return parts.join(',')
  })
}

/** What to write so that a machine becomes what was ordered; with the digest of what was read, against two writers at once. */
export function settingsFor(current: MachineConfig, wanted: Wanted, host: { bridge: string; storage: string }): Values {
  const cards = ipConfigs(wanted.addresses)
  const agent = parsePairs(current['agent'] ?? '')
  const settings: Values = {
    name: wanted.hostname,
    cores: wanted.cores,
    sockets: 1,
    memory: wanted.memoryMb,
    onboot: 1,
    tags: [...new Set([...tagsOf(current['tags']), wanted.tag])].join(';'),
    ciuser: wanted.user,
    ciupgrade: 0,
    net0: networkCard(current['net0'], host.bridge),
  }
  if (agent.get('enabled') !== '1' && agent.get('') !== '1') settings['agent'] = 'enabled=1'
  for (const [card, text] of cards.entries()) {
    settings[`ipconfig${card}`] = text
    settings[`net${card}`] = networkCard(current[`net${card}`], host.bridge)
  }
  if (!Object.values(current).some((value) => /cloudinit/.test(parsePairs(value).get('') ?? '')))
    settings['ide2'] = `${host.storage}:cloudinit`
  if (wanted.nameServers.length > 0) settings['nameserver'] = wanted.nameServers.join(' ')
  // Proxmox wants the keys percent-encoded in themselves; the form encodes them once more.
  if (wanted.sshKeys.length > 0) settings['sshkeys'] = percentEncode(wanted.sshKeys.map((key) => key.trim()).join('\n'))
  const obsolete = obsoleteKeys(current, settings)
  if (obsolete.length > 0) settings['delete'] = obsolete.join(',')
  if (current['digest']) settings['digest'] = current['digest']
  return settings
}

/** First-boot values of an earlier order, and cards that we once added for its addresses. */
function obsoleteKeys(current: MachineConfig, settings: Values): string[] {
  const cards = Object.keys(current).flatMap((key) => {
    const card = /^ipconfig(\d+)$/.exec(key)?.[1]
    if (card === undefined || key in settings) return []
    return card !== '0' && current[`net${card}`] ? [key, `net${card}`] : [key]
  })
  return [...cards, ...['sshkeys', 'nameserver'].filter((key) => key in current && !(key in settings))]
}

/** The disk the machine boots from, and its size where the configuration says it. */
export function systemDisk(config: MachineConfig): { disk: string; sizeGb: number | undefined } | undefined {
  const order = (parsePairs(config['boot'] ?? '').get('order') ?? '').split(';')
  const disk = [...order, 'scsi0', 'virtio0', 'sata0', 'ide0'].find((name) => {
    const drive = config[name]
    return /^(?:scsi|virtio|sata|ide)\d+$/.test(name) && drive !== undefined && !/media=cdrom|cloudinit/.test(drive)
  })
  return disk ? { disk, sizeGb: driveSizeGb(config[disk] ?? '') } : undefined
}

import { isIPv4, isIPv6 } from 'node:net'
import { isProblem } from '#platform/problem.ts'
import { at, type ProxmoxClient } from './proxmox-client.ts'
import { IpSetMembers, IpSets, parsePairs, type MachineConfig } from './proxmox-shapes.ts'

/** One spelling per address: a single host without its prefix, IPv6 in its short form. */
function canonical(cidr: string): string {
  const address = cidr.replace(/\/(?:32|128)$/, '').toLowerCase()
  return isIPv6(address) ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address
}

/** The addresses the machine was given, and the cards it has. */
function grantedAddresses(config: MachineConfig): { addresses: Set<string>; cards: string[] } {
  const values = Object.entries(config).filter(([key]) => /^ipconfig\d+$/.test(key))
  const addresses = values.flatMap(([, text]) => {
    const pairs = parsePairs(text)
    return ['ip', 'ip6'].flatMap((name) => pairs.get(name)?.split('/')[0] ?? [])
  })
  return {
    addresses: new Set(addresses.filter((address) => isIPv4(address) || isIPv6(address)).map(canonical)),
    cards: Object.keys(config).filter((key) => /^net\d+$/.test(key)),
  }
}

/**
 * Sends a change whose refusal does not matter when it is made already: a gateway on the way may send it twice, and the
 * second one is refused.
 */
async function change(send: () => Promise<unknown>, isMade: () => Promise<boolean>): Promise<void> {
  try {
    await send()
  } catch (error) {
    if (!isProblem(error) || error.code !== 'vps_host_refused' || !(await isMade())) throw error
  }
}

async function readSets(client: ProxmoxClient, base: string): Promise<Set<string>> {
  return new Set((await client.get(`${base}/ipset`, IpSets)).map(({ name }) => name))
}

/** The members of a set as they are written there, by their canonical spelling. */
async function readMembers(client: ProxmoxClient, path: string): Promise<Map<string, string>> {
  return new Map((await client.get(path, IpSetMembers)).map(({ cidr }) => [canonical(cidr), cidr]))
}

/** Makes one set of addresses say exactly `addresses`. */
async function fillSet(client: ProxmoxClient, path: string, addresses: Set<string>): Promise<void> {
  const present = await readMembers(client, path)
  const isIn = async (address: string): Promise<boolean> => (await readMembers(client, path)).has(address)
  for (const cidr of addresses)
    if (!present.has(cidr))
      await change(
        () => client.send('POST', path, { cidr }),
        () => isIn(cidr),
      )
  for (const [address, cidr] of present)
    if (!addresses.has(address))
      await change(
        () => client.send('DELETE', path + at`/${cidr}`),
        async () => !(await isIn(address)),
      )
}

/**
 * Lets a machine send from its own addresses only. Each card's set comes before the filter that reads it: with the
 * filter on and the set empty, the machine is cut off. A template's sets are copied with it, so leftovers go.
 */
export async function guardNetwork(
  client: ProxmoxClient,
  node: string,
  vmId: number,
  config: MachineConfig,
): Promise<void> {
  const base = at`nodes/${node}/qemu/${vmId}/firewall`
  const { addresses, cards } = grantedAddresses(config)
  const sets = await readSets(client, base)
  for (const card of cards) {
    const set = `ipfilter-${card}`
    if (!sets.has(set))
      await change(
        () => client.send('POST', `${base}/ipset`, { name: set, comment: 'EZ Solutions' }),
        async () => (await readSets(client, base)).has(set),
      )
    await fillSet(client, base + at`/ipset/${set}`, addresses)
  }
  await client.send('PUT', `${base}/options`, {
    enable: 1,
    ipfilter: addresses.size > 0 ? 1 : 0,
    macfilter: 1,
    dhcp: 0,
    ndp: 1,
    radv: 0,
    policy_in: 'ACCEPT',
    policy_out: 'ACCEPT',
  })
}

import { BlockList, isIP } from 'node:net'

/** Reads addresses and networks, such as `10.0.0.7` or `10.0.0.0/8`; undefined when one of them is neither. */
export function readNetworks(entries: readonly string[]): BlockList | undefined {
  const networks = new BlockList()
  for (const entry of entries) {
    const [address = '', length, ...rest] = entry.split('/')
    const family = isIP(address)
    const bits = length === undefined ? undefined : Number(length)
    if (family === 0 || rest.length > 0) return undefined
    if (bits === undefined) networks.addAddress(address, nameOf(family))
    else if (/^\d{1,3}$/.test(length!) && bits <= (family === 4 ? 32 : 128))
      networks.addSubnet(address, bits, nameOf(family))
    else return undefined
  }
  return networks
}

const nameOf = (family: number): 'ipv4' | 'ipv6' => (family === 4 ? 'ipv4' : 'ipv6')

/**
 * Who a request is from. The peer itself, unless it is a proxy of ours: then whom the proxies say they pass it on for, read
 * from the right up to the first that is none of ours. What stands further left was written by the client and counts for
 * nothing (RFC 7239, section 8.1). An IPv4 address written as IPv6 is the same address.
 */
export function clientAddress(peer: string, forwardedFor: string | undefined, proxies: BlockList): string {
  let address = plain(peer)
  const hops = (forwardedFor ?? '').split(',').map((hop) => plain(hop.trim()))
  while (isOneOf(proxies, address)) {
    const next = hops.pop()
    if (next === undefined || isIP(next) === 0) break
    address = next
  }
  return address
}

/** Whether an address, as a connection tells it, is in one of these networks. */
export function isOneOf(networks: BlockList, peer: string): boolean {
  const address = plain(peer)
  const family = isIP(address)
  return family !== 0 && networks.check(address, nameOf(family))
}

/** `::ffff:192.0.2.1`, `[2001:db8::1]:443` and `192.0.2.1:443` as the address alone. */
function plain(text: string): string {
  const [, bracketed] = /^\[([^\]]+)\](?::\d+)?$/.exec(text) ?? []
  const [, withPort] = /^([\d.]+):\d+$/.exec(text) ?? []
  const address = bracketed ?? withPort ?? text
  return /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1] ?? address
}

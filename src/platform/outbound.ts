import { BlockList, isIP, type LookupFunction } from 'node:net'
import { lookup } from 'node:dns'
import { TLSSocket } from 'node:tls'
import { Agent, buildConnector, fetch as undiciFetch } from 'undici'
import { Problem } from '#platform/problem.ts'

export type Fetch = typeof globalThis.fetch

export type OutboundOptions = {
  /** Origins written in the configuration; only these may be private addresses. */
  trustedOrigins: string[]
  timeoutMs?: number
  maxBytes?: number
  /** PEM certificates trusted beside the system's, for hosts with a CA of their own. */
  certificateAuthority?: string
  /** SHA-256 fingerprint (hex, colons allowed) that the host's certificate must have; replaces the CA check. */
  pinnedFingerprint?: string
}

const refused = new BlockList()
for (const [net, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
] as const)
  refused.addSubnet(net, prefix, 'ipv4')
for (const [net, prefix] of [
  ['::', 96], // Unspecified, loopback and the old spelling of IPv4 addresses.
  ['fc00::', 7],
  ['fe80::', 10],
  ['ff00::', 8],
  // Ways to an IPv4 address through a translator: NAT64, Teredo, 6to4.
  ['64:ff9b::', 96],
  ['64:ff9b:1::', 48],
  ['2001::', 32],
  ['2002::', 16],
] as const)
  refused.addSubnet(net, prefix, 'ipv6')

/** Whether an address belongs to nobody on the public internet: loopback, private, link-local, multicast, reserved. */
export function isPrivateAddress(address: string): boolean {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return refused.check(mapped, 'ipv4')
  return isIP(address) === 6 ? refused.check(address, 'ipv6') : refused.check(address, 'ipv4')
}

const privateRefused = (host: string): Problem =>
  new Problem('invalid', 'private_address_refused', `${host} is a private address and is not in the configuration.`)

/** Resolves once and hands the checked address to the connection, so that a second look-up cannot answer otherwise. */
const publicLookup: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (error, found) => {
    if (error) return done(error, [])
    if (found.some(({ address }) => isPrivateAddress(address))) return done(privateRefused(host), [])
    if (options.all) return done(null, found)
    const [first] = found
    done(null, first?.address ?? '', first?.family)
  })
}

function connectorOf(options: OutboundOptions, resolver?: LookupFunction): buildConnector.connector {
  const pin = options.pinnedFingerprint?.replaceAll(':', '').toUpperCase()
  const connect = buildConnector({
    timeout: 10_000,
    ...(resolver ? { lookup: resolver } : {}),
    ...(options.certificateAuthority ? { ca: options.certificateAuthority } : {}),
    ...(pin ? { rejectUnauthorized: false } : {}),
  })
  if (!pin) return connect
  return (target, done) => {
    connect(target, (error, socket) => {
      if (error) return done(error, null)
      const seen = socket instanceof TLSSocket ? socket.getPeerCertificate().fingerprint256.replaceAll(':', '') : ''
      if (seen === pin) return done(null, socket)
      socket.destroy()
      done(new Error(`${target.hostname} shows another certificate than the pinned one`), null)
    })
  }
}

/**
 * The one HTTP client for everything outside: limits on time and size, no redirects, private addresses refused unless
 * their origin is configured. Rejects as `fetch` does when there is no answer.
 */
export function createOutbound(options: OutboundOptions): { fetch: Fetch; close(): Promise<void> } {
  const { timeoutMs = 20_000, maxBytes = 10_000_000 } = options
  const trusted = new Set(options.trustedOrigins.map((origin) => new URL(origin).origin))
  const agent = (resolver?: LookupFunction): Agent =>
    new Agent({
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      maxResponseSize: maxBytes,
      connect: connectorOf(options, resolver),
    })
  const inside = agent()
  const outside = agent(publicLookup)

  const fetch: Fetch = async (input, init) => {
    const request = new Request(input, init)
    const url = new URL(request.url)
    const host = url.hostname.replaceAll(/^\[|\]$/g, '')
    if (!/^https?:$/.test(url.protocol))
      throw new Problem('invalid', 'address_refused', `Only http and https addresses are called, not ${url.protocol}`)
    const known = trusted.has(url.origin)
    if (!known && isIP(host) && isPrivateAddress(host)) throw privateRefused(host)
    const body = request.body ? new Uint8Array(await request.arrayBuffer()) : null
    const response = await undiciFetch(url, {
      method: request.method,
      headers: [...request.headers],
      body,
      redirect: 'manual',
      signal: AbortSignal.any([request.signal, AbortSignal.timeout(timeoutMs)]),
      dispatcher: known ? inside : outside,
    })
    return response as unknown as Response
  }
  return {
    fetch,
    close: async () => {
      await Promise.all([inside.close(), outside.close()])
    },
  }
}

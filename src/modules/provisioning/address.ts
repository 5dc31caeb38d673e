import type { Schema } from '#platform/schema.ts'

export type AddressPool = Schema['addressPools']

/** An address rests this long after its machine is destroyed, so that nobody's caches point at the next owner. */
export const QUARANTINE: Temporal.DurationLike = { hours: 24 }

/** An address as its machine has to know it. */
export type ServiceAddress = { address: string; prefix: number; gateway: string; family: 4 | 6; nameServers: string[] }

/** How many addresses of a pool are tried as a random start: the pool's own size, and a part of a v6 one. */
export const startSpan = ({ family, prefix }: Pick<AddressPool, 'family' | 'prefix'>): number =>
  2 ** Math.min((family === 6 ? 128 : 32) - prefix, 24)

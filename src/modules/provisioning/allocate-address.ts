import { randomInt } from 'node:crypto'
import { sql } from 'kysely'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { type AddressPool, QUARANTINE, startSpan } from './address.ts'

/**
 * Gives a service `count` free IPv4 addresses of its region, and one IPv6 address where the region has some. The search
 * begins at a random place and wraps around, so that allocators do not meet at the head of the index. Throws
 * `addresses_exhausted` when the region has too few; then nothing was given.
 */
export async function allocateAddresses(
  tx: Tx,
  input: { serviceId: string; customerId: string; regionId: string; count: number; v6Count?: number },
): Promise<string[]> {
  const pools = await tx.db
    .selectFrom('addressPools')
    .selectAll()
    .where('regionId', '=', input.regionId)
    .orderBy('id')
    .execute()
  const taken = await takeFrom(
    tx,
    pools.filter((pool) => pool.family === 4),
    input.serviceId,
    input.count,
  )
  if (taken.length < input.count)
    throw new Problem('unavailable', 'addresses_exhausted', 'There are not enough free addresses in this region.')
  taken.push(
    ...(await takeFrom(
      tx,
      pools.filter((pool) => pool.family === 6),
      input.serviceId,
      input.v6Count ?? 1,
    )),
  )
  for (const address of taken)
    await tx.emit('address.allocated', address, { customerId: input.customerId, after: { serviceId: input.serviceId } })
  return taken
}

async function takeFrom(tx: Tx, pools: AddressPool[], serviceId: string, count: number): Promise<string[]> {
  const taken: string[] = []
  for (const pool of pools) {
    const start = sql`(select set_masklen(network(set_masklen(gateway, prefix))::inet, ${pool.family === 6 ? 128 : 32})
      + ${randomInt(startSpan(pool))}::bigint from address_pools where id = ${pool.id})`
    for (const part of [sql`address >= ${start}`, sql`address < ${start}`])
      if (taken.length < count) taken.push(...(await takePart(tx, pool.id, part, serviceId, count - taken.length)))
  }
  return taken
}

async function takePart(
  tx: Tx,
  poolId: string,
  part: ReturnType<typeof sql>,
  serviceId: string,
  count: number,
): Promise<string[]> {
  const { rows } = await sql<{ address: string }>`
    with free as materialized (
      select address from addresses
      where pool_id = ${poolId} and service_id is null and ${part}
        and (quarantined_until is null or quarantined_until <= ${tx.now})
      order by address limit ${count} for update skip locked)
    update addresses set service_id = ${serviceId}, allocated_at = ${tx.now}, quarantined_until = null
    from free where addresses.address = free.address returning host(addresses.address) as address`.execute(tx.db)
  return rows.map((row) => row.address)
}

/** Notes that a service's addresses were in use: when released, they rest for 24 hours of business time. */
export async function markAddressesUsed(tx: Tx, serviceId: string): Promise<void> {
  await tx.db
    .updateTable('addresses')
    .set({ quarantinedUntil: tx.now.add(QUARANTINE) })
    .where('serviceId', '=', serviceId)
    .execute()
}

/** Takes a service's addresses back, after its machine is gone. Used ones rest from now on; the others are free at once. */
export async function releaseAddresses(
  tx: Tx,
  { serviceId, customerId }: { serviceId: string; customerId: string },
): Promise<void> {
  const until = tx.now.add(QUARANTINE)
  const { rows } = await sql<{ address: string; rests: boolean }>`
    update addresses set service_id = null, allocated_at = null,
      quarantined_until = case when quarantined_until is null then null else ${until}::timestamptz end
    where service_id = ${serviceId}
    returning host(address) as address, quarantined_until is not null as rests`.execute(tx.db)
  for (const { address, rests } of rows)
    await tx.emit('address.released', address, {
      customerId,
      before: { serviceId },
      after: { quarantinedUntil: rests ? until : null },
    })
}

/** Takes single addresses of a service back; its machine may have carried them, so they rest first. */
export async function restAddresses(
  tx: Tx,
  { serviceId, customerId, addresses }: { serviceId: string; customerId: string; addresses: readonly string[] },
): Promise<void> {
  const until = tx.now.add(QUARANTINE)
  const { rows } = await sql<{ address: string }>`
    update addresses set service_id = null, allocated_at = null, quarantined_until = ${until}
    where service_id = ${serviceId} and address = any(${addresses}::inet[])
    returning host(address) as address`.execute(tx.db)
  for (const { address } of rows)
    await tx.emit('address.released', address, {
      customerId,
      before: { serviceId },
      after: { quarantinedUntil: until },
    })
}

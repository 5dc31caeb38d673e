import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { ServiceAddress } from './address.ts'

/** A service's addresses with what their machine has to know, IPv4 first and in order. */
export async function listServiceAddresses(db: App['db'], serviceId: string): Promise<ServiceAddress[]> {
  const { rows } = await sql<ServiceAddress>`
    select host(a.address) as address, p.prefix, host(p.gateway) as gateway, p.family, p.name_servers
    from addresses a join address_pools p on p.id = a.pool_id
    where a.service_id = ${serviceId} order by p.family, a.address`.execute(db)
  return rows
}

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { ProcedureState, ServiceState } from '#platform/schema.ts'

/** Staff: how many services are in each state; states without any are left out. */
export async function countServices(app: App, actor: Actor): Promise<Partial<Record<ServiceState, number>>> {
  requirePermission(actor, 'service.read')
  const { rows } = await sql<{ state: ServiceState; count: number }>`
    select state, count(*)::int as count from services group by state`.execute(app.db)
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** Staff: how many procedures work, undo and are stuck. */
export async function countLiveProcedures(app: App, actor: Actor): Promise<Partial<Record<ProcedureState, number>>> {
  requirePermission(actor, 'procedure.read')
  const { rows } = await sql<{ state: ProcedureState; count: number }>`
    select state, count(*)::int as count from procedures where state in ('running', 'compensating', 'stuck')
    group by state`.execute(app.db)
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

/** A machine that carries services: what the host says of it now, and whether we put new services there. */
export type NodeStanding = {
  node: string
  regionSlug: string | null
  /** We place new services on it. */
  active: boolean
  online: boolean
  cores: number
  memoryTotalMb: number
  memoryFreeMb: number
  diskTotalGb: number
  diskFreeGb: number
  services: number
}

/** A person waits for the page. */
const TIMEOUT_MS = 2_000

/** Staff: every node with its capacity, asked for two seconds at most. Throws `vps_host_unavailable`. */
export async function listNodeStandings(app: App, actor: Actor): Promise<NodeStanding[]> {
  requirePermission(actor, 'service.read')
  const [capacities, { rows: known }] = await Promise.all([
    inTime(app.vpsHost.listNodes()),
    sql<{ name: string; active: boolean; region: string; services: number }>`
      select n.name, n.active, r.slug as region,
        (select count(*)::int from services s where s.node = n.name and s.state <> 'terminated') as services
      from nodes n join regions r on r.id = n.region_id order by n.name`.execute(app.db),
  ])
  const ours = new Map(known.map((node) => [node.name, node]))
  return capacities
    .map((capacity) => {
      const node = ours.get(capacity.node)
      const standing = {
        active: node?.active ?? false,
        regionSlug: node?.region ?? null,
        services: node?.services ?? 0,
      }
      return { ...capacity, ...standing }
    })
    .toSorted((a, b) => (a.node < b.node ? -1 : 1))
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => {
    late.reject(new Problem('unavailable', 'vps_host_unavailable', 'The host did not answer in time.'))
  }, TIMEOUT_MS)
  try {
    return await Promise.race([answer, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { taggedServiceId } from './machine-tag.ts'
import type { Machine } from './vps-host.ts'

export type Orphan = { vmId: number; node: string; serviceId: string }

/** A machine may be without its owner this long while a procedure is on its way. */
const GRACE: Temporal.DurationLike = { minutes: 10 }

/**
 * Machines that carry our tag while no service owns them: the service they name has another machine or none, no
 * procedure works on it, and it has not changed for ten minutes.
 */
export async function findOrphans(app: App, machines: readonly Machine[]): Promise<Orphan[]> {
  const tagged = machines.flatMap((machine) => {
    const serviceId = machine.template ? undefined : taggedServiceId(machine.tags)
    return serviceId === undefined ? [] : [{ vmId: machine.vmId, node: machine.node, serviceId }]
  })
  if (tagged.length === 0) return []
  const { rows } = await sql<Orphan>`
    select t.vm_id, t.node, t.service_id
    from unnest(${tagged.map((each) => each.vmId)}::int[], ${tagged.map((each) => each.node)}::text[],
      ${tagged.map((each) => each.serviceId)}::text[]) as t (vm_id, node, service_id)
    left join services s on s.id = t.service_id
    where s.vm_id is distinct from t.vm_id
      and (s.id is null or s.updated_at < ${app.clock.now().subtract(GRACE)})
      and not exists (select from procedures p where p.subject_id = t.service_id
        and p.state in ('running', 'compensating', 'stuck'))
    order by t.vm_id`.execute(app.db)
  return rows
}

import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { startProcedure } from '#platform/procedure.ts'
import { job } from '#platform/queue.ts'
import type { MachinePower } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { findOrphans, type Orphan } from './orphans.ts'
import { repeatSuspensions } from './repeat-suspensions.ts'
import type { Service } from './service.ts'
import { suspendVps } from './suspend-vps.ts'
import { vmIdSubject } from './vm-id.ts'
import type { Machine } from './vps-host.ts'

/** The host's list lags; what a procedure saw more lately than this counts more. */
const LAG: Temporal.DurationLike = { seconds: 30 }

/** How old the time of an unchanged state may get: writing every row every minute would only wear the disk. */
const FRESH: Temporal.DurationLike = { minutes: 5 }

type Changed = Pick<Service, 'id' | 'customerId' | 'state' | 'power'> & { before: MachinePower | null }

/**
 * Job: asks the host once for all machines and notes their power and node. Emits `service.power_changed` where it differs,
 * switches off what runs though it is suspended, asks again for what the host refused, and tells of machines of ours that nobody owns, once a day each.
 */
export const reconcileServices = job({
  name: 'provisioning.reconcile-services',
  queue: 'maintenance',
  payload: z.strictObject({}),
  async run(app) {
    const machines = await app.vpsHost.listMachines()
    const orphans = await findOrphans(app, machines)
    await app.transaction(system('provisioning'), async (tx) => {
      for (const service of await refreshPower(tx, machines)) {
        const { id, customerId, before, power } = service
        await tx.emit('service.power_changed', id, { customerId, before: { power: before }, after: { power } })
        if (service.state === 'suspended' && power !== 'stopped')
          await startProcedure(tx, suspendVps, { subjectId: id, customerId, input: { pullPlug: false } })
      }
      await repeatSuspensions(tx)
      for (const orphan of orphans) await tellOfOrphan(tx, orphan)
    })
  },
})

/** One statement for all services, also for machines that moved to another node; those that a procedure works on are left to it. Gives the ones that changed. */
async function refreshPower(tx: Tx, machines: readonly Machine[]): Promise<Changed[]> {
  const known = machines.filter((machine) => !machine.template && machine.power !== 'unknown')
  const { rows } = await sql<Changed>`
    with seen as (
      select s.id, s.power as before, h.power::machine_power as power, coalesce(n.name, s.node) as node
      from unnest(${known.map((each) => each.vmId)}::int[], ${known.map((each) => each.power)}::text[],
        ${known.map((each) => each.node)}::text[]) as h (vm_id, power, node)
      join services s on s.vm_id = h.vm_id left join nodes n on n.name = h.node
      where s.state in ('active', 'suspended')
        and (s.power_seen_at is null or s.power_seen_at < ${tx.now.subtract(LAG)})
        and (s.power is distinct from h.power::machine_power or s.node is distinct from coalesce(n.name, s.node)
          or s.power_seen_at is null or s.power_seen_at < ${tx.now.subtract(FRESH)})
        and not exists (select from procedures p where p.subject_id = s.id and p.state in ('running', 'compensating', 'stuck'))
      order by s.id for update of s skip locked),
    noted as (
      update services s set power = seen.power, node = seen.node, power_seen_at = ${tx.now} from seen where s.id = seen.id
      returning s.id, s.customer_id, s.state, s.power, seen.before)
    select * from noted where before is distinct from power order by id`.execute(tx.db)
  return rows
}

async function tellOfOrphan(tx: Tx, { vmId, node, serviceId }: Orphan): Promise<void> {
  const told = await tx.db
    .selectFrom('events')
    .select('id')
    .where('subjectId', '=', vmIdSubject(vmId))
    .where('name', '=', 'machine.orphaned')
    .where('createdAt', '>', tx.now.subtract({ hours: 24 }))
    .limit(1)
    .executeTakeFirst()
  if (!told) await tx.emit('machine.orphaned', vmIdSubject(vmId), { after: { node, serviceId } })
}

import { sql } from 'kysely'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'
import { VM_ID_REST, type VmIdRange, vmIdSubject } from './vm-id.ts'

/**
 * Gives a service a number for its machine; asked again it gives the same one. Numbers never used come first, then those
 * that rested for 30 days. Throws `vm_ids_exhausted` when the range is used up.
 */
export async function allocateVmId(
  tx: Tx,
  { serviceId, range }: { serviceId: string; range: VmIdRange },
): Promise<number> {
  // One at a time: numbers are given in order, and creating machines is rare enough.
  await sql`select pg_advisory_xact_lock(hashtext('vm_ids'))`.execute(tx.db)
  const held = await tx.db.selectFrom('vmIds').select('vmId').where('serviceId', '=', serviceId).executeTakeFirst()
  if (held) return held.vmId
  const rested = tx.now.subtract(VM_ID_REST)
  const { rows } = await sql<{ vmId: number }>`
    insert into vm_ids (vm_id, service_id, allocated_at)
    select free.vm_id, ${serviceId}, ${tx.now} from (select coalesce(
      (select greatest(coalesce(max(vm_id) + 1, ${range.min}::int), ${range.min}::int) from vm_ids
        where vm_id between ${range.min} and ${range.max} having coalesce(max(vm_id), 0) < ${range.max}),
      (select vm_id from vm_ids where service_id is null and released_at <= ${rested}
        and vm_id between ${range.min} and ${range.max} order by released_at, vm_id limit 1),
      (select each from generate_series(${range.min}::int, ${range.max}::int) as each
        where not exists (select from vm_ids where vm_id = each) order by each limit 1)) as vm_id) as free
    where free.vm_id is not null
    on conflict (vm_id) do update set service_id = ${serviceId}, allocated_at = ${tx.now}, released_at = null
    returning vm_id`.execute(tx.db)
  const [given] = rows
  if (!given) throw new Problem('unavailable', 'vm_ids_exhausted', 'There is no free number for another server.')
  await tx.emit('vm_id.allocated', vmIdSubject(given.vmId), { after: { serviceId } })
  return given.vmId
}

/** Takes a service's number back. It rests for 30 days, also when the host said that another machine carries it. */
export async function releaseVmId(tx: Tx, { serviceId }: { serviceId: string }): Promise<void> {
  const released = await tx.db
    .updateTable('vmIds')
    .set({ serviceId: null, releasedAt: tx.now })
    .where('serviceId', '=', serviceId)
    .returning('vmId')
    .executeTakeFirst()
  if (released) await tx.emit('vm_id.released', vmIdSubject(released.vmId), { before: { serviceId } })
}

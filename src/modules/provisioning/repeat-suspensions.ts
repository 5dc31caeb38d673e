import { sql } from 'kysely'
import { startProcedure } from '#platform/procedure.ts'
import type { SuspensionReason } from '#platform/schema.ts'
import type { Tx } from '#platform/transaction.ts'
import { resumeVps } from './resume-vps.ts'
import type { Service } from './service.ts'
import { pullsThePlug } from './suspension.ts'
import { suspendVps } from './suspend-vps.ts'

/** A host that has refused is left alone for so long. */
const REPEAT_AFTER: Temporal.DurationLike = { minutes: 10 }
const AT_ONCE = 50

/** Services that run though they have a reason not to, or stand without one. */
export const ASTRAY = sql`
  select s.id from services s join service_suspensions o on o.service_id = s.id and o.lifted_at is null where s.state = 'active'
  union
  select s.id from services s where s.state = 'suspended'
    and not exists (select from service_suspensions o where o.service_id = s.id and o.lifted_at is null)`

type Astray = Pick<Service, 'id' | 'customerId'> & { reasons: SuspensionReason[] }

/**
 * Asks the host again where it failed before: a service with an open reason that still runs is switched off, one without a
 * reason that still stands is started. Both look before they act, so asking again does no harm.
 */
export async function repeatSuspensions(tx: Tx): Promise<void> {
  const { rows } = await sql<Astray>`
    with astray as (${ASTRAY})
    select s.id, s.customer_id,
      array(select o.reason::text from service_suspensions o where o.service_id = s.id and o.lifted_at is null) as reasons
    from services s join astray on astray.id = s.id
    where not exists (select from procedures p where p.subject_id = s.id
      and (p.state in ('running', 'compensating', 'stuck') or p.updated_at > ${tx.now.subtract(REPEAT_AFTER)}))
    order by s.id limit ${AT_ONCE} for update of s skip locked`.execute(tx.db)
  for (const { id: subjectId, customerId, reasons } of rows)
    if (reasons.length === 0) await startProcedure(tx, resumeVps, { subjectId, customerId, input: {} })
    else
      await startProcedure(tx, suspendVps, { subjectId, customerId, input: { pullPlug: reasons.some(pullsThePlug) } })
}

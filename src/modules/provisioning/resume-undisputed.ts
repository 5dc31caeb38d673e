import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import { resumeIfHeld } from './resume-service.ts'
import { listDisputedServices, lockDispute } from './suspend-disputed.ts'

/**
 * `dispute.won`, `dispute.warning_closed` → lifts the suspension for the dispute, and only that; other reasons stay, and so does
 * the suspension while another dispute holds the server.
 */
export const resumeUndisputed = job({
  name: 'provisioning.resume-undisputed',
  queue: 'provisioning',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  async run(app, { subjectId: disputeId }) {
    for (const serviceId of await listDisputedServices(app, disputeId))
      await app.transaction(system('provisioning'), async (tx) => {
        if ((await lockDispute(tx, disputeId)) === 'open' || (await isHeldByOther(tx, { serviceId, disputeId }))) return
        await resumeIfHeld(tx, serviceId, 'dispute')
      })
  },
})

/** Whether another payment for the same server is contested or lost, and nobody gave the server back since that began. */
async function isHeldByOther(
  tx: Tx,
  { serviceId, disputeId }: { serviceId: string; disputeId: string },
): Promise<boolean> {
  const { rows } = await sql`
    select from services v join invoice_lines l on l.subscription_id = v.subscription_id
      join payment_allocations a on a.invoice_id = l.invoice_id join disputes d on d.payment_id = a.payment_id
    where v.id = ${serviceId} and d.id <> ${disputeId} and d.state in ('open', 'lost')
      and d.created_at > coalesce((select max(u.lifted_at) from service_suspensions u where u.service_id = v.id and u.reason = 'dispute'),
        '-infinity') limit 1`.execute(tx.db)
  return rows.length > 0
}

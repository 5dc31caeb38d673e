import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { askApproval } from '#modules/accounts/ask-approval.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { can } from '#platform/state-machine.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { lockUnpaid } from './suspend-unpaid.ts'
import { TERMINATIONS_PER_HOUR, terminateApproved } from './terminate-service.ts'

const AT_MOST = 100

/** A server that dunning asked to be ended, and that waits for its turn. */
export type WaitingTermination = {
  serviceId: string
  hostname: string
  customerId: string
  customerName: string
  invoiceId: string
  currency: string
  openMinor: bigint
  askedAt: Temporal.Instant
}

/**
 * Staff: what dunning wants to end and may not, because as many were ended within the hour as happens without a person; empty
 * while there is room. At most 100, the oldest first.
 */
export async function listWaitingTerminations(app: App, actor: Actor): Promise<WaitingTermination[]> {
  requirePermission(actor, 'invoice.read')
  const { rows } = await sql<WaitingTermination>`
    select s.id as service_id, s.hostname, i.customer_id, c.name as customer_name, i.id as invoice_id, i.currency,
      i.total_minor - i.paid_minor as open_minor, d.ran_at as asked_at
    from dunning_runs d join invoices i on i.id = d.invoice_id and i.state = 'open'
      join invoice_lines l on l.invoice_id = i.id and l.kind = 'plan' and not l.released
      join services s on s.subscription_id = l.subscription_id and s.state = 'suspended'
      join customers c on c.id = i.customer_id
    where d.action = 'terminate' and d.outcome = 'asked'
      and not exists (select from procedures p where p.subject_id = s.id and p.state in ('running', 'compensating', 'stuck'))
      and (select count(*) from events e where e.name = 'service.termination_requested'
        and e.created_at > ${app.clock.now().subtract({ hours: 1 })}) >= ${TERMINATIONS_PER_HOUR}
    order by d.ran_at, s.id limit ${AT_MOST}`.execute(app.db)
  return rows
}

/**
 * Staff: a person's word that the servers that wait are meant to be ended. Each is looked at again under lock: one that was paid
 * for or resumed meanwhile stays. Where the house wants a second colleague, one is asked for each. Gives how many end now and
 * how many are asked about. Throws `no_terminations` when none of them waits any more.
 */
export async function approveTerminations(
  app: App,
  actor: Actor,
  input: { serviceIds: readonly string[] },
): Promise<{ ended: number; asked: number }> {
  requirePermission(actor, 'service.terminate')
  requireConfirmed(actor, app.clock.now())
  const waiting = (await listWaitingTerminations(app, actor)).filter(({ serviceId }) =>
    input.serviceIds.includes(serviceId),
  )
  const done = await app.transaction(actor, async (tx) => {
    const outcome = { ended: 0, asked: 0 }
    for (const { serviceId, invoiceId, customerId } of waiting) {
      if (!(await lockUnpaid(tx, invoiceId))) continue
      const service = await lockService(tx, serviceId)
      if (!can(serviceMachine, service, 'resume')) continue
      const wanted = { serviceId, approved: true }
      if (await askApproval(tx, { act: 'service.terminate', subjectId: serviceId, customerId, input: wanted }))
        outcome.asked += 1
      else {
        await terminateApproved(tx, wanted, { invoiceId })
        outcome.ended += 1
      }
    }
    return outcome
  })
  if (done.ended + done.asked === 0)
    throw new Problem('conflict', 'no_terminations', 'Nothing waits for your approval any more.')
  return done
}

import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { askApproval } from '#modules/accounts/ask-approval.ts'
import { requireConfirmed } from '#modules/accounts/confirmed.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { can } from '#platform/state-machine.ts'
import { lockService } from './lock-service.ts'
import { serviceMachine } from './service.ts'
import { isNotHeld, lockUnpaid } from './suspend-unpaid.ts'
import { TERMINATIONS_PER_HOUR, terminateApproved } from './terminate-service.ts'

const AT_MOST = 100
/** What the event of its end names as its cause. */
const CAUSES = {
  unpaid: 'invoiceId',
  not_suspended: 'invoiceId',
  cancelled: 'subscriptionId',
  refunded: 'refundId',
} as const satisfies Record<Reason, string>
const OF_DOCUMENTS: ReadonlySet<Reason> = new Set(['unpaid', 'not_suspended'])

/**
 * Why a server is to be ended: nobody paid, its agreement has ended, or it was refunded. `not_suspended` is one that is unpaid
 * and could not even be suspended, as its setup has failed: that is for a person at any time.
 */
type Reason = 'unpaid' | 'not_suspended' | 'cancelled' | 'refunded'

/** A server that is to be ended and waits for its turn, or for a person. Minor units: what is open, of an unpaid one. */
export type WaitingTermination = {
  serviceId: string
  hostname: string
  customerId: string
  customerName: string
  reason: Reason
  /** The document, agreement or refund that asks for it. */
  causeId: string
  currency: string | null
  openMinor: bigint | null
}

/**
 * Staff: the servers that are to be ended and may not, because as many were ended within the hour as happens without a person,
 * and those that dunning alone could not deal with. At most 100, the oldest first.
 */
export async function listWaitingTerminations(app: App, actor: Actor): Promise<WaitingTermination[]> {
  requirePermission(actor, 'invoice.read')
  const isFull = await isHourFull(app)
  const { rows } = await sql<WaitingTermination>`
    select s.id as service_id, s.hostname, s.customer_id, c.name as customer_name, w.reason, w.cause_id, w.currency, w.open_minor
    from (select distinct on (service_id) * from (
        ${unpaid(app, isFull)} ${isFull ? sql`union all ${cancelled} union all ${refunded}` : sql``}) each
      order by service_id, asked_at) w
      join services s on s.id = w.service_id join customers c on c.id = s.customer_id
    where not exists (select from procedures p where p.subject_id = s.id and p.state in ('running', 'compensating', 'stuck'))
    order by w.asked_at, s.id limit ${AT_MOST}`.execute(app.db)
  return rows
}

async function isHourFull(app: App): Promise<boolean> {
  const { begun } = await app.db
    .selectFrom('events')
    .where('name', '=', 'service.termination_requested')
    .where('createdAt', '>', app.clock.now().subtract({ hours: 1 }))
    .select((each) => each.fn.countAll<bigint>().as('begun'))
    .executeTakeFirstOrThrow()
  return begun >= TERMINATIONS_PER_HOUR
}

/** What was never set up, or failed to be, cannot be suspended. */
const unpaid = (app: App, isFull: boolean): RawBuilder<unknown> => sql`
  select s.id as service_id, case when s.state = 'suspended' then 'unpaid' else 'not_suspended' end as reason, i.id as cause_id,
    i.currency, i.total_minor - i.paid_minor as open_minor, d.ran_at as asked_at
  from dunning_runs d join invoices i on i.id = d.invoice_id and i.state = 'open'
    join legal_entities e on e.id = i.legal_entity_id
    join invoice_lines l on l.invoice_id = i.id and l.kind = 'plan' and not l.released
    join services s on s.subscription_id = l.subscription_id and s.state in ('failed', 'pending', ${isFull ? 'suspended' : 'failed'})
  where d.action = 'terminate' and d.outcome = 'asked' and ${isNotHeld(app.clock.now())}`

const LIVE = sql`('pending', 'active', 'suspended', 'failed')`

const cancelled = sql`
  select s.id, 'cancelled', a.id, null, null, a.updated_at
  from services s join subscriptions a on a.id = s.subscription_id and a.state = 'cancelled' where s.state in ${LIVE}`

const refunded = sql`
  select s.id, 'refunded', r.id, null, null, r.updated_at
  from refunds r join refund_documents d on d.refund_id = r.id
    join invoice_lines l on l.invoice_id = d.invoice_id and l.kind = 'plan'
    join services s on s.subscription_id = l.subscription_id and s.state in ${LIVE}
  where r.service = 'terminate' and r.state = 'succeeded'`

/**
 * Staff: a person's word that the servers that wait are meant to be ended. Each is looked at again under lock: one that was paid
 * for, held or resumed meanwhile stays. Where the house wants a second colleague, one is asked for each, and it is looked at once
 * more when they agree. Gives how many end now and
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
    for (const { serviceId, reason, causeId, customerId } of waiting) {
      if (OF_DOCUMENTS.has(reason) && !(await lockUnpaid(tx, causeId))) continue
      const service = await lockService(tx, serviceId)
      if (!can(serviceMachine, service, reason === 'unpaid' ? 'resume' : 'terminate')) continue
      const wanted = { serviceId, approved: true, ...(OF_DOCUMENTS.has(reason) && { unpaidInvoiceId: causeId }) }
      if (await askApproval(tx, { act: 'service.terminate', subjectId: serviceId, customerId, input: wanted }))
        outcome.asked += 1
      else {
        await terminateApproved(tx, wanted, { [CAUSES[reason]]: causeId })
        outcome.ended += 1
      }
    }
    return outcome
  })
  if (done.ended + done.asked === 0)
    throw new Problem('conflict', 'no_terminations', 'Nothing waits for your approval any more.')
  return done
}

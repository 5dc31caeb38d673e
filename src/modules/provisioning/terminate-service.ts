import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { askApproval, DONE, type Outcome } from '#modules/accounts/ask-approval.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { startProcedure } from '#platform/procedure.ts'
import { can, requireVerb } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { lockService, requireNoProcedure } from './lock-service.ts'
import { type Service, serviceMachine } from './service.ts'
import { lockUnpaid } from './suspend-unpaid.ts'
import { terminateVps } from './terminate-vps.ts'

export const TerminateServiceInput = z.strictObject({
  serviceId: z.string(),
  approved: z.boolean().optional(),
  withoutBackup: z.boolean().optional(),
  unpaidInvoiceId: z.string().optional(),
})
type TerminateServiceInput = z.output<typeof TerminateServiceInput>

/** A fault of ours must not empty the house: more in an hour need a person who says so. */
export const TERMINATIONS_PER_HOUR = 20

/**
 * Staff and dunning: destroys a service's machine for good and ends the service. `approved` is a person's word that this
 * is meant beyond 20 terminations within an hour of business time, and `withoutBackup` that it is ended although its last backup
 * failed; only staff can give either. `unpaidInvoiceId` is the document it is ended for. Where the house wants a second colleague, one is asked for instead. Throws
 * `termination_needs_approval`, `service_provisioning`, `service_terminated`, `action_running`.
 */
export async function terminateService(app: App, actor: Actor, input: TerminateServiceInput): Promise<Outcome> {
  requirePermission(actor, 'service.terminate')
  return app.transaction(actor, async (tx) => {
    const service = await lockTerminable(tx, input)
    const { id, customerId } = service
    const approval = await askApproval(tx, { act: 'service.terminate', subjectId: id, customerId, input })
    if (approval) return { approvalId: approval.id }
    await start(tx, service, input, {})
    return DONE
  })
}

/**
 * The same within the transaction of whoever agreed to it. What is ended for an unpaid document is looked at again: throws
 * `termination_not_due` when it was paid meanwhile, staff said to wait, or the server was let run again.
 */
export async function terminateApproved(
  tx: Tx,
  input: TerminateServiceInput,
  extra: { invoiceId?: string; refundId?: string; subscriptionId?: string; approvalId?: string },
): Promise<void> {
  const { unpaidInvoiceId } = input
  if (unpaidInvoiceId !== undefined && !(await lockUnpaid(tx, unpaidInvoiceId))) throw notDue()
  const service = await lockTerminable(tx, input)
  if (unpaidInvoiceId !== undefined && can(serviceMachine, service, 'suspend')) throw notDue()
  await start(tx, service, input, { ...(unpaidInvoiceId !== undefined && { invoiceId: unpaidInvoiceId }), ...extra })
}

const notDue = (): Problem =>
  new Problem(
    'conflict',
    'termination_not_due',
    'It was paid for or resumed, or a colleague said to wait. This server is not to be ended now.',
  )

async function lockTerminable(tx: Tx, input: TerminateServiceInput): Promise<Service> {
  const service = await lockService(tx, input.serviceId)
  requireVerb(serviceMachine, service, 'terminate')
  await requireNoProcedure(tx, service.id)
  if (!(tx.actor.kind === 'staff' && input.approved)) await requireBelowCap(tx)
  return service
}

async function start(
  tx: Tx,
  { id, customerId }: Service,
  { approved = false, withoutBackup = false }: TerminateServiceInput,
  extra: { invoiceId?: string },
): Promise<void> {
  const { invoiceId } = extra
  const input = { ...(invoiceId === undefined ? {} : { invoiceId }), ...(withoutBackup ? { withoutBackup } : {}) }
  await startProcedure(tx, terminateVps, { subjectId: id, customerId, input })
  const told = { approved, ...(withoutBackup ? { withoutBackup } : {}), ...extra }
  await tx.emit('service.termination_requested', id, { customerId, after: told })
}

async function requireBelowCap(tx: Tx): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtext('service-terminations'))`.execute(tx.db)
  const { begun } = await tx.db
    .selectFrom('events')
    .where('name', '=', 'service.termination_requested')
    .where('createdAt', '>', tx.now.subtract({ hours: 1 }))
    .select((each) => each.fn.countAll<bigint>().as('begun'))
    .executeTakeFirstOrThrow()
  if (begun >= TERMINATIONS_PER_HOUR)
    throw new Problem(
      'conflict',
      'termination_needs_approval',
      `${TERMINATIONS_PER_HOUR} servers were terminated within the last hour. A person has to approve the next one.`,
    )
}

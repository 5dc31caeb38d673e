import { z } from 'zod'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { type Actor, system } from '#platform/actor.ts'
import type { Finding } from '#platform/invariant.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { checkGatewayEvents, checkInvoiceTotals } from './billing-checks.ts'
import { lockInvoice } from './billing-queries.ts'
import { listClearingDifferences } from './clearing-check.ts'
import { fetchAgain } from './fetch-again.ts'
import { invoiceEarned, post } from './ledger.ts'
import { checkEntitlements } from './money-checks.ts'
import { numberCreditNotes } from './number-credit-notes.ts'
import { numberInvoices } from './number-invoices.ts'
import { processGatewayEvent } from './process-gateway-event.ts'
import { findHeldMessages, findUnnumbered } from './proof-checks.ts'
import { type Repair, repairOf } from './proof-kinds.ts'
import { type ProofFinding, proofFindingMachine } from './proof-run.ts'

const actor = system('billing')

/**
 * Staff: has a difference repaired by what may safely run twice, and proven again. Throws `finding_not_found`,
 * `finding_needs_person`, `proof_finding_repairing`, `proof_finding_resolved`.
 */
export async function repairFinding(app: App, staff: Actor, { findingId }: { findingId: string }): Promise<void> {
  requirePermission(staff, 'payment.refund')
  await app.transaction(staff, async (tx) => {
    const finding = await lockFinding(tx, findingId)
    if (!finding) throw new Problem('not_found', 'finding_not_found', 'There is no such difference.')
    if (!repairOf(finding.kind))
      throw new Problem(
        'conflict',
        'finding_needs_person',
        'This difference needs a person; nothing repairs it safely.',
      )
    requireVerb(proofFindingMachine, finding, 'repair')
    const repairedBy = staff.kind === 'staff' ? staff.userId : null
    await transition(tx, proofFindingMachine, finding, 'repair', { repairedBy, repairNote: null })
  })
}

/** `proof_finding.repairing` → does what billing can repair by itself, and proves the difference again. */
export const repairMoney = job({
  name: 'billing.repair-money',
  queue: 'billing',
  payload: z.object({ eventId: z.string(), subjectId: z.string() }),
  run: (app, { subjectId }, signal) =>
    repairWith(app, subjectId, ['fetch', 'work', 'number', 'book'], async (finding, repair) => {
      if (repair === 'fetch') await fetchAgain(app, gatewayPaymentOf(finding), signal)
      if (repair === 'work') await workMessage(app, finding.subjectId, signal)
      if (repair === 'book') await app.transaction(actor, (tx) => bookInvoice(tx, finding.subjectId))
      if (repair === 'number') await numberInvoices.run(app, {}, signal)
      if (repair === 'number') await numberCreditNotes.run(app, {}, signal)
    }),
})

/**
 * Repairs a finding whose repair is one of `mine`, then proves it again: gone, it is resolved; else it is open again and says
 * why. A refusal of ours is a reason, trouble on the way is tried again.
 */
export async function repairWith(
  app: App,
  findingId: string,
  mine: readonly Repair[],
  run: (finding: ProofFinding, repair: Repair) => Promise<void>,
): Promise<void> {
  const finding = await app.db.selectFrom('proofFindings').selectAll().where('id', '=', findingId).executeTakeFirst()
  const repair = finding && repairOf(finding.kind)
  if (!finding || finding.state !== 'repairing' || !repair || !mine.includes(repair)) return
  let note = 'still_there'
  try {
    await run(finding as ProofFinding, repair)
  } catch (error) {
    if (!isProblem(error) || error.kind === 'unavailable') throw error
    note = error.code
  }
  const left = (await provers[repair](app)).some(
    ({ kind, subjectId }) => kind === finding.kind && subjectId === finding.subjectId,
  )
  await app.transaction(actor, async (tx) => {
    const locked = await lockFinding(tx, finding.id)
    if (locked?.state !== 'repairing') return
    if (left) await transition(tx, proofFindingMachine, locked, 'reopen', { repairNote: note, seenAt: tx.now })
    else
      await transition(tx, proofFindingMachine, locked, 'resolve', {
        resolvedAt: tx.now,
        outcome: 'repaired',
        repairNote: null,
      })
  })
}

/** What tells whether a repair helped. */
const provers: Record<Repair, (app: App) => Promise<Finding[]>> = {
  fetch: listClearingDifferences,
  work: async (app) => [...(await findHeldMessages(app)), ...(await checkGatewayEvents(app))],
  number: findUnnumbered,
  book: checkInvoiceTotals,
  grant: checkEntitlements,
  revoke: checkEntitlements,
}

const lockFinding = (tx: Tx, id: string) =>
  tx.db.selectFrom('proofFindings').selectAll().where('id', '=', id).forUpdate().executeTakeFirst()

/** A payment of ours that has none at the gateway cannot be looked up there. */
function gatewayPaymentOf({ subjectId, facts }: ProofFinding): string {
  const id = facts.related ?? subjectId
  if (id.startsWith('pay_')) throw new Problem('conflict', 'not_at_gateway', 'The gateway knows no such payment.')
  return id
}

/** A message that was held or lost is worked as if it had just come. */
async function workMessage(app: App, gatewayEventId: string, signal: AbortSignal): Promise<void> {
  await app.transaction(actor, async (tx) => {
    const held = await tx.db
      .updateTable('gatewayEvents')
      .set({ state: 'received', processedAt: null })
      .where('id', '=', gatewayEventId)
      .where('state', '=', 'suspense')
      .returning('id')
      .executeTakeFirst()
    if (held)
      await tx.emit('gateway_event.received', gatewayEventId, {
        before: { state: 'suspense' },
        after: { state: 'received' },
      })
    await tx.enqueue(processGatewayEvent, { gatewayEventId })
  })
  await processGatewayEvent.run(app, { gatewayEventId }, signal)
}

/** A paid invoice is in the ledger once. */
async function bookInvoice(tx: Tx, invoiceId: string): Promise<void> {
  const invoice = await lockInvoice(tx, invoiceId)
  const booked = await tx.db
    .selectFrom('ledgerTransactions')
    .select('id')
    .where('kind', '=', 'invoice')
    .where('reference', '=', invoiceId)
    .executeTakeFirst()
  if (!booked && invoice.state === 'paid' && invoice.purpose !== 'topup') await post(tx, [invoiceEarned(invoice)])
}

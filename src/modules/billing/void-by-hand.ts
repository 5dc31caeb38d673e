import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import { getInvoice } from './billing-queries.ts'
import { voidUnpaid } from './close-attempt.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'

/** Whether staff may void it by itself: others go with their order, their agreement or its change. */
export const isVoidedByHand = ({ purpose }: Pick<Invoice, 'purpose'>): boolean =>
  purpose === 'manual' || purpose === 'topup'

/**
 * Staff: voids an open document that they wrote by hand, or that asks for credit to be bought. A page on which it could be paid is
 * closed first; what was paid in part becomes credit, and one that has its number gets a credit note. Throws `invoice_paid`,
 * `invoice_void`, `invoice_of_agreement` for any other document, and `payment_gateway_unavailable` while money may be under way.
 */
export async function voidByHand(
  app: App,
  actor: Actor,
  input: { invoiceId: string; reason: string },
): Promise<Invoice> {
  requirePermission(actor, 'invoice.void')
  const asked = await getInvoice(app, actor, input.invoiceId)
  requireVerb(invoiceMachine, asked, 'void')
  if (!isVoidedByHand(asked))
    throw new Problem('conflict', 'invoice_of_agreement', 'Cancel the order or the agreement that this is for instead.')
  const ended = await voidUnpaid(app, actor, asked.id, (tx, { id, customerId }) =>
    tx.emit('invoice.voided_by_hand', id, { customerId, after: { reason: input.reason } }),
  )
  if (ended.state !== 'void') requireVerb(invoiceMachine, ended, 'void')
  return ended
}

import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import { requireVerb } from '#platform/state-machine.ts'
import { lockInvoice } from './billing-queries.ts'
import { invoiceMachine } from './invoice.ts'

/** Nobody is reminded twice within these, however often the button is pressed. */
const HOURS_APART = 12

/**
 * Staff: reminds the customer of an open document now, beside the steps of dunning, which go on as planned. Throws
 * `invoice_paid`, `invoice_void`, `reminder_just_sent`.
 */
export async function sendReminder(app: App, actor: Actor, input: { invoiceId: string }): Promise<void> {
  requirePermission(actor, 'invoice.void')
  await app.transaction(actor, async (tx) => {
    const { id, customerId, state } = await lockInvoice(tx, input.invoiceId)
    requireVerb(invoiceMachine, { state }, 'writeOff')
    const before = await tx.db
      .selectFrom('events')
      .select('id')
      .where('subjectId', '=', id)
      .where('name', '=', 'invoice.reminder_due')
      .where('createdAt', '>', tx.now.subtract({ hours: HOURS_APART }))
      .executeTakeFirst()
    if (before) throw new Problem('conflict', 'reminder_just_sent', 'The customer was reminded less than 12 hours ago.')
    await tx.emit('invoice.reminder_due', id, { customerId, after: { byHand: true } })
  })
}

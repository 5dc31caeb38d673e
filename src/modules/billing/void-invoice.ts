import { sql } from 'kysely'
import { requireVerb, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { saveGrant } from './grant-credit.ts'
import { type Invoice, invoiceMachine } from './invoice.ts'
import { cancelByCreditNote } from './issue-credit-note.ts'
import { numberCreditNotes } from './number-credit-notes.ts'

/**
 * Takes a locked document back that asks to be paid: what was paid on it already becomes the customer's credit, and the periods
 * it billed may be billed again, on a new document and with the discounts they had, unless their agreement has ended. One that has
 * its number already is taken back by a credit note over all of it. A payment under way goes on; its money will be credit too. Throws `invoice_paid`, `invoice_void`.
 */
export async function voidInvoice(tx: Tx, invoice: Invoice): Promise<Invoice> {
  requireVerb(invoiceMachine, invoice, 'void')
  const voided = await transition(tx, invoiceMachine, invoice, 'void', { nextDunningOn: null })
  await tx.db.updateTable('invoiceLines').set({ released: true }).where('invoiceId', '=', invoice.id).execute()
  if (invoice.purpose === 'renewal') await giveBackPeriods(tx, invoice)
  const { id, customerId, currency, paidMinor } = invoice
  if (invoice.number !== null && invoice.totalMinor > 0n) {
    await cancelByCreditNote(tx, voided)
    await tx.enqueue(numberCreditNotes, {})
  }
  if (paidMinor > 0n)
    await saveGrant(tx, {
      customerId,
      currency,
      amountMinor: paidMinor,
      source: 'void_document',
      reference: id,
      from: 'receivable',
    })
  return voided
}

async function giveBackPeriods(tx: Tx, { id }: Invoice): Promise<void> {
  await sql`
    with given_back as (
    update subscriptions s set periods = s.periods - 1, billed_until = l.period_start, updated_at = ${tx.now},
      next_billing_on = case when s.cancel_on is null and s.state <> 'cancelled'
        then l.period_start - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count, s.periods - 1, s.trial_ends_on) end
    from invoice_lines l
    where l.invoice_id = ${id} and l.kind = 'plan' and s.id = l.subscription_id
      and s.billed_until = l.period_end
    returning s.id, l.reasons)
    update subscription_discounts d set cycles_left = d.cycles_left + 1 from given_back g
    where d.subscription_id = g.id and d.cycles_left is not null
      and g.reasons->'discounts' @> jsonb_build_array(jsonb_build_object('coupon', d.coupon_id))`.execute(tx.db)
}

import { type RawBuilder, sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import type { Payment } from './payment.ts'

/** What a refund takes back: of documents, of the customer's credit, and what nothing of ours explains. Minor units. */
export type RefundPlan = {
  documents: { invoiceId: string; amountMinor: bigint }[]
  creditMinor: bigint
  goodwillMinor: bigint
}

type Room = { invoiceId: string; leftMinor: bigint }

/**
 * How much of a payment's documents may still be corrected through it: not beyond what they took of it, nor what is left of
 * them after other corrections and refunds under way. Nothing was earned with credit that was bought, so its document is never
 * corrected: what is left of that credit goes back instead.
 */
export async function listRooms(tx: Pick<Tx, 'db'>, paymentId: string): Promise<Room[]> {
  const { rows } = await sql<Room>`
    select a.invoice_id, greatest(0, least(
      i.total_minor - i.credited_minor - coalesce((select sum(d.amount_minor) from refund_documents d join refunds r on r.id = d.refund_id
        where d.invoice_id = a.invoice_id and r.state in ('pending', 'needs_person')), 0),
      a.applied_minor - coalesce((select sum(d.amount_minor) from refund_documents d join refunds r on r.id = d.refund_id
        where d.invoice_id = a.invoice_id and r.payment_id = a.payment_id and r.state <> 'failed'), 0)))::bigint as left_minor
    from payment_allocations a join invoices i on i.id = a.invoice_id
    where a.payment_id = ${paymentId} and i.state = 'paid' and i.purpose <> 'topup' order by a.invoice_id`.execute(
    tx.db,
  )
  return rows
}

/** Whether a grant `g` came of this payment: bought with it, too much of it, or given back when a refund of it failed. */
export const cameOf = (paymentId: string): RawBuilder<boolean> => sql<boolean>`
  (g.reference = ${paymentId}
    or (g.source = 'topup' and g.reference in (select invoice_id from payment_allocations where payment_id = ${paymentId}))
    or (g.source = 'refund_failed' and g.reference in (select id from refunds where payment_id = ${paymentId})))`

/**
 * What of the customer's credit a refund of a payment may pay out. Of one that bought credit only that credit, as far as it is
 * not spent: other credit of theirs would pay the same money out twice.
 */
export async function sumCredit(
  tx: Pick<Tx, 'db'>,
  { id, customerId, currency }: Pick<Payment, 'id' | 'customerId' | 'currency'>,
): Promise<bigint> {
  const { rows } = await sql<{ left: bigint }>`
    select coalesce(sum(g.remaining_minor), 0)::bigint as left from credit_grants g
    where g.customer_id = ${customerId} and g.currency = ${currency} and g.remaining_minor > 0
      and (${cameOf(id)} or not exists (
        select from payment_allocations a join invoices i on i.id = a.invoice_id
        where a.payment_id = ${id} and i.purpose = 'topup' and i.state = 'paid'))`.execute(tx.db)
  return rows[0]!.left
}

/**
 * Spreads an amount over a locked payment's documents (or the one wanted), the oldest first, and then over the customer's
 * credit where it is told to. What is left then is goodwill, which only a refund made elsewhere may hold.
 */
export async function planRefund(
  tx: Tx,
  payment: Payment,
  input: { amountMinor: bigint; invoiceId?: string | undefined; useCredit: boolean },
): Promise<RefundPlan> {
  let left = input.amountMinor
  const documents: RefundPlan['documents'] = []
  for (const { invoiceId, leftMinor } of await listRooms(tx, payment.id)) {
    const amountMinor = leftMinor < left ? leftMinor : left
    if (amountMinor === 0n || (input.invoiceId !== undefined && input.invoiceId !== invoiceId)) continue
    documents.push({ invoiceId, amountMinor })
    left -= amountMinor
  }
  const credit = input.useCredit ? await sumCredit(tx, payment) : 0n
  const creditMinor = credit < left ? credit : left
  return { documents, creditMinor, goodwillMinor: left - creditMinor }
}

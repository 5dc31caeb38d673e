import { sql } from 'kysely'
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
 * them after other corrections and refunds under way.
 */
export async function listRooms(tx: Pick<Tx, 'db'>, paymentId: string): Promise<Room[]> {
  const { rows } = await sql<Room>`
    select a.invoice_id, greatest(0, least(
      i.total_minor - i.credited_minor - coalesce((select sum(d.amount_minor) from refund_documents d join refunds r on r.id = d.refund_id
        where d.invoice_id = a.invoice_id and r.state in ('pending', 'needs_person')), 0),
      a.applied_minor - coalesce((select sum(d.amount_minor) from refund_documents d join refunds r on r.id = d.refund_id
        where d.invoice_id = a.invoice_id and r.payment_id = a.payment_id and r.state <> 'failed'), 0)))::bigint as left_minor
    from payment_allocations a join invoices i on i.id = a.invoice_id
    where a.payment_id = ${paymentId} and i.state = 'paid' order by a.invoice_id`.execute(tx.db)
  return rows
}

/** What the customer has left of their credit in a currency. */
export async function sumCredit(
  tx: Pick<Tx, 'db'>,
  { customerId, currency }: { customerId: string; currency: string },
): Promise<bigint> {
  const { left } = await tx.db
    .selectFrom('creditGrants')
    .where('customerId', '=', customerId)
    .where('currency', '=', currency)
    .where('remainingMinor', '>', 0n)
    .select(sql<bigint>`coalesce(sum(remaining_minor), 0)::bigint`.as('left'))
    .executeTakeFirstOrThrow()
  return left
}

/**
 * Spreads an amount over a locked payment's documents (or the one wanted), the oldest first, and then over the customer's
 * credit. What is left then is goodwill, which only a refund made elsewhere may hold.
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
  const credit = input.useCredit && input.invoiceId === undefined ? await sumCredit(tx, payment) : 0n
  const creditMinor = credit < left ? credit : left
  return { documents, creditMinor, goodwillMinor: left - creditMinor }
}

import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'

/** The agreements whose renewal was not paid on its day are past due. */
export async function fallDue(tx: Tx, invoiceId: string): Promise<void> {
  const { rows } = await sql<{ id: string; customerId: string }>`
    update subscriptions s set state = 'past_due', updated_at = ${tx.now}
    from invoice_lines l join invoices i on i.id = l.invoice_id
    where l.invoice_id = ${invoiceId} and i.state = 'open' and l.kind = 'plan' and not l.released and l.cause = 'renewal'
      and s.id = l.subscription_id and s.state = 'active'
    returning s.id, s.customer_id`.execute(tx.db)
  for (const { id, customerId } of rows)
    await tx.emit('subscription.past_due', id, {
      customerId,
      before: { state: 'active' },
      after: { state: 'past_due', invoiceId },
    })
}

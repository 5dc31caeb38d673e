import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'
import type { Renewing } from './renew-customers.ts'
import { voidInvoice } from './void-invoice.ts'

/**
 * Takes back the renewals of these customers that more is now to be billed for, on the same due day and in the same currency:
 * one document asks for all of it then. Only one that nobody has touched: without a number, not due yet, with nothing paid on it,
 * no payment under way and no transfer promised. Whatever somebody holds this moment is left as it is. Gives whether any was.
 */
export async function reissueRenewals(
  tx: Tx,
  { seller, today }: Pick<Renewing, 'seller' | 'today'>,
  customerIds: readonly string[],
): Promise<boolean> {
  const { rows } = await sql<Invoice>`
    select i.* from unnest(${customerIds}::text[]) as chosen (customer_id) join invoices i on i.customer_id = chosen.customer_id
    where i.legal_entity_id = ${seller.id} and i.state = 'open' and i.purpose = 'renewal'
      and i.number is null and i.paid_minor = 0 and i.transfer_chosen_at is null and i.due_on > ${today}
      and exists (select from subscriptions s where s.customer_id = i.customer_id and s.currency = i.currency
        and s.legal_entity_id = i.legal_entity_id and s.billed_until = i.due_on and s.next_billing_on <= ${today} and s.amount_minor > 0
        and s.state <> 'cancelled' and (s.cancel_on is null or s.cancel_on > s.billed_until))
      and not exists (select from payment_allocations a where a.invoice_id = i.id and a.pending)
    order by i.id for update of i skip locked`.execute(tx.db)
  for (const document of rows) await voidInvoice(tx, document)
  return rows.length > 0
}

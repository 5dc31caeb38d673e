import { sql } from 'kysely'
import type { App } from '#app/app.ts'

/**
 * The agreements that are to be suspended while a payment of theirs is contested: where the product says so, or leaves it to the seller
 * and the seller does. By default nothing is suspended and staff are told.
 */
export async function listSuspendedByDispute(db: App['db'], paymentId: string): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select distinct s.id
    from payment_allocations a join invoices i on i.id = a.invoice_id join legal_entities e on e.id = i.legal_entity_id
      join invoice_lines l on l.invoice_id = i.id join subscriptions s on s.id = l.subscription_id
      join plans p on p.id = s.plan_id join products r on r.id = p.product_id
    where a.payment_id = ${paymentId}
      and (r.dispute_policy = 'suspend' or r.dispute_policy = 'seller' and e.dispute_suspends)
    order by s.id`.execute(db)
  return rows.map(({ id }) => id)
}

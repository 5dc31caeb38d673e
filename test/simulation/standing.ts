import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Standing } from './model.ts'

/** How a customer stands in the product, in the words of the model. */
export async function readStanding(app: App, customerId: string): Promise<Standing> {
  const { rows } = await sql<Standing>`
    select (select state::text from services where customer_id = ${customerId}) as service,
      (select coalesce(jsonb_agg(sum || ' ' || currency), '[]') from (select currency, sum(remaining_minor) from credit_grants
        where customer_id = ${customerId} and remaining_minor > 0 group by currency) g) as credit,
      (select jsonb_agg(concat_ws(' ', currency, state, current_period_start, current_period_end, billed_until,
        coalesce(next_billing_on::text, 'nothing to bill'))) from subscriptions where customer_id = ${customerId}) as agreements,
      (select coalesce(jsonb_agg(concat_ws(' ', currency, due_on, state, total_minor, paid_minor)), '[]') from invoices
        where customer_id = ${customerId} and purpose = 'renewal') as documents`.execute(app.db)
  const { service, credit, agreements, documents } = rows[0]!
  return { service, credit: credit.toSorted(), agreements: agreements.toSorted(), documents: documents.toSorted() }
}

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requireRight } from '#modules/accounts/permissions.ts'
import { type Actor, actingCustomerId } from '#platform/actor.ts'

/** What we owe a customer in one currency, minor units. */
export type CreditBalance = { currency: string; amountMinor: bigint }

/** A customer's credit by currency; none gives an empty list. */
export async function listCredit(app: App, actor: Actor): Promise<CreditBalance[]> {
  requireRight(actor, 'invoice.read')
  const { rows } = await sql<CreditBalance>`
    select currency, sum(remaining_minor)::bigint as amount_minor from credit_grants
    where customer_id = ${actingCustomerId(actor)} and remaining_minor > 0 group by currency order by currency`.execute(
    app.db,
  )
  return rows
}

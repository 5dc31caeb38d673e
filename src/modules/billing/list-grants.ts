import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { matchCustomer } from '#modules/accounts/match-customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { CreditSource, Schema } from '#platform/schema.ts'
import type { CreditBalance } from './list-credit.ts'

export type GrantRow = Schema['creditGrants'] & { customerName: string }

/** Staff: credit that customers were given, bought or are owed, the newest first. `left` leaves out what is used up. */
export async function listGrants(
  app: App,
  actor: Actor,
  filter: PageFilter & {
    source?: CreditSource | undefined
    left?: boolean | undefined
    customerId?: string | undefined
    search?: string | undefined
  },
): Promise<Page<GrantRow>> {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('creditGrants')
    .innerJoin('customers', 'customers.id', 'creditGrants.customerId')
    .selectAll('creditGrants')
    .select('customers.name as customerName')
    .$if(filter.source !== undefined, (query) => query.where('creditGrants.source', '=', filter.source!))
    .$if(filter.left === true, (query) => query.where('creditGrants.remainingMinor', '>', 0n))
    .$if(filter.customerId !== undefined, (query) => query.where('creditGrants.customerId', '=', filter.customerId!))
    .$if(Boolean(filter.search?.trim()), (query) => query.where(matchCustomer(filter.search!)))
    .$if(filter.after !== undefined, (query) => query.where('creditGrants.id', '<', filter.after!))
    .orderBy('creditGrants.id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** Staff: what we owe as credit by currency, minor units: one customer, or all of them. */
export async function sumGrants(app: App, actor: Actor, customerId?: string): Promise<CreditBalance[]> {
  requirePermission(actor, 'payment.read')
  const { rows } = await sql<CreditBalance>`
    select currency, sum(remaining_minor)::bigint as amount_minor from credit_grants
    where remaining_minor > 0 and (${customerId ?? null}::text is null or customer_id = ${customerId ?? null})
    group by currency order by currency`.execute(app.db)
  return rows
}

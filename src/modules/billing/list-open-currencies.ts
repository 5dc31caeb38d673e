import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/** Staff: the currencies of documents that are to be paid, ISO 4217, in their order. */
export async function listOpenCurrencies(app: App, actor: Actor): Promise<string[]> {
  requirePermission(actor, 'invoice.read')
  const { rows } = await sql<{ currency: string }>`
    select distinct currency from invoices where state = 'open' order by currency`.execute(app.db)
  return rows.map(({ currency }) => currency)
}

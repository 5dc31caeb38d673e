import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'

/** How many documents a change of settings is about: renewals that are followed up, and those that have no number yet. */
export async function countSettled(app: App, actor: Actor): Promise<{ openRenewals: number; unnumbered: number }> {
  requirePermission(actor, 'settings.manage')
  const { rows } = await sql<{ openRenewals: number; unnumbered: number }>`
    select count(*) filter (where state = 'open' and purpose = 'renewal')::int as open_renewals,
      count(*) filter (where number is null)::int as unnumbered
    from invoices where state in ('open', 'paid') and (state = 'open' or number is null)`.execute(app.db)
  return rows[0]!
}

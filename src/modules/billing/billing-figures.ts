import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { lowestId } from '#platform/ids.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { GatewayEventState, Schema } from '#platform/schema.ts'

/** Money that came in, in minor units of `currency`, and how many payments it was. */
export type MoneyReceived = { currency: string; amountMinor: bigint; payments: number }

/** Staff: what the ledger says came in from `since` (business time, at most two days back) until now, by currency. */
export async function sumMoneyReceived(app: App, actor: Actor, since: Temporal.Instant): Promise<MoneyReceived[]> {
  requirePermission(actor, 'invoice.read')
  const { rows } = await sql<MoneyReceived>`
    select e.currency, sum(e.amount_minor)::bigint as amount_minor, count(*)::int as payments
    from ledger_transactions t join ledger_entries e on e.transaction_id = t.id and e.account = 'clearing'
    where t.id >= ${lowestId('ltx', twoDaysAgo(app))} and t.created_at >= ${since} and t.created_at <= ${app.clock.now()}
    group by e.currency order by e.currency`.execute(app.db)
  return rows
}

/** Business time never runs slower than the wall clock, so what happened today was written within two real days. */
const twoDaysAgo = (app: App): number => app.clock.wallClock().subtract({ hours: 48 }).epochMilliseconds

export type GatewayEvent = Schema['gatewayEvents']

/** Staff: what the payment gateway told us, the newest first. */
export async function listGatewayEvents(
  app: App,
  actor: Actor,
  filter: PageFilter & { state: GatewayEventState },
): Promise<Page<GatewayEvent>> {
  requirePermission(actor, 'payment.read')
  const rows = await app.db
    .selectFrom('gatewayEvents')
    .selectAll()
    .where('state', '=', filter.state)
    .$if(filter.after !== undefined, (query) =>
      query.where(
        sql<boolean>`(received_at, id) < (select received_at, id from gateway_events where id = ${filter.after!})`,
      ),
    )
    .orderBy('receivedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

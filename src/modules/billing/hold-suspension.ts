import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'
import type { Tx } from '#platform/transaction.ts'

/** Nobody's word holds for longer than this. */
const DAYS_AT_MOST = 365

/**
 * Staff: nothing is suspended for the open renewals of an agreement, or for one open document, before that day, in the seller's time zone; null takes the
 * word back. What was asked for and not done yet waits for that day as well. Throws `hold_invalid` for a day that is over or too far away, `invoice_not_found` when nothing is open.
 */
export async function holdSuspension(
  app: App,
  actor: Actor,
  input: ({ subscriptionId: string } | { invoiceId: string }) & { until: Temporal.PlainDate | null },
): Promise<void> {
  requirePermission(actor, 'service.suspend')
  const { until } = input
  const which =
    'invoiceId' in input
      ? sql`i.id = ${input.invoiceId}`
      : sql`i.purpose = 'renewal' and i.id in (
        select invoice_id from invoice_lines where subscription_id = ${input.subscriptionId} and not released)`
  await app.transaction(actor, async (tx) => {
    const open = await lockOpen(tx, which)
    const [first] = open
    if (!first) throw new Problem('not_found', 'invoice_not_found', 'There is no open invoice to hold.')
    requireDay(until, tx.now.toZonedDateTimeISO(first.timeZone).toPlainDate())
    const ids = open.map(({ id }) => id)
    // What was asked for waits its turn, or for a person: it is asked for again when the day has come.
    await sql`
      delete from dunning_runs where invoice_id = any(${ids}) and action in ('suspend', 'terminate') and outcome = 'asked'`.execute(
      tx.db,
    )
    // Dunning looks again at once: what waited for the day before may wait for another now.
    const { rows } = await sql<{ id: string; customerId: string }>`
      update invoices i set suspend_hold_until = ${until}::date, updated_at = ${tx.now},
        next_dunning_on = case when i.next_dunning_on is not null or exists (select from dunning_runs d where d.invoice_id = i.id)
          then least(i.next_dunning_on, (${tx.now}::timestamptz at time zone e.time_zone)::date) end
      from legal_entities e
      where e.id = i.legal_entity_id and i.id = any(${ids})
      returning i.id, i.customer_id`.execute(tx.db)
    for (const { id, customerId } of rows)
      await tx.emit('invoice.suspension_held', id, { customerId, after: { until: until?.toString() ?? null } })
  })
}

/** The open documents that are meant, held until the transaction ends, each with its seller's time zone. */
async function lockOpen(tx: Tx, which: RawBuilder<unknown>): Promise<{ id: string; timeZone: string }[]> {
  const { rows } = await sql<{ id: string; timeZone: string }>`
    select i.id, e.time_zone from invoices i join legal_entities e on e.id = i.legal_entity_id
    where i.state = 'open' and ${which} order by i.id for update of i`.execute(tx.db)
  return rows
}

function requireDay(until: Temporal.PlainDate | null, today: Temporal.PlainDate): void {
  const days = until ? today.until(until, { largestUnit: 'days' }).days : 0
  if (days >= 0 && days <= DAYS_AT_MOST) return
  throw new Problem('invalid', 'hold_invalid', 'Give a day from today on, at most a year ahead.', {
    issues: [{ path: 'until', message: 'Give a day from today on, at most a year ahead.' }],
  })
}

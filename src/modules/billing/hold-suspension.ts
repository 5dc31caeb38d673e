import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { Problem } from '#platform/problem.ts'

/** Nobody's word holds for longer than this. */
const DAYS_AT_MOST = 365

/**
 * Staff: nothing is suspended for the open renewals of an agreement, or for one open document, before that day, in the seller's time zone; null takes the
 * word back. Throws `hold_invalid` for a day that is over or too far away, `invoice_not_found` when nothing is open.
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
    const today = tx.now.toZonedDateTimeISO('UTC').toPlainDate()
    const days = until ? today.until(until, { largestUnit: 'days' }).days : 0
    if (days < 0 || days > DAYS_AT_MOST)
      throw new Problem('invalid', 'hold_invalid', 'Give a day from today on, at most a year ahead.', {
        issues: [{ path: 'until', message: 'Give a day from today on, at most a year ahead.' }],
      })
    // Dunning looks again at once: what waited for the day before may wait for another now.
    const { rows } = await sql<{ id: string; customerId: string }>`
      update invoices i set suspend_hold_until = ${until}::date, updated_at = ${tx.now},
        next_dunning_on = case when i.next_dunning_on is not null then least(i.next_dunning_on, (${tx.now}::timestamptz at time zone e.time_zone)::date) end
      from legal_entities e
      where e.id = i.legal_entity_id and i.state = 'open' and ${which}
      returning i.id, i.customer_id`.execute(tx.db)
    if (rows.length === 0) throw new Problem('not_found', 'invoice_not_found', 'There is no open invoice to hold.')
    for (const { id, customerId } of rows)
      await tx.emit('invoice.suspension_held', id, { customerId, after: { until: until?.toString() ?? null } })
  })
}

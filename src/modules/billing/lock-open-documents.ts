import { sql } from 'kysely'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'

/** Holds the documents that ask for money for an agreement: further periods of it, and a change of it; in one order for everybody. */
export async function lockOpenDocuments(tx: Tx, subscriptionId: string): Promise<Invoice[]> {
  return tx.db
    .selectFrom('invoices')
    .selectAll()
    .where('state', '=', 'open')
    .where('purpose', 'in', ['renewal', 'change'])
    .where('id', 'in', (query) =>
      query
        .selectFrom('invoiceLines')
        .select('invoiceId')
        .where('subscriptionId', '=', subscriptionId)
        .where('released', '=', false),
    )
    .orderBy('id')
    .forUpdate()
    .execute()
}

/** The next period of an agreement may be billed when its time comes, unless it ends or its last one is not paid yet. */
export async function resumeBilling(tx: Tx, subscriptionId: string): Promise<void> {
  await sql`
    update subscriptions s set updated_at = ${tx.now},
      next_billing_on = s.billed_until - renewal_lead_of(s.legal_entity_id, s.interval_unit, s.interval_count, s.periods, s.trial_ends_on)
    where s.id = ${subscriptionId} and s.billed_by = 'us' and s.state <> 'cancelled' and s.cancel_on is null and s.billed_until = s.current_period_end
      and s.interval_unit <> 'once'`.execute(tx.db)
}

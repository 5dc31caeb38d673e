import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { billingChecks } from './billing-checks.ts'
import { facts, findings, ofInvoice, type Row } from './findings.ts'

/** What takes its number within minutes has it after this. */
const HOURS_TO_NUMBER = 1

/** Messages of the gateway that could not be matched: money may hang on each, so none is forgotten. */
export async function findHeldMessages({ db }: Pick<App, 'db'>): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select e.id as subject_id, coalesce(e.note, e.type) as detail, 'message_held' as kind,
      ${facts({ customer: sql`p.customer_id`, related: sql`p.id` })} as facts
    from gateway_events e left join payments p on p.id = e.payment_id
    where e.state = 'suspense' order by e.received_at, e.id`.execute(db)
  return findings('I17', rows, ({ subjectId, detail }) => `Gateway event ${subjectId} is held: ${detail}`)
}

/** Paid invoices, and credit notes for numbered ones, that wait for their number longer than numbering takes. */
export async function findUnnumbered({ db, clock }: Pick<App, 'db' | 'clock'>): Promise<Finding[]> {
  const before = clock.now().subtract({ hours: HOURS_TO_NUMBER })
  const { rows } = await sql<Row>`
    select i.id as subject_id, 'it was paid at ' || i.paid_at as detail, 'invoice_unnumbered' as kind, ${facts(ofInvoice)} as facts
    from invoices i where i.state = 'paid' and i.number is null and i.total_minor > 0 and i.paid_at < ${before}
    union all
    select c.id, 'it was made at ' || c.created_at, 'credit_note_unnumbered',
      ${facts({ customer: sql`c.customer_id`, currency: sql`c.currency`, related: sql`c.invoice_id` })}
    from credit_notes c join invoices i on i.id = c.invoice_id
    where c.number is null and i.number is not null and c.created_at < ${before}`.execute(db)
  return findings('I6', rows, ({ subjectId, detail }) => `${subjectId} has no number: ${detail}.`)
}

/** What a proof of money verifies, in order: all that `ez check` promises about money, and what waits for somebody. */
export const proofChecks: readonly ((app: App) => Promise<Finding[]>)[] = [
  ...billingChecks,
  findHeldMessages,
  findUnnumbered,
]

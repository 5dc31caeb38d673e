import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, ofInvoice, type Row } from './findings.ts'

/** I37: an order waits for its money as long as its document asks for it, and who shall transfer it is told where to. */
async function checkTransfers(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select o.id as subject_id, 'it waits until ' || o.expires_at || ' and its document until ' || i.due_at as detail, 'transfer_waits' as kind,
      ${facts({ ...ofInvoice, related: sql`i.id` })} as facts
    from orders o join invoices i on i.id = o.invoice_id where o.state = 'pending' and i.state = 'open' and o.expires_at <> i.due_at
    union all
    select i.id, 'its money shall be transferred, and the seller has no account', 'transfer_waits', ${facts(ofInvoice)}
    from invoices i join legal_entities e on e.id = i.legal_entity_id
    where i.state = 'open' and i.transfer_chosen_at is not null and e.bank_iban is null`.execute(app.db)
  return findings('I37', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

export const transferChecks = [checkTransfers]

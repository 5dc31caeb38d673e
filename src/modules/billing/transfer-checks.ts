import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, ofInvoice, ofPayment, type Row } from './findings.ts'

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

/** I46: what staff hold is not asked to be suspended or ended, and money that is on its way arrives or comes back within a month. */
async function checkUnderWay(app: App): Promise<Finding[]> {
  const now = app.clock.now()
  const { rows } = await sql<Row>`
    select i.id as subject_id, 'it is held until ' || i.suspend_hold_until || ' and ' || d.action || ' is asked for' as detail, 'hold_overrun' as kind,
      ${facts(ofInvoice)} as facts
    from dunning_runs d join invoices i on i.id = d.invoice_id join legal_entities e on e.id = i.legal_entity_id
    where d.action in ('suspend', 'terminate') and d.outcome = 'asked' and i.state = 'open'
      and i.suspend_hold_until > (${now}::timestamptz at time zone e.time_zone)::date
    union all
    select p.id, 'its money is on its way since ' || p.processing_since, 'money_under_way', ${facts(ofPayment)}
    from payments p where p.state = 'pending' and p.processing_since < ${now}::timestamptz - interval '30 days'`.execute(
    app.db,
  )
  return findings('I46', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

export const transferChecks = [checkTransfers, checkUnderWay]

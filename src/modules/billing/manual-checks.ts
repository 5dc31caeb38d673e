import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, ofInvoice, type Row } from './findings.ts'

/**
 * I41: what staff write by hand asks for something, says why in every line, is for no agreement and no period, and suspends and ends
 * nothing.
 */
async function checkManual(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id as subject_id, count(l.id) || ' of its lines name no reason, or an agreement' as detail, 'manual_unfit' as kind,
      ${facts({ ...ofInvoice })} as facts
    from invoices i join invoice_lines l on l.invoice_id = i.id and (l.kind <> 'manual' or l.subscription_id is not null or l.period_start is not null
      or coalesce(l.reasons->'byHand'->>'reason', '') = '')
    where i.purpose = 'manual' group by i.id
    union all
    select i.id, 'it asks for nothing', 'manual_unfit', ${facts({ ...ofInvoice })}
    from invoices i where i.purpose = 'manual' and i.total_minor <= 0
    union all
    select i.id, 'dunning took the step ' || min(d.action::text) || ' for it', 'manual_unfit', ${facts({ ...ofInvoice })}
    from invoices i join dunning_runs d on d.invoice_id = i.id and d.action in ('suspend', 'terminate')
    where i.purpose = 'manual' group by i.id`.execute(app.db)
  return findings('I41', rows, ({ subjectId, detail }) => `Invoice by hand ${subjectId}: ${detail}.`)
}

export const manualChecks = [checkManual]

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, type Row } from './findings.ts'

/** I36: nobody is asked for a new price before their notice is over and its day has come, nor once it was taken back. */
async function checkRepricings(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select w.subject_id, w.detail, 'price_early' as kind, ${facts({ customer: sql`w.customer_id` })} as facts from (
    select i.id as subject_id, i.customer_id, 'document ' || l.invoice_id || ' asks for it from ' || l.period_start || ', it may hold from ' || coalesce(i.earliest_on::text, 'no day') as detail
    from invoice_lines l join repricing_items i on i.id = l.reasons->>'repricing'
    where not l.released and (i.earliest_on is null or l.period_start < i.earliest_on)
    union all
    select i.id, i.customer_id, 'document ' || l.invoice_id || ' asks for it and it was taken back' from invoice_lines l join repricing_items i on i.id = l.reasons->>'repricing'
    where not l.released and i.dropped_at is not null and i.spared_at is not null
    union all
    select i.id, i.customer_id, 'told on ' || (i.told_at at time zone e.time_zone)::date || ' and holds from ' || i.earliest_on || ', notice is ' || r.notice_days || ' days'
    from repricing_items i join repricings r on r.id = i.repricing_id join legal_entities e on e.id = r.legal_entity_id
    where i.earliest_on < r.effective_on or i.earliest_on < (i.told_at at time zone e.time_zone)::date + r.notice_days
    union all
    select i.id, i.customer_id, 'it holds, and the period of ' || s.id || ' began on ' || s.current_period_start || ', before ' || i.earliest_on
    from repricing_items i join subscriptions s on s.id = i.subscription_id
    where i.applied_at is not null and s.current_period_start < i.earliest_on) w`.execute(app.db)
  return findings('I36', rows, ({ subjectId, detail }) => `New price ${subjectId}: ${detail}.`)
}

export const repricingChecks = [checkRepricings]

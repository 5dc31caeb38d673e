import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { adoptionChecks } from './adoption/adoption-checks.ts'
import { checkCoupons, checkTrialCoupons } from './coupon-checks.ts'
import { changeChecks } from './change-checks.ts'
import { transferChecks } from './transfer-checks.ts'
import { checkClearing } from './clearing-check.ts'
import { facts, findings, ofInvoice, type Row } from './findings.ts'
import { manualChecks } from './manual-checks.ts'
import { moneyChecks } from './money-checks.ts'
import { settingsChecks } from './settings/settings-checks.ts'
import { checkRenewalTaxes } from './renewal-tax-check.ts'
import { repricingChecks } from './repricing-checks.ts'
import { checkProofs } from './proof-log-check.ts'

/** I1: each ledger transaction sums to zero per currency. */
export async function checkLedgerBalances(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select transaction_id as subject_id, sum(amount_minor) || ' ' || currency as detail, 'ledger_unbalanced' as kind,
      ${facts({ left: sql`0`, right: sql`sum(amount_minor)`, currency: sql`currency` })} as facts from ledger_entries
    group by transaction_id, currency having sum(amount_minor) <> 0
    union all
    select t.id, 'no entries', 'ledger_empty', ${facts({ customer: sql`t.customer_id`, related: sql`t.reference` })} from ledger_transactions t left join ledger_entries e on e.transaction_id = t.id
    left join invoices i on i.id = t.reference where e.transaction_id is null and coalesce(i.total_minor, 1) <> 0`.execute(
    app.db,
  )
  return findings('I1', rows, ({ subjectId, detail }) => `Ledger transaction ${subjectId} does not balance: ${detail}.`)
}

/**
 * I4: an invoice is the sum of its lines, its tax that of its taxes, what was paid is what its payments brought, and a paid one is in
 * the ledger once. Its lines and taxes are of a document that there is, and it is of a seller that there is.
 */
export async function checkInvoiceTotals(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id as subject_id, 'its lines sum to ' || coalesce(sum(l.amount_minor), 0) || ' + ' || coalesce(sum(l.tax_minor), 0) || ', not to '
        || i.subtotal_minor || ' + ' || i.tax_minor as detail, 'invoice_lines' as kind,
      ${facts({ left: sql`coalesce(sum(l.amount_minor + l.tax_minor), 0)`, right: sql`i.total_minor`, ...ofInvoice })} as facts
    from invoices i left join invoice_lines l on l.invoice_id = i.id
    group by i.id having coalesce(sum(l.amount_minor), 0) <> i.subtotal_minor or coalesce(sum(l.tax_minor), 0) <> i.tax_minor
    union all
    select i.id, 'its taxes sum to ' || sum(t.tax_minor) || ', not to ' || i.tax_minor, 'invoice_taxes',
      ${facts({ left: sql`sum(t.tax_minor)`, right: sql`i.tax_minor`, ...ofInvoice })}
    from invoices i join invoice_taxes t on t.invoice_id = i.id
    group by i.id having sum(t.tax_minor) <> i.tax_minor
    union all
    select i.id, 'it counts ' || i.paid_minor || ' as paid, payments and credit brought ' || coalesce(m.brought, 0), 'invoice_paid',
      ${facts({ left: sql`i.paid_minor`, right: sql`coalesce(m.brought, 0)`, ...ofInvoice })}
    from invoices i left join (
      select invoice_id, sum(brought) as brought from (
        select invoice_id, applied_minor as brought from payment_allocations
        union all select invoice_id, amount_minor from credit_uses where invoice_id is not null) b
      group by invoice_id) m on m.invoice_id = i.id
    where i.paid_minor <> coalesce(m.brought, 0)
    union all
    select i.id, 'it is paid and not in the ledger', 'invoice_unbooked', ${facts({ left: sql`i.total_minor`, right: sql`0`, ...ofInvoice })} from invoices i
      left join ledger_transactions t on t.kind = 'invoice' and t.reference = i.id
    where i.state = 'paid' and i.purpose <> 'topup' and t.id is null
    union all
    select p.invoice_id, p.what, 'invoice_missing', ${facts({})} from (
      select invoice_id, 'line ' || id || ' is of no document' as what from invoice_lines
      union all select invoice_id, 'tax ' || position || ' is of no document' from invoice_taxes) p
    where not exists (select from invoices i where i.id = p.invoice_id)
    union all
    select i.id, 'its seller ' || i.legal_entity_id || ' is missing', 'invoice_missing', ${facts(ofInvoice)} from invoices i
    where not exists (select from legal_entities e where e.id = i.legal_entity_id)`.execute(app.db)
  return findings('I4', rows, ({ subjectId, detail }) => `Invoice ${subjectId}: ${detail}.`)
}

/** I6: numbers run without gap or repeat, dates do not run backwards, and what was numbered has not changed since. */
async function checkInvoiceNumbers(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    with documents as (
      select id, series, sequence, number, issued_at, content_hash, invoice_content_hash(id, series, sequence, issued_at) as says
      from invoices where number is not null
      union all
      select id, series, sequence, number, issued_at, content_hash, credit_note_content_hash(id, series, sequence, issued_at)
      from credit_notes where number is not null)
    select d.series as subject_id, count(*) || ' documents from number ' || coalesce(min(s.first_sequence), 1) || ' up to ' || max(d.sequence) as detail,
      'number_gap' as kind, ${facts({})} as facts
    from documents d left join invoice_series s on s.series = d.series
    group by d.series having count(*) <> max(d.sequence) - coalesce(min(s.first_sequence), 1) + 1
      or min(d.sequence) <> coalesce(min(s.first_sequence), 1) or count(distinct d.sequence) <> count(*)
    union all
    select id, 'number ' || number || ' is dated before the one before it', 'number_backwards', ${facts({})} from (
      select id, number, issued_at, lag(issued_at) over (partition by series order by sequence) as before from documents) d
    where issued_at < before
    union all
    select id, 'its content is no longer what was numbered as ' || number, 'number_changed', ${facts({})} from documents where content_hash is distinct from says
    union all
    select c.id, 'number ' || c.number || ' is dated before the invoice it corrects', 'number_backwards', ${facts({ related: sql`i.id` })}
    from credit_notes c join invoices i on i.id = c.invoice_id
    where c.number is not null and (i.issued_at is null or c.issued_at < i.issued_at)
    union all
    select s.series, 'the next number is ' || s.next_sequence || ' after ' || coalesce(max(d.sequence), s.first_sequence - 1), 'number_counter', ${facts({})}
    from invoice_series s left join documents d on d.series = s.series
    group by s.series having s.next_sequence <> coalesce(max(d.sequence), s.first_sequence - 1) + 1`.execute(app.db)
  return findings('I6', rows, ({ subjectId, detail }) => `Numbering, ${subjectId}: ${detail}.`)
}

/** I7: each period of a subscription is billed once, and its periods tile from the anchor, from which they may begin anew. */
async function checkPeriods(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    with billed as (
      select l.subscription_id, l.period_start, l.period_end, l.cause,
        lag(l.period_end) over (partition by l.subscription_id order by l.period_start) as ended
      from invoice_lines l where l.kind = 'plan' and l.subscription_id is not null and not l.released
        -- A change within a period is paid for the rest of it; the period itself is billed already.
        and (l.cause <> 'change' or l.period_start is not null)
        -- What is tried out first is no period yet.
        and not coalesce(l.reasons, '{}') ? 'trial')
    select s.id as subject_id, count(b.subscription_id) || ' periods are billed where ' || s.periods - s.periods_elsewhere || ' are agreed' as detail, 'period_count' as kind,
      ${facts({ customer: sql`s.customer_id` })} as facts
    from subscriptions s left join billed b on b.subscription_id = s.id
      -- A document that was numbered before its period was opened does not name it.
      and (b.period_start >= s.anchor or b.period_start is null and not exists (
        select from billed r where r.subscription_id = s.id and r.cause in ('resumed', 'change')))
    where s.amount_minor > 0
    group by s.id having count(b.subscription_id) <> s.periods - s.periods_elsewhere
    union all
    select subscription_id, 'period from ' || period_start || ' does not begin where the one before ended', 'period_tiling', ${facts({})} from billed
    where ended is not null and ((ended > period_start and cause <> 'change') or (ended < period_start and cause not in ('resumed', 'change')))
    union all
    select s.id, 'it is billed until ' || s.billed_until || ', its last period ends ' || max(b.period_end), 'period_until', ${facts({ customer: sql`s.customer_id` })}
    from subscriptions s join billed b on b.subscription_id = s.id and b.period_start >= s.anchor where s.amount_minor > 0
    group by s.id having max(b.period_end) <> s.billed_until`.execute(app.db)
  return findings('I7', rows, ({ subjectId, detail }) => `Subscription ${subjectId}: ${detail}.`)
}

/** I17: every message of the gateway that was answered is done with, or has a job that will work it. */
export async function checkGatewayEvents(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select e.id as subject_id, e.type as detail, 'message_lost' as kind, ${facts({ related: sql`e.payment_id` })} as facts from gateway_events e
    where e.state = 'received' and not exists (
      select from queue.job j where j.data->>'job' = 'billing.process-gateway-event' and j.data->'payload'->>'gatewayEventId' = e.id
        and j.state in ('created', 'retry', 'active', 'failed'))`.execute(app.db)
  return findings(
    'I17',
    rows,
    ({ subjectId, detail }) => `Gateway event ${subjectId} (${detail}) was received and nothing will work it.`,
  )
}

export const billingChecks = [
  checkLedgerBalances,
  checkInvoiceTotals,
  checkInvoiceNumbers,
  checkPeriods,
  checkClearing,
  ...moneyChecks,
  ...manualChecks,
  checkCoupons,
  checkTrialCoupons,
  ...repricingChecks,
  ...changeChecks,
  ...settingsChecks,
  ...transferChecks,
  ...adoptionChecks,
  checkGatewayEvents,
  checkProofs,
  checkRenewalTaxes,
]

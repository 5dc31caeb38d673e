import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'

type Row = { subjectId: string; detail: string }

const findings = (invariant: Finding['invariant'], rows: readonly Row[], say: (row: Row) => string): Finding[] =>
  rows.map((row) => ({ invariant, subjectId: row.subjectId, message: say(row) }))

/** I1: each ledger transaction sums to zero per currency. */
export async function checkLedgerBalances(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select transaction_id as subject_id, sum(amount_minor) || ' ' || currency as detail from ledger_entries
    group by transaction_id, currency having sum(amount_minor) <> 0
    union all
    select t.id, 'no entries' from ledger_transactions t left join ledger_entries e on e.transaction_id = t.id
    left join invoices i on i.id = t.reference where e.transaction_id is null and coalesce(i.total_minor, 1) <> 0`.execute(
    app.db,
  )
  return findings('I1', rows, ({ subjectId, detail }) => `Ledger transaction ${subjectId} does not balance: ${detail}.`)
}

/** I4: an invoice is the sum of its lines, its tax that of its taxes, what was paid is what its payments brought, and a paid one is in the ledger once. */
async function checkInvoiceTotals(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id as subject_id, 'its lines sum to ' || coalesce(sum(l.amount_minor), 0) || ' + ' || coalesce(sum(l.tax_minor), 0) || ', not to '
        || i.subtotal_minor || ' + ' || i.tax_minor as detail
    from invoices i left join invoice_lines l on l.invoice_id = i.id
    group by i.id having coalesce(sum(l.amount_minor), 0) <> i.subtotal_minor or coalesce(sum(l.tax_minor), 0) <> i.tax_minor
    union all
    select i.id, 'its taxes sum to ' || sum(t.tax_minor) || ', not to ' || i.tax_minor
    from invoices i join invoice_taxes t on t.invoice_id = i.id
    group by i.id having sum(t.tax_minor) <> i.tax_minor
    union all
    select i.id, 'it counts ' || i.paid_minor || ' as paid, its payments in the ledger bring ' || coalesce(sum(e.amount_minor), 0)
    from invoices i
      left join payments p on p.invoice_id = i.id and p.state = 'succeeded'
      left join ledger_transactions t on t.kind = 'payment' and t.reference = p.id
      left join ledger_entries e on e.transaction_id = t.id and e.account = 'clearing'
    group by i.id having coalesce(sum(e.amount_minor), 0) <> i.paid_minor
    union all
    select i.id, 'it is paid and not in the ledger' from invoices i
      left join ledger_transactions t on t.kind = 'invoice' and t.reference = i.id
    where i.state = 'paid' and t.id is null`.execute(app.db)
  return findings('I4', rows, ({ subjectId, detail }) => `Invoice ${subjectId}: ${detail}.`)
}

/** I6: numbers run without gap or repeat, dates do not run backwards, and what was numbered has not changed since. */
async function checkInvoiceNumbers(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select series as subject_id, count(*) || ' documents up to number ' || max(sequence) as detail from invoices where number is not null
    group by series having count(*) <> max(sequence) or min(sequence) <> 1 or count(distinct sequence) <> count(*)
    union all
    select id, 'number ' || number || ' is dated before the one before it' from (
      select id, number, issued_at, lag(issued_at) over (partition by series order by sequence) as before from invoices where number is not null) d
    where issued_at < before
    union all
    select id, 'its content is no longer what was numbered as ' || number from invoices
    where number is not null and content_hash is distinct from invoice_content_hash(id, series, sequence, issued_at)
    union all
    select s.series, 'the next number is ' || s.next_sequence || ' after ' || coalesce(max(i.sequence), 0) from invoice_series s
    left join invoices i on i.series = s.series group by s.series, s.next_sequence having s.next_sequence <> coalesce(max(i.sequence), 0) + 1`.execute(
    app.db,
  )
  return findings('I6', rows, ({ subjectId, detail }) => `Numbering, ${subjectId}: ${detail}.`)
}

/** I7: each period of a subscription is billed once, and its paid periods tile from the anchor. */
async function checkPeriods(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select s.id as subject_id, count(l.id) || ' paid periods are billed where ' || s.periods || ' are agreed' as detail
    from subscriptions s left join invoice_lines l on l.subscription_id = s.id and l.kind = 'plan'
    group by s.id having count(l.id) <> s.periods
    union all
    select subscription_id, 'period from ' || period_start || ' does not begin where the one before ended' from (
      select subscription_id, period_start, lag(period_end) over (partition by subscription_id order by period_start) as ended
      from invoice_lines where kind = 'plan' and subscription_id is not null) p
    where ended is not null and ended <> period_start`.execute(app.db)
  return findings('I7', rows, ({ subjectId, detail }) => `Subscription ${subjectId}: ${detail}.`)
}

/** I10: at most one payment brings money for an invoice, and each of the gateway's payments is counted once. */
async function checkCaptures(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select invoice_id as subject_id, count(*) || ' payments succeeded' as detail from payments where state = 'succeeded'
    group by invoice_id having count(*) > 1
    union all
    select min(id), 'the gateway payment ' || gateway_payment_id || ' counts ' || count(*) || ' times' from payments
    where gateway_payment_id is not null group by gateway_payment_id having count(*) > 1
    union all
    select p.id, 'it succeeded and no money of it is in the ledger' from payments p
    where p.state = 'succeeded' and not exists (select from ledger_transactions t where t.kind in ('payment', 'surplus') and t.reference = p.id)`.execute(
    app.db,
  )
  return findings('I10', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

/** I17: every message of the gateway that was answered is done with, or has a job that will work it. */
async function checkGatewayEvents(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select e.id as subject_id, e.type as detail from gateway_events e
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
  checkCaptures,
  checkGatewayEvents,
]

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, ofInvoice, ofPayment, type Row } from './findings.ts'

const ofBalance = {
  customer: sql`coalesce(l.customer_id, d.customer_id)`,
  currency: sql`coalesce(l.currency, d.currency)`,
}

/**
 * I2: the books sum to zero per currency, what customers paid ahead or are owed is what their receivables say, and contested
 * money is where its dispute says.
 */
async function checkBalances(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select currency as subject_id, 'the ledger sums to ' || sum(amount_minor) as detail, 'books_unbalanced' as kind,
      ${facts({ left: sql`0`, right: sql`sum(amount_minor)`, currency: sql`currency` })} as facts from ledger_entries
    group by currency having sum(amount_minor) <> 0
    union all
    select coalesce(l.customer_id, d.customer_id), 'their receivable is ' || coalesce(l.amount, 0) || ' ' || coalesce(l.currency, d.currency)
      || ', paid ahead on open documents and refundable is ' || coalesce(d.amount, 0), 'receivable_differs',
      ${facts({ left: sql`coalesce(l.amount, 0)`, right: sql`coalesce(d.amount, 0)`, ...ofBalance })}
    from (
      select t.customer_id, e.currency, sum(e.amount_minor) as amount from ledger_entries e
      join ledger_transactions t on t.id = e.transaction_id where e.account = 'receivable'
      group by t.customer_id, e.currency) l
    full join (
      select customer_id, currency, -sum(amount) as amount from (
        select customer_id, currency, paid_minor as amount from invoices where state not in ('paid', 'void') and paid_minor <> 0
        -- What takes back a document that nobody paid moves no money.
        union all select c.customer_id, c.currency, c.total_minor from credit_notes c join invoices i on i.id = c.invoice_id where i.state <> 'void'
        -- Credit that a refund pays out, and credit that came of what could not be paid out.
        union all select u.customer_id, g.currency, u.amount_minor from credit_uses u join credit_grants g on g.id = u.grant_id
          where u.refund_id is not null
        union all select customer_id, currency, -amount_minor from credit_grants where source in ('refund_failed', 'credit_note')
        union all select customer_id, currency, goodwill_minor - amount_minor from refunds where state = 'succeeded' and destination <> 'credit') o
      group by customer_id, currency) d on d.customer_id = l.customer_id and d.currency = l.currency
    where coalesce(l.amount, 0) <> coalesce(d.amount, 0)
    union all
    select coalesce(l.customer_id, d.customer_id), 'the bank holds ' || coalesce(d.held, 0) || ' of disputes and ' || coalesce(d.lost, 0)
      || ' is lost, the ledger says ' || coalesce(l.held, 0) || ' and ' || coalesce(l.lost, 0), 'disputes_differ',
      ${facts({ left: sql`coalesce(l.held, 0) + coalesce(l.lost, 0)`, right: sql`coalesce(d.held, 0) + coalesce(d.lost, 0)`, ...ofBalance })}
    from (
      select t.customer_id, e.currency, sum(e.amount_minor) filter (where e.account = 'disputes') as held,
        sum(e.amount_minor) filter (where e.account = 'bad_debt') as lost
      from ledger_entries e join ledger_transactions t on t.id = e.transaction_id
      where t.kind = 'dispute' group by t.customer_id, e.currency) l
    full join (
      select customer_id, currency, sum(withdrawn_minor) filter (where state <> 'lost') as held,
        sum(withdrawn_minor) filter (where state = 'lost') as lost
      from disputes group by customer_id, currency) d on d.customer_id = l.customer_id and d.currency = l.currency
    where coalesce(l.held, 0) <> coalesce(d.held, 0) or coalesce(l.lost, 0) <> coalesce(d.lost, 0)`.execute(app.db)
  return findings('I2', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

/** I5: credit granted less credit used is what is left, never below zero, and what the ledger owes the customer. */
async function checkCredit(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select g.id as subject_id, g.remaining_minor || ' is left of ' || g.amount_minor || ' after using ' || coalesce(sum(u.amount_minor), 0) as detail, 'credit_left' as kind,
      ${facts({ left: sql`g.remaining_minor`, right: sql`g.amount_minor - coalesce(sum(u.amount_minor), 0)`, customer: sql`g.customer_id`, currency: sql`g.currency` })} as facts
    from credit_grants g left join credit_uses u on u.grant_id = g.id
    group by g.id having g.amount_minor - coalesce(sum(u.amount_minor), 0) <> g.remaining_minor or g.remaining_minor < 0
    union all
    select coalesce(l.customer_id, g.customer_id), 'the ledger owes ' || coalesce(l.amount, 0) || ' credit, grants hold ' || coalesce(g.amount, 0), 'credit_owed',
      ${facts({ left: sql`coalesce(l.amount, 0)`, right: sql`coalesce(g.amount, 0)`, customer: sql`coalesce(l.customer_id, g.customer_id)`, currency: sql`coalesce(l.currency, g.currency)` })}
    from (
      select t.customer_id, e.currency, -sum(e.amount_minor) as amount from ledger_entries e
      join ledger_transactions t on t.id = e.transaction_id where e.account = 'credit' group by t.customer_id, e.currency) l
    full join (select customer_id, currency, sum(remaining_minor) as amount from credit_grants group by customer_id, currency) g
      on g.customer_id = l.customer_id and g.currency = l.currency
    where coalesce(l.amount, 0) <> coalesce(g.amount, 0)`.execute(app.db)
  return findings('I5', rows, ({ subjectId, detail }) => `Credit, ${subjectId}: ${detail}.`)
}

/** I9: no more is refunded than was captured, each payment counts its refunds, and each refund and invoice its corrections. */
async function checkRefunds(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select p.id as subject_id, p.refunded_minor || ' of ' || p.amount_minor || ' count as refunded, its refunds are ' || coalesce(sum(r.amount_minor), 0) as detail, 'refund_count' as kind,
      ${facts({ left: sql`p.refunded_minor`, right: sql`coalesce(sum(r.amount_minor), 0)`, ...ofPayment })} as facts
    from payments p left join refunds r on r.payment_id = p.id and r.state <> 'failed'
    group by p.id having p.refunded_minor <> coalesce(sum(r.amount_minor), 0) or p.refunded_minor > p.amount_minor
      or (p.refunded_minor > 0 and p.state <> 'succeeded')
    union all
    select r.id, 'it is over ' || r.amount_minor || ', its parts are ' || coalesce(d.amount, 0) || ' + ' || r.credit_minor || ' + ' || r.goodwill_minor
      || ', credit notes ' || coalesce(d.noted, 0), 'refund_parts',
      ${facts({ left: sql`r.amount_minor`, right: sql`coalesce(d.amount, 0) + r.credit_minor + r.goodwill_minor`, customer: sql`r.customer_id`, currency: sql`r.currency`, related: sql`r.payment_id` })}
    from refunds r left join (
      select d.refund_id, sum(d.amount_minor) as amount, sum(c.total_minor) as noted from refund_documents d
      left join credit_notes c on c.id = d.credit_note_id group by d.refund_id) d on d.refund_id = r.id
    where r.amount_minor <> coalesce(d.amount, 0) + r.credit_minor + r.goodwill_minor
      or (r.state = 'succeeded' and coalesce(d.noted, 0) <> coalesce(d.amount, 0))
      or (r.state in ('pending', 'needs_person') and d.noted is not null)
    union all
    select i.id, i.credited_minor || ' count as credited, its credit notes are ' || coalesce(c.total, 0), 'invoice_credited',
      ${facts({ left: sql`i.credited_minor`, right: sql`coalesce(c.total, 0)`, ...ofInvoice })} from invoices i
    left join (select invoice_id, sum(total_minor) as total from credit_notes group by invoice_id) c on c.invoice_id = i.id
    where i.credited_minor <> coalesce(c.total, 0)`.execute(app.db)
  return findings('I9', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

/** I10: each of the gateway's payments is counted once, brings its money to the ledger once, and gives out no more than that. */
async function checkCaptures(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select min(id) as subject_id, 'the gateway payment ' || gateway_payment_id || ' counts ' || count(*) || ' times' as detail, 'payment_twice' as kind,
      ${facts({ customer: sql`min(customer_id)`, related: sql`max(id)` })} as facts from payments
    where gateway_payment_id is not null group by gateway_payment_id having count(*) > 1
    union all
    select p.id, 'it succeeded and no money of it is in the ledger', 'payment_unbooked', ${facts({ left: sql`p.amount_minor`, right: sql`0`, ...ofPayment })} from payments p
    where p.state = 'succeeded' and not exists (select from ledger_transactions t where t.kind in ('payment', 'surplus') and t.reference = p.id)
    union all
    select p.id, 'documents took ' || sum(a.applied_minor) || ' of ' || p.amount_minor, 'payment_overgiven',
      ${facts({ left: sql`p.amount_minor`, right: sql`sum(a.applied_minor)`, ...ofPayment })} from payments p
      join payment_allocations a on a.payment_id = p.id
    group by p.id having sum(a.applied_minor) > p.amount_minor or (p.state <> 'succeeded' and sum(a.applied_minor) > 0)
      or bool_or(a.pending <> (p.state = 'pending'))`.execute(app.db)
  return findings('I10', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

/** I14: what a customer may use follows from what they agreed: granted while the agreement lasts, revoked once its service is gone. */
export async function checkEntitlements(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select s.id as subject_id, 'it is ' || s.state || ' and ' || e.code || ' is ' || e.state as detail,
      case when e.state = 'revoked' then 'entitlement_missing' else 'entitlement_left' end as kind,
      ${facts({ customer: sql`s.customer_id`, related: sql`v.id` })} as facts
    from subscriptions s join entitlements e on e.subscription_id = s.id left join services v on v.subscription_id = s.id
    where (s.state <> 'cancelled' and e.state = 'revoked' and (e.code = 'vps' or exists (
      select from subscription_items i where i.subscription_id = s.id and i.code = e.code))) or (s.state = 'cancelled' and e.state = 'granted' and v.state = 'terminated')`.execute(
    app.db,
  )
  return findings('I14', rows, ({ subjectId, detail }) => `Subscription ${subjectId}: ${detail}.`)
}

/** I15: nothing is terminated for a document that had been paid when its end was asked for. */
async function checkTerminations(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select e.subject_id, 'invoice ' || i.id || ' was paid at ' || i.paid_at as detail, 'termination_paid' as kind,
      ${facts({ customer: sql`i.customer_id`, related: sql`i.id` })} as facts
    from events e join invoices i on i.id = e.after->>'invoiceId'
    where e.name = 'service.termination_requested' and i.paid_at <= e.created_at`.execute(app.db)
  return findings('I15', rows, ({ subjectId, detail }) => `Service ${subjectId} was terminated although ${detail}.`)
}

/**
 * I44: credit that was bought is given once, over what was paid for it, and no credit note gives it again: a refund of it takes
 * the credit back.
 */
async function checkTopUps(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id as subject_id, 'it was paid with ' || i.paid_minor || ' and gave ' || coalesce(g.given, 0) as detail, 'topup_credit' as kind,
      ${facts({ left: sql`i.paid_minor`, right: sql`coalesce(g.given, 0)`, ...ofInvoice })} as facts
    from invoices i left join (
      select reference, sum(amount_minor) as given from credit_grants where source = 'topup' group by reference) g on g.reference = i.id
    where i.purpose = 'topup' and i.state = 'paid' and coalesce(g.given, 0) <> i.paid_minor
    union all
    select i.id, 'credit note ' || c.id || ' gives it again', 'topup_credit', ${facts({ left: sql`0`, right: sql`c.total_minor`, ...ofInvoice, related: sql`c.id` })}
    from credit_notes c join invoices i on i.id = c.invoice_id where i.purpose = 'topup'
    union all
    select i.id, 'refund ' || r.id || ' corrects it and leaves the credit', 'topup_credit', ${facts({ left: sql`0`, right: sql`d.amount_minor`, ...ofInvoice, related: sql`r.id` })}
    from refund_documents d join refunds r on r.id = d.refund_id join invoices i on i.id = d.invoice_id
    where i.purpose = 'topup' and r.state <> 'failed'`.execute(app.db)
  return findings('I44', rows, ({ subjectId, detail }) => `Credit bought with ${subjectId}: ${detail}.`)
}

/** I45: nobody is suspended or ended for a document that their own credit could have paid. */
async function checkIdleCredit(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select i.id as subject_id, i.total_minor - i.paid_minor || ' is open of it and ' || c.amount || ' of credit stands' as detail, 'credit_idle' as kind,
      ${facts({ left: sql`i.total_minor - i.paid_minor`, right: sql`c.amount`, ...ofInvoice })} as facts
    from invoices i join lateral (select sum(g.remaining_minor) as amount from credit_grants g
      where g.customer_id = i.customer_id and g.currency = i.currency and g.remaining_minor > 0) c on c.amount >= i.total_minor - i.paid_minor
    where i.state = 'open' and i.purpose = 'renewal' and exists (
      select from dunning_runs d where d.invoice_id = i.id and d.action in ('suspend', 'terminate') and d.outcome in ('asked', 'suspended'))
      and not exists (select from payment_allocations a where a.invoice_id = i.id and a.pending)`.execute(app.db)
  return findings('I45', rows, ({ subjectId, detail }) => `Invoice ${subjectId}: ${detail}.`)
}

export const moneyChecks = [
  checkBalances,
  checkCredit,
  checkRefunds,
  checkCaptures,
  checkTopUps,
  checkIdleCredit,
  checkEntitlements,
  checkTerminations,
]

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import type { Finding } from '#platform/invariant.ts'
import { facts, findings, type Row } from './findings.ts'

/** I32: a quote is used once and charged, or given back, to the cent; what waits for its money can still be paid. */
async function checkChanges(app: App): Promise<Finding[]> {
  const { rows } = await sql<Row>`
    select c.id as subject_id, 'it is ' || c.state || ' and its document ' || i.id || ' is ' || i.state as detail, 'change_money' as kind,
      ${facts({ customer: sql`c.customer_id`, related: sql`i.id` })} as facts
    from change_quotes c join invoices i on i.id = c.invoice_id
    where (c.state = 'applied' and i.state <> 'paid') or (c.state = 'awaiting_payment' and i.state <> 'open')
      or (c.state = 'withdrawn' and i.state <> 'void')
    union all
    select c.id, 'it cost ' || c.due_minor || ' and was applied without a document', 'change_money', ${facts({ customer: sql`c.customer_id` })} from change_quotes c
    where c.state = 'applied' and c.due_minor > 0 and c.invoice_id is null
    union all
    select c.id, 'it was quoted at ' || c.due_minor || ' less ' || c.credit_minor || ', charged at ' || coalesce(i.total_minor, 0)
      || ' and credited with ' || coalesce(g.amount_minor, 0) || ' + ' || coalesce(n.total, 0), 'change_money',
      ${facts({
        left: sql`c.due_minor - c.credit_minor`,
        right: sql`coalesce(i.total_minor, 0) - coalesce(g.amount_minor, 0) - coalesce(n.total, 0)`,
        customer: sql`c.customer_id`,
        currency: sql`c.currency`,
        related: sql`i.id`,
      })}
    from change_quotes c left join invoices i on i.id = c.invoice_id left join credit_grants g on g.source = 'change' and g.reference = c.id
      left join (select change_id, sum(total_minor) as total from credit_notes where change_id is not null group by change_id) n on n.change_id = c.id
    where (c.state = 'applied' or c.invoice_id is not null)
      and coalesce(i.total_minor, 0) - coalesce(g.amount_minor, 0) - coalesce(n.total, 0) <> c.due_minor - c.credit_minor
    union all
    select g.id, 'no change gave this credit', 'change_money', ${facts({ customer: sql`g.customer_id` })} from credit_grants g
    where g.source = 'change' and not exists (select from change_quotes c where c.id = g.reference and c.used_at is not null)`.execute(
    app.db,
  )
  return findings('I32', rows, ({ subjectId, detail }) => `Change ${subjectId}: ${detail}.`)
}

/** I31: what was set for a day happens on it: changes that wait hold or lapse, and agreements that end have ended. */
async function checkDays(app: App): Promise<Finding[]> {
  const now = app.clock.now()
  const { rows } = await sql<Row>`
    select c.id as subject_id, 'it was to hold from ' || c.starts_on as detail, 'change_day' as kind,
      ${facts({ customer: sql`c.customer_id`, related: sql`c.subscription_id` })} as facts from change_quotes c
    where c.state = 'scheduled' and c.starts_on < (${now}::timestamptz - interval '2 days')::date
    union all
    select c.id, 'it waits for money since ' || c.used_at, 'change_day', ${facts({ customer: sql`c.customer_id`, related: sql`c.subscription_id` })} from change_quotes c
    where c.state = 'awaiting_payment' and c.lapses_at < ${now}::timestamptz - interval '2 days'
      -- A direct debit that is under way takes days.
      and not exists (select from payment_allocations a join payments p on p.id = a.payment_id
        where a.invoice_id = c.invoice_id and a.pending and (p.processing_since is not null or p.channel = 'saved_method'))
    union all
    select c.id, 'it is ' || c.state || ' and its subscription has ended', 'change_day', ${facts({ customer: sql`c.customer_id`, related: sql`c.subscription_id` })} from change_quotes c join subscriptions s on s.id = c.subscription_id
    where c.state in ('awaiting_payment', 'scheduled') and s.state = 'cancelled'
    union all
    select s.id, 'it was to end on ' || s.cancel_on, 'change_day', ${facts({ customer: sql`s.customer_id` })} from subscriptions s
    where s.state <> 'cancelled' and s.cancel_on < (${now}::timestamptz - interval '2 days')::date
    union all
    select s.id, 'it ends on ' || s.cancel_on || ' and is to be billed on ' || s.next_billing_on, 'change_day', ${facts({ customer: sql`s.customer_id` })} from subscriptions s
    where s.next_billing_on is not null and s.cancel_on is not null`.execute(app.db)
  return findings('I31', rows, ({ subjectId, detail }) => `${subjectId}: ${detail}.`)
}

export const changeChecks = [checkChanges, checkDays]

import { type RawBuilder, sql } from 'kysely'
import type { Db } from '#platform/database.ts'

/** What is looked at to find happenings: tables or parts of them, and conditions on them. */
export type Where = {
  /** A table or a query of the shape of `events`, and of `notifications`. */
  events: RawBuilder<unknown>
  notifications: RawBuilder<unknown>
  /** Which `invoices i`, `services s` and `subscriptions b` count. */
  documents: RawBuilder<unknown>
  services: RawBuilder<unknown>
  subscriptions: RawBuilder<unknown>
  /** Whether mails count that are about none of these. */
  mails: RawBuilder<unknown>
}

/**
 * The happenings in event log and notifications, as SQL: `kind, template, customer_id, service_id, thing, due_on, currency, amount_minor,
 * created_at, id`. `thing` says what it was about in a way that is the same on both sides: a document by its customer, currency and due day.
 */
export const happened = ({
  events,
  notifications,
  documents,
  services,
  subscriptions,
  mails,
}: Where): RawBuilder<unknown> => sql`
    with documents as not materialized (
      select i.id, i.customer_id, i.due_on, concat_ws(' ', i.purpose, i.currency, i.due_on) as thing, i.total_minor, i.currency
      from invoices i where ${documents}
    ), facts as (select * from ${events} f), told as (select * from ${notifications} t where customer_id is not null),
    served as not materialized (select * from services s where ${services}),
    agreed as not materialized (select * from subscriptions b where ${subscriptions}),
    paid_documents as (
      select a.payment_id, min(d.due_on) as due_on, string_agg(d.thing, ' ' order by d.thing) as thing
      from payment_allocations a join documents d on d.id = a.invoice_id
      where a.payment_id in (select subject_id from facts where name in ('payment.succeeded', 'payment.failed') union select subject_id from told)
      group by a.payment_id
    )
    select 'invoice'::forecast_kind as kind, null::text as template, d.customer_id, null::text as service_id, d.thing, d.due_on, d.currency,
      d.total_minor as amount_minor, e.created_at, e.id
    from facts e join documents d on d.id = e.subject_id where e.name = 'invoice.renewal_open'
    union all
    select case when e.name = 'payment.succeeded' then 'payment' else 'failed_payment' end::forecast_kind, null, p.customer_id, null, d.thing,
      d.due_on, p.currency, p.amount_minor, e.created_at, e.id
    from facts e join payments p on p.id = e.subject_id join paid_documents d on d.payment_id = p.id
    where e.name in ('payment.succeeded', 'payment.failed')
    union all
    select 'credit', null, d.customer_id, null, d.thing, d.due_on, d.currency, sum((e.after->>'amountMinor')::bigint)::bigint, min(e.created_at), min(e.id)
    from facts e join documents d on d.id = e.after->>'invoiceId' where e.name = 'credit.used'
    group by d.customer_id, d.thing, d.due_on, d.currency, e.created_at::date
    union all
    select 'mail', n.template, n.customer_id, s.id, coalesce(d.thing, p.thing, q.subscription_id, n.subject_id), coalesce(d.due_on, p.due_on), null, null,
      n.created_at, n.id
    from told n left join documents d on d.id = n.subject_id left join paid_documents p on p.payment_id = n.subject_id
      left join change_quotes q on q.id = n.subject_id
      left join served s on s.id = n.subject_id or s.subscription_id in (n.subject_id, q.subscription_id)
    where ${mails} or d.id is not null or p.payment_id is not null or s.id is not null
      or exists (select from agreed b where b.id in (n.subject_id, q.subscription_id))
    union all
    select case e.name when 'service.suspended' then 'suspension' when 'service.terminated' then 'termination' else 'resumption' end::forecast_kind,
      null, s.customer_id, s.id, s.id, null, null, null, e.created_at, e.id
    from facts e join served s on s.id = e.subject_id
    where e.name in ('service.suspended', 'service.terminated') or (e.name = 'service.active' and e.before->>'state' = 'suspended')
    union all
    select 'ending', null, b.customer_id, s.id, b.id, null, null, null, e.created_at, e.id
    from facts e join agreed b on b.id = e.subject_id left join services s on s.subscription_id = b.id where e.name = 'subscription.cancelled'
    union all
    select 'price_change', null, q.customer_id, s.id, q.subscription_id, q.starts_on, q.currency, q.amount_minor, e.created_at, e.id
    from facts e join change_quotes q on q.id = e.subject_id join agreed b on b.id = q.subscription_id
      left join services s on s.subscription_id = q.subscription_id
    where e.name = 'change.applied'`

/** The events that `happened` asks for, by name. */
export const TOLD_EVENTS = [
  'invoice.renewal_open',
  'payment.succeeded',
  'payment.failed',
  'credit.used',
  'service.suspended',
  'service.terminated',
  'service.active',
  'subscription.cancelled',
  'change.applied',
] as const

const EVERYTHING = sql`true`

/** Draws out of a copy's event log and notifications what happened in it, into a table of its own. Days are of that zone. */
export async function gatherHappenings(db: Db, timeZone: string): Promise<void> {
  const found = happened({
    events: sql`events`,
    notifications: sql`notifications`,
    documents: EVERYTHING,
    services: EVERYTHING,
    subscriptions: EVERYTHING,
    mails: EVERYTHING,
  })
  await sql`create table happenings as
    select kind, template, customer_id, service_id, thing, due_on, currency, amount_minor, (created_at at time zone ${sql.lit(timeZone)})::date as day,
      row_number() over (partition by kind, template, customer_id, thing order by created_at, id) as ordinal,
      row_number() over (order by created_at, id)::int as place
    from (${found}) found`.execute(db)
}

/** What was gathered of one side, to stand beside the other's. */
const COLUMNS = 'kind, template, customer_id, service_id, thing, due_on, currency, amount_minor, day, ordinal'
const BATCH = 5_000

/** Takes what was gathered with today's settings over to the copy that was lived through with the others. */
export async function bringHappenings(today: Db, changed: Db): Promise<void> {
  await sql`create table happenings_today (like happenings)`.execute(changed)
  for (let from = 0; ; from += BATCH) {
    const { rows } = await sql<{ row: string }>`
      select to_jsonb(h)::text as row from happenings h where place > ${from} and place <= ${from + BATCH}`.execute(
      today,
    )
    if (rows.length === 0) return
    await sql`insert into happenings_today (${sql.raw(COLUMNS)}) select ${sql.raw(COLUMNS)}
      from jsonb_populate_recordset(null::happenings_today, ${`[${rows.map(({ row }) => row).join(',')}]`}::jsonb)`.execute(
      changed,
    )
  }
}

/** Sets both sides beside each other, in the order of time, and tells how many rows that makes. */
export async function compareHappenings(changed: Db): Promise<number> {
  await sql`create table compared as
    select row_number() over (order by least(a.day, b.day), kind, customer_id, of, thing, ordinal)::int as position, kind, coalesce(a.template, b.template) as template, customer_id,
      coalesce(a.service_id, b.service_id) as service_id, coalesce(a.due_on, b.due_on) as due_on, coalesce(a.currency, b.currency) as currency,
      a.day as today_on, b.day as changed_on, a.amount_minor as today_minor, b.amount_minor as changed_minor
    from (select *, coalesce(template, '') as of from happenings_today) a
      full join (select *, coalesce(template, '') as of from happenings) b using (kind, of, customer_id, thing, ordinal)`.execute(
    changed,
  )
  await sql`create unique index on compared (position)`.execute(changed)
  const { rows } = await sql<{ rows: number }>`select count(*)::int as rows from compared`.execute(changed)
  return rows[0]!.rows
}

/** What was compared, from a position on, as JSON text ready to be put into `forecast_rows`. */
export async function readCompared(changed: Db, after: number): Promise<{ text: string; last: number } | undefined> {
  const { rows } = await sql<{ text: string | null; last: number | null }>`
    select jsonb_agg(to_jsonb(c))::text as text, max(position) as last from (
      select * from compared where position > ${after} order by position limit ${BATCH}) c`.execute(changed)
  const [row] = rows
  return row?.text && row.last ? { text: row.text, last: row.last } : undefined
}

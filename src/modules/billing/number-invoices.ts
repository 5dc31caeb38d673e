import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'
import type { Invoice } from './invoice.ts'

const BATCH = 1_000

/**
 * Gives documents their numbers, many in one statement, so that no checkout waits for a counter: without gap, in the order of
 * issue, in the series of their seller and year. A document takes its number when it is paid; orders, renewals and what staff
 * wrote take it when they are issued, if their seller was set to that before. An order's paid document whose first period is
 * still being opened waits a minute for it. The seller stands on it as on that day.
 */
export const numberInvoices = job({
  name: 'billing.number-invoices',
  queue: 'billing',
  payload: z.object({}),
  async run(app) {
    for (;;) {
      const numbered = await app.transaction(system('billing'), numberBatch)
      if (numbered < BATCH) return
    }
  },
})

async function numberBatch(tx: Tx): Promise<number> {
  // One numberer at a time; others wait for its commit, and nobody who sells does.
  await sql`select pg_advisory_xact_lock(hashtext('number-invoices'))`.execute(tx.db)
  const held = await holdDue(tx)
  if (held.length === 0) return 0
  await sql`
    update invoices i set seller = seller_party(e) from legal_entities e
    where i.id = any(${held}::text[]) and e.id = i.legal_entity_id and i.seller <> seller_party(e)`.execute(tx.db)
  const { rows } = await sql<Numbered>`
    with due as (
      select i.id, coalesce(i.paid_at, i.created_at) as ready_at, e.id as legal_entity_id, e.invoice_format as format, e.series_prefix as prefix,
        y.year, number_series(e.invoice_format, e.series_prefix, y.year) as series
      from invoices i join legal_entities e on e.id = i.legal_entity_id
        cross join lateral (select extract(year from ${tx.now}::timestamptz at time zone e.time_zone)::int as year) y
      where i.id = any(${held}::text[])
    ), opened as (
      insert into invoice_series (series, legal_entity_id, next_sequence)
      select distinct series, legal_entity_id, 1 from due on conflict (series) do nothing
      returning series, next_sequence
    ), counted as (
      select d.*, row_number() over (partition by d.series order by d.ready_at, d.id) as rank, coalesce(s.next_sequence, o.next_sequence) as first,
        greatest(${tx.now}::timestamptz, s.last_issued_at) as issued_at
      from due d left join invoice_series s using (series) left join opened o using (series)
    )
    update invoices i set series = c.series, sequence = c.first + c.rank - 1,
      number = number_in_series(c.format, c.prefix, c.year, c.first + c.rank - 1), issued_at = c.issued_at, updated_at = ${tx.now},
      content_hash = invoice_content_hash(i.id, c.series, (c.first + c.rank - 1)::int, c.issued_at)
    from counted c where i.id = c.id
    returning i.id, i.customer_id, i.number, i.state`.execute(tx.db)
  await sql`update invoice_series s set next_sequence = n.last + 1, last_issued_at = n.issued_at
    from (select series, max(sequence) as last, max(issued_at) as issued_at from invoices where id = any(${rows.map((row) => row.id)}::text[]) group by series) n
    where s.series = n.series`.execute(tx.db)
  for (const { id, customerId, number, state } of rows)
    await tx.emit('invoice.numbered', id, { customerId, after: { number, state } })
  return rows.length
}

type Numbered = Pick<Invoice, 'id' | 'customerId' | 'state'> & { number: string }

/** Held first and read afterwards: what is numbered is what its lines say once nobody can write them any more. */
async function holdDue(tx: Tx): Promise<string[]> {
  const paid = await sql<{ id: string }>`
    select i.id from invoices i where i.state = 'paid' and i.number is null and i.total_minor > 0
      and (i.purpose <> 'order' or i.paid_at < ${tx.now.subtract({ minutes: 1 })} or not exists (
        select from invoice_lines l where l.invoice_id = i.id and l.kind = 'plan' and l.period_start is null))
    order by i.paid_at, i.id limit ${BATCH} for update of i skip locked`.execute(tx.db)
  const issued = await sql<{ id: string }>`
    select i.id from legal_entities e join invoices i on i.legal_entity_id = e.id and i.created_at >= e.numbered_at_issue_since
    where i.state = 'open' and i.number is null and i.purpose in ('order', 'renewal', 'manual') and i.total_minor > 0
    order by i.created_at, i.id limit ${BATCH - paid.rows.length} for update of i skip locked`.execute(tx.db)
  return [...paid.rows, ...issued.rows].map(({ id }) => id)
}

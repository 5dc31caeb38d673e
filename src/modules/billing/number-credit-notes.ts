import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

const BATCH = 1_000

/**
 * Gives credit notes their numbers, many in one statement, as `numberInvoices` does for invoices: without gap, in a series of
 * their own (`EZ-CN-2027`), never dated before the one before or before the invoice they correct. One whose invoice has no
 * number yet waits for it.
 */
export const numberCreditNotes = job({
  name: 'billing.number-credit-notes',
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
  // One numberer at a time; nobody who refunds waits for it.
  await sql`select pg_advisory_xact_lock(hashtext('number-credit-notes'))`.execute(tx.db)
  const held = await sql<{ id: string }>`
    select c.id from credit_notes c join invoices i on i.id = c.invoice_id
    where c.number is null and i.number is not null order by c.created_at, c.id limit ${BATCH} for update of c skip locked`.execute(
    tx.db,
  )
  if (held.rows.length === 0) return 0
  const { rows } = await sql<{ id: string; customerId: string; number: string }>`
    with due as (
      select c.id, c.created_at, i.issued_at as invoiced_at, e.id as legal_entity_id, e.credit_note_format as format, e.series_prefix as prefix,
        y.year, number_series(e.credit_note_format, e.series_prefix, y.year) as series
      from credit_notes c join invoices i on i.id = c.invoice_id join legal_entities e on e.id = c.legal_entity_id
        cross join lateral (select extract(year from ${tx.now}::timestamptz at time zone e.time_zone)::int as year) y
      where c.id = any(${held.rows.map((row) => row.id)}::text[])
    ), opened as (
      insert into invoice_series (series, legal_entity_id, next_sequence)
      select distinct series, legal_entity_id, 1 from due on conflict (series) do nothing
      returning series, next_sequence
    ), counted as (
      select d.*, row_number() over (partition by d.series order by d.created_at, d.id) as rank,
        coalesce(s.next_sequence, o.next_sequence) as first,
        greatest(${tx.now}::timestamptz, s.last_issued_at, max(d.invoiced_at) over (partition by d.series)) as issued_at
      from due d left join invoice_series s using (series) left join opened o using (series)
    )
    update credit_notes c set series = n.series, sequence = n.first + n.rank - 1,
      number = number_in_series(n.format, n.prefix, n.year, n.first + n.rank - 1), issued_at = n.issued_at,
      content_hash = credit_note_content_hash(c.id, n.series, (n.first + n.rank - 1)::int, n.issued_at)
    from counted n where c.id = n.id
    returning c.id, c.customer_id, c.number`.execute(tx.db)
  await sql`update invoice_series s set next_sequence = n.last + 1, last_issued_at = n.issued_at
    from (select series, max(sequence) as last, max(issued_at) as issued_at from credit_notes where id = any(${rows.map((row) => row.id)}::text[]) group by series) n
    where s.series = n.series`.execute(tx.db)
  for (const { id, customerId, number } of rows)
    await tx.emit('credit_note.numbered', id, { customerId, after: { number } })
  return rows.length
}

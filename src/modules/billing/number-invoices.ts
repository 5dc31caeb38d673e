import { sql } from 'kysely'
import { z } from 'zod'
import { system } from '#platform/actor.ts'
import { job } from '#platform/queue.ts'
import type { Tx } from '#platform/transaction.ts'

const BATCH = 1_000

/**
 * Gives paid documents their numbers, many in one statement, so that no checkout waits for a counter: without gap, in the
 * order of issue, in the series of their seller and year. An order's document, whose first period is still being
 * opened, waits a minute for it.
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
  // Held first and read afterwards: what is numbered is what its lines say once nobody can write them any more.
  const held = await sql<{ id: string }>`
    select i.id from invoices i where i.state = 'paid' and i.number is null
      and (i.purpose <> 'order' or i.paid_at < ${tx.now.subtract({ minutes: 1 })} or not exists (
        select from invoice_lines l where l.invoice_id = i.id and l.kind = 'plan' and l.period_start is null))
    order by i.paid_at, i.id limit ${BATCH} for update of i skip locked`.execute(tx.db)
  if (held.rows.length === 0) return 0
  const { rows } = await sql<{ id: string; customerId: string; number: string }>`
    with due as (
      select i.id, i.paid_at, e.id as legal_entity_id,
        e.series_prefix || '-' || to_char(${tx.now}::timestamptz at time zone e.time_zone, 'YYYY') as series
      from invoices i join legal_entities e on e.id = i.legal_entity_id
      where i.id = any(${held.rows.map((row) => row.id)}::text[])
    ), opened as (
      insert into invoice_series (series, legal_entity_id, next_sequence)
      select distinct series, legal_entity_id, 1 from due on conflict (series) do nothing
      returning series, next_sequence
    ), counted as (
      select d.*, row_number() over (partition by d.series order by d.paid_at, d.id) as rank, coalesce(s.next_sequence, o.next_sequence) as first,
        greatest(${tx.now}::timestamptz, s.last_issued_at) as issued_at
      from due d left join invoice_series s using (series) left join opened o using (series)
    )
    update invoices i set series = c.series, sequence = c.first + c.rank - 1,
      number = c.series || '-' || lpad((c.first + c.rank - 1)::text, 6, '0'), issued_at = c.issued_at, updated_at = ${tx.now},
      content_hash = invoice_content_hash(i.id, c.series, (c.first + c.rank - 1)::int, c.issued_at)
    from counted c where i.id = c.id
    returning i.id, i.customer_id, i.number`.execute(tx.db)
  await sql`update invoice_series s set next_sequence = n.last + 1, last_issued_at = n.issued_at
    from (select series, max(sequence) as last, max(issued_at) as issued_at from invoices where id = any(${rows.map((row) => row.id)}::text[]) group by series) n
    where s.series = n.series`.execute(tx.db)
  for (const { id, customerId, number } of rows)
    await tx.emit('invoice.numbered', id, { customerId, after: { number } })
  return rows.length
}

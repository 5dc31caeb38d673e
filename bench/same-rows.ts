import type pg from 'pg'

/** What a night writes, in the order in which keys ask for it, and how the customer whose row it is is found. */
const TABLES = [
  { name: 'invoices', from: 'invoices w join invoices i on i.id = w.id' },
  { name: 'invoice_lines', from: 'invoice_lines w join invoices i on i.id = w.invoice_id' },
  { name: 'invoice_taxes', from: 'invoice_taxes w join invoices i on i.id = w.invoice_id' },
  { name: 'events', from: "events w join invoices i on i.id = w.subject_id and w.name = 'invoice.renewal_open'" },
] as const
const MOVED = ['periods', 'billed_until', 'next_billing_on', 'updated_at'] as const

/** Keeps what the night before wrote, by chunks of so many customers. */
export async function keepRows(floor: pg.Pool, chunk: number): Promise<void> {
  const chunkOf = (customerId: string): string => `substr(${customerId}, 11)::int / ${chunk} as chunk`
  for (const { name, from } of TABLES) {
    await floor.query(`drop table if exists floor.kept_${name}`)
    await floor.query(`create table floor.kept_${name} as select ${chunkOf('i.customer_id')}, w.* from ${from}`)
    await floor.query(`create index on floor.kept_${name} (chunk)`)
  }
  await floor.query('drop table if exists floor.kept_moves')
  await floor.query(`create table floor.kept_moves as select ${chunkOf('s.customer_id')}, s.id, ${MOVED.map((each) => `s.${each}`).join(', ')}
    from subscriptions s where s.id like 'sub_bench_%' and s.next_billing_on is null and s.periods > 1`)
  await floor.query('create index on floor.kept_moves (chunk)')
  await floor.query(
    `analyze ${[...TABLES.map(({ name }) => name), 'moves'].map((name) => `floor.kept_${name}`).join(', ')}`,
  )
}

/**
 * Writes the same rows once more into the same tables, a transaction a chunk, with statements that compute nothing: the least
 * that these documents cost in this database, with its keys, indexes and proofs of integrity. Events are only ever added, so those
 * of each round have names of their own.
 */
export async function writeKeptRows(floor: pg.Pool, round: number): Promise<void> {
  const inserts = await Promise.all(TABLES.map(async ({ name }) => insertOf(name, await columnsOf(floor, name), round)))
  const { rows } = await floor.query<{ chunk: number }>('select distinct chunk from floor.kept_moves order by chunk')
  const client = await floor.connect()
  try {
    for (const { chunk } of rows) {
      await client.query('begin')
      await client.query({
        name: 'move',
        text: `update subscriptions s set ${MOVED.map((each) => `${each} = k.${each}`).join(', ')} from floor.kept_moves k where k.chunk = $1 and s.id = k.id`,
        values: [chunk],
      })
      for (const { name, text } of inserts) await client.query({ name, text, values: [chunk] })
      await client.query('commit')
    }
  } finally {
    client.release()
  }
}

function insertOf(name: string, columns: readonly string[], round: number) {
  const values = columns.map((column) => (name === 'events' && column === 'id' ? `id || '-${round}'` : column))
  return {
    name: `insert ${name} ${round}`,
    text: `insert into ${name} (${columns.join(', ')}) select ${values.join(', ')} from floor.kept_${name} where chunk = $1`,
  }
}

/** The columns of a table that are written; the log counts its rows itself. */
async function columnsOf(floor: pg.Pool, table: string): Promise<string[]> {
  const { rows } = await floor.query<{ column: string }>(
    `select quote_ident(attname) as column from pg_attribute
      where attrelid = $1::regclass and attnum > 0 and not attisdropped and attidentity = '' and attname <> 'transaction' order by attnum`,
    [`public.${table}`],
  )
  return rows.map(({ column }) => column)
}

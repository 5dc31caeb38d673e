import pg from 'pg'
import { COPIED_TABLES, type CopiedTable } from './copied-tables.ts'

const BATCH = 2_000

/** What a copy holds: how it stood at one moment. */
export type Copied = { agreements: number }

/**
 * Copies what billing needs from one database into another of the same schema that holds nothing yet, as it stands at one
 * moment. Both are addresses; the first is only read.
 */
export async function copyBilling(from: string, to: string): Promise<Copied> {
  const [source, target] = await Promise.all([connect(from), connect(to)])
  try {
    await source.query('begin isolation level repeatable read read only')
    await openForCopies(target)
    for (const table of COPIED_TABLES) await copyTable(source, target, table)
    await source.query('commit')
    await closeAgain(target)
    const { rows } = await target.query<{ agreements: number }>('select count(*)::int as agreements from subscriptions')
    return rows[0]!
  } finally {
    await Promise.all([source.end(), target.end()])
  }
}

/** How many agreements would be copied. */
export const COUNT_AGREEMENTS = `select count(*)::int as agreements from subscriptions where state <> 'cancelled' and billed_by = 'us'`

async function connect(url: string): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: 10_000,
    application_name: 'ez-forecast',
  })
  await client.connect()
  return client
}

/**
 * A copy leaves out what most rows refer to, such as the documents of last year: references are not checked there, and what
 * guards numbered documents looks away while they are put in. What the migrations put in makes way.
 */
async function openForCopies(target: pg.Client): Promise<void> {
  await target.query(`do $$
    declare its record;
    begin
      for its in select conrelid::regclass as of_table, conname from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace loop
        execute format('alter table %s drop constraint %I', its.of_table, its.conname);
      end loop;
    end $$`)
  for (const { name } of COPIED_TABLES) await target.query(`alter table ${name} disable trigger user`)
  await target.query(`truncate ${COPIED_TABLES.map(({ name }) => name).join(', ')}`)
}

async function closeAgain(target: pg.Client): Promise<void> {
  for (const { name } of COPIED_TABLES) await target.query(`alter table ${name} enable trigger user`)
  await target.query('analyze')
}

/** Through JSON, which keeps every value as it is, in as many trips as there are batches. */
async function copyTable(
  source: pg.Client,
  target: pg.Client,
  { name, where, instead = {} }: CopiedTable,
): Promise<void> {
  const columns = await columnsOf(source, name)
  const selected = columns.map((column) => `${instead[column] ?? column} as ${column}`).join(', ')
  await source.query(`declare rows_of no scroll cursor for
    select to_jsonb(r)::text as row from (select ${selected} from ${name}${where ? ` where ${where}` : ''}) r`)
  for (;;) {
    const { rows } = await source.query<{ row: string }>(`fetch ${BATCH} from rows_of`)
    if (rows.length > 0)
      await target.query(
        `insert into ${name} (${columns.join(', ')}) select ${columns.join(', ')} from jsonb_populate_recordset(null::${name}, $1::jsonb)`,
        [`[${rows.map(({ row }) => row).join(',')}]`],
      )
    if (rows.length < BATCH) break
  }
  await source.query('close rows_of')
}

async function columnsOf(source: pg.Client, name: string): Promise<string[]> {
  const { rows } = await source.query<{ column: string }>(
    `select quote_ident(attname) as column from pg_attribute
     where attrelid = $1::regclass and attnum > 0 and not attisdropped and attgenerated = '' and attidentity <> 'a' order by attnum`,
    [`public.${name}`],
  )
  return rows.map(({ column }) => column)
}

import { sql } from 'kysely'
import type { Database, Db } from '#platform/database.ts'
import { isProblem } from '#platform/problem.ts'
import type { Secrets } from '#platform/secrets.ts'

/** A column that holds sealed texts, by its names in SQL. */
export type SealedColumn = {
  table: string
  column: string
  /** What tells its rows apart, in order. */
  key: readonly string[]
  /** Where the text of the row with this key is sealed to. */
  place(key: readonly string[]): string
  /** Whether the column is jsonb that holds the text. */
  json?: true
}

type Keeper = { database: Database; secrets: Secrets }
type SealedRow = { key: string[]; sealed: string }

const BATCH = 500

/**
 * Seals everything in a column with the key in use, some hundred rows at a time, each batch a transaction of its own, so that
 * it can be stopped, run again and run beside everything else. Gives how many were sealed anew, and the rows whose text no
 * key at hand opens, which stay as they are.
 */
export async function rekeyColumn(keeper: Keeper, column: SealedColumn): Promise<{ sealed: number; lost: string[] }> {
  let after: string[] | undefined
  let sealed = 0
  const lost: string[] = []
  do {
    const batch = await keeper.database.db.transaction().execute(async (db) => {
      const rows = await readSealed(db, column, after, sql`for update`)
      const resealed = rows.flatMap((row) => {
        const text = tryOpen(keeper.secrets, column, row)
        if (text === undefined) lost.push(row.key.join(' '))
        return text === undefined || keeper.secrets.isCurrent(row.sealed)
          ? []
          : [{ from: row.sealed, to: keeper.secrets.seal(text, column.place(row.key)) }]
      })
      if (resealed.length > 0) await writeSealed(db, column, resealed)
      return { rows, count: resealed.length }
    })
    sealed += batch.count
    after = batch.rows.at(-1)?.key
  } while (after)
  return { sealed, lost }
}

/** The keys of the rows in a column whose text no key at hand opens. */
export async function findUnreadable(keeper: Keeper, column: SealedColumn): Promise<string[]> {
  const lost: string[] = []
  let after: string[] | undefined
  do {
    const rows = await readSealed(keeper.database.db, column, after, sql``)
    lost.push(
      ...rows.filter((row) => tryOpen(keeper.secrets, column, row) === undefined).map((row) => row.key.join(' ')),
    )
    after = rows.at(-1)?.key
  } while (after)
  return lost
}

function tryOpen(secrets: Secrets, column: SealedColumn, { key, sealed }: SealedRow): string | undefined {
  try {
    return secrets.open(sealed, column.place(key))
  } catch (error) {
    if (isProblem(error)) return undefined
    throw error
  }
}

const textOf = ({ column, json }: SealedColumn) => (json ? sql`(${sql.ref(column)} #>> '{}')` : sql.ref(column))

async function readSealed(
  db: Db,
  column: SealedColumn,
  after: string[] | undefined,
  lock: ReturnType<typeof sql>,
): Promise<SealedRow[]> {
  const key = sql.join(column.key.map((each) => sql.ref(each)))
  const later = after ? sql`and (${key}) > (${sql.join(after)})` : sql``
  const { rows } = await sql<SealedRow>`
    select array[${key}]::text[] as key, ${textOf(column)} as sealed from ${sql.table(column.table)}
    where ${textOf(column)} like 'v_.%' ${later} order by ${key} limit ${BATCH} ${lock}`.execute(db)
  return rows
}

async function writeSealed(
  db: Db,
  column: SealedColumn,
  resealed: readonly { from: string; to: string }[],
): Promise<void> {
  const to = column.json ? sql`to_jsonb(r.sealed)` : sql`r.sealed`
  await sql`
    update ${sql.table(column.table)} set ${sql.ref(column.column)} = ${to}
    from unnest(${resealed.map((each) => each.from)}::text[], ${resealed.map((each) => each.to)}::text[]) as r (was, sealed)
    where ${textOf(column)} = r.was`.execute(db)
}

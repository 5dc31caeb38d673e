import { CamelCasePlugin, Kysely } from 'kysely'
import pg from 'pg'
import { EagerDialect, PreparingClient } from '#platform/pg-client.ts'
import type { Schema } from '#platform/schema.ts'

/** Values keep their meaning: int8 is bigint, timestamptz an Instant, date a PlainDate. Per pool, as the queue wants Dates. */
const decoders: Record<number, (text: string) => unknown> = {
  [pg.types.builtins.INT8]: BigInt,
  [pg.types.builtins.DATE]: (text) => Temporal.PlainDate.from(text),
  [pg.types.builtins.TIMESTAMPTZ]: (text) => Temporal.Instant.from(text.replace(' ', 'T')),
}
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid: Parameters<typeof pg.types.getTypeParser>[0]) => decoders[oid] ?? pg.types.getTypeParser(oid),
}

// Without this `pg` would send Temporal values as quoted JSON.
for (const type of [Temporal.Instant, Temporal.PlainDate])
  Object.defineProperty(type.prototype, 'toPostgres', {
    configurable: true,
    value(this: Temporal.Instant | Temporal.PlainDate) {
      return this.toString()
    },
  })

export type Database = { db: Kysely<Schema>; pool: pg.Pool; url: string; close(): Promise<void> }

/** A pool of connections and the typed query builder over it. `onError` hears of idle connections that break. */
export function openDatabase(url: string, onError: (error: Error) => void, connections = 10): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    types,
    application_name: 'ez',
    Client: PreparingClient,
    connectionTimeoutMillis: 10_000,
    idle_in_transaction_session_timeout: 60_000,
  })
  pool.on('error', onError)
  const db = new Kysely<Schema>({
    dialect: new EagerDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })
  return {
    db,
    pool,
    url,
    close: async () => {
      // The builder ends the pool only if it was used itself.
      await db.destroy()
      if (!pool.ended) await pool.end()
    },
  }
}

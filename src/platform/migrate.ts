import { readdir, readFile } from 'node:fs/promises'
import { sql } from 'kysely'
import { type Migration, Migrator } from 'kysely/migration'
import type { Database } from '#platform/database.ts'

const folder = new URL('../../migrations/', import.meta.url)

async function migrations(): Promise<Record<string, Migration>> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.sql')).toSorted()
  const entries = files.map(async (file): Promise<[string, Migration]> => {
    const text = await readFile(new URL(file, folder), 'utf8')
    return [file.slice(0, -'.sql'.length), { up: async (db) => void (await sql.raw(text).execute(db)) }]
  })
  return Object.fromEntries(await Promise.all(entries))
}

/**
 * Brings the database to this release's schema, under a lock so that several may start at once. Gives the names of what
 * it applied. Throws when the database was migrated by a newer release.
 */
export async function migrate(database: Database): Promise<string[]> {
  const known = await migrations()
  const newer = await findNewerMigrations(database)
  if (newer.length > 0) throw new Error(newerRelease(newer))
  const migrator = new Migrator({
    db: database.db.withoutPlugins(),
    provider: { getMigrations: () => Promise.resolve(known) },
    migrationTableName: 'migrations',
    migrationLockTableName: 'migrations_lock',
  })
  const { error, results } = await migrator.migrateToLatest()
  if (error) throw error
  return (results ?? []).map((result) => result.migrationName)
}

/** The names of what was done to the database by a newer release than this one. */
export async function findNewerMigrations(database: Database): Promise<string[]> {
  const known = await migrations()
  return (await appliedMigrations(database)).filter((name) => !Object.hasOwn(known, name))
}

export const newerRelease = (newer: readonly string[]): string =>
  `The database was made by a newer release (it knows ${newer.join(', ')}). Start that release, or use another database.`

async function appliedMigrations(database: Database): Promise<string[]> {
  const { rows } = await database.pool.query<{ exists: boolean }>(
    `select to_regclass('public.migrations') is not null as exists`,
  )
  if (!rows[0]?.exists) return []
  return (await database.pool.query<{ name: string }>('select name from migrations order by name')).rows.map(
    (row) => row.name,
  )
}

/** Whether the database holds exactly the schema of this release. */
export async function isMigrated(database: Database): Promise<boolean> {
  const applied = new Set(await appliedMigrations(database))
  const known = Object.keys(await migrations())
  return known.length === applied.size && known.every((name) => applied.has(name))
}

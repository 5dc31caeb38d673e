import { createLog } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { openDatabase } from '#platform/database.ts'
import { StartError } from '#platform/postgres-home.ts'
import { findNewerMigrations, migrate, newerRelease } from '#platform/migrate.ts'
import { openQueue } from '#platform/queue.ts'
import { loadConfig, openServer, reasonOf } from './environment.ts'

/** `ez migrate`: brings the database to this release and says what it did. */
export async function run(): Promise<void> {
  const config = await loadConfig()
  const { databaseUrl } = await openServer(config)
  const applied = await migrateDatabase(databaseUrl)
  process.stdout.write(applied.length > 0 ? `Applied ${applied.join(', ')}.\n` : 'The database is up to date.\n')
}

/** Applies what is missing, the queue's own tables included. Throws StartError when the database is of a newer release. */
export async function migrateDatabase(databaseUrl: string): Promise<string[]> {
  const database = openDatabase(databaseUrl, () => undefined, 2)
  try {
    const newer = await findNewerMigrations(database)
    if (newer.length > 0) throw new StartError(newerRelease(newer))
    const applied = await migrate(database)
    const queue = await openQueue({
      url: databaseUrl,
      log: createLog('silent'),
      metrics: createMetrics(),
      supervise: false,
    })
    await queue.close()
    return applied
  } catch (cause) {
    if (cause instanceof StartError) throw cause
    throw new StartError(`The database was not brought up to date: ${reasonOf(cause)}`, { cause })
  } finally {
    await database.close()
  }
}

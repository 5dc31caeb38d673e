import { randomUUID } from 'node:crypto'
import { readFile, rm } from 'node:fs/promises'
import pg from 'pg'
import { readConfig } from '#app/config.ts'
import { createApp, type RunningApp } from '#app/create-app.ts'
import { seedDemo } from '#app/cli/seed-demo.ts'
import { migrateDatabase } from '#app/cli/migrate.ts'
import { openDatabase } from '#platform/database.ts'
import { ensureDatabase, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { createLog } from '#platform/log.ts'

/** The product and the floors on one database of a server that keeps its promises (fsync on). */
export type Bench = { app: RunningApp; floor: pg.Pool; databaseUrl: string; close(): Promise<void> }

export const CONNECTIONS = 16

export async function openBench(): Promise<Bench> {
  const folder = `.data/bench-${process.pid}`
  const server = await startEmbeddedPostgres(folder)
  const databaseUrl = await ensureDatabase(server, `bench_${randomUUID().slice(0, 8)}`)
  await migrateDatabase(databaseUrl)
  const database = openDatabase(databaseUrl, () => undefined, 2)
  await seedDemo(database)
  await database.close()
  const floor = new pg.Pool({ connectionString: databaseUrl, max: CONNECTIONS })
  floor.on('error', () => undefined)
  for (const file of ['tables', 'checkout', 'renewals'])
    await floor.query(await readFile(new URL(`floor/${file}.sql`, import.meta.url), 'utf8'))
  const config = readConfig(
    { LOG_LEVEL: 'silent', REQUESTS_PER_MINUTE: '10000000' },
    'bench-secret-key-of-at-least-32-characters',
  )
  const app = await createApp(config, { databaseUrl, role: 'web', log: createLog('silent') })
  return {
    app,
    floor,
    databaseUrl,
    close: async () => {
      await app.close()
      await floor.end()
      await server.stop()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

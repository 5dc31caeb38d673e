import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm, rmdir } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { openDatabase } from '#platform/database.ts'
import { ensureDatabase, type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { createLog } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { migrate } from '#platform/migrate.ts'
import { openQueue } from '#platform/queue.ts'
import { seedDemo } from '#app/cli/seed-demo.ts'

const FOLDER = '.data/test'

/** One PostgreSQL for all test runs in this checkout, and one migrated, seeded template that every file copies. */
export async function testServer(): Promise<{ server: EmbeddedPostgres; template: string }> {
  return withLock(async () => {
    const server = await startEmbeddedPostgres(FOLDER, { volatile: true })
    const template = `template_${await fingerprint()}`
    await makeTemplate(server, template)
    return { server, template }
  })
}

/** Stops the server when no test of another run is connected to it. */
export async function stopTestServer(): Promise<void> {
  await withLock(async () => {
    const server = await startEmbeddedPostgres(FOLDER, { volatile: true })
    const client = new pg.Client(server.url('postgres'))
    await client.connect()
    const { rows } = await client.query<{ busy: number }>(
      `select count(*)::int as busy from pg_stat_activity where datname like 'test%'`,
    )
    await client.end()
    if (rows[0]?.busy === 0) await server.stop()
  })
}

async function makeTemplate(server: EmbeddedPostgres, template: string): Promise<void> {
  const client = new pg.Client(server.url('postgres'))
  await client.connect()
  const { rowCount } = await client.query('select 1 from pg_database where datname = $1', [template])
  try {
    if (rowCount) return
    const building = `${template}_building`
    await client.query(`drop database if exists ${building} with (force)`)
    const url = await ensureDatabase(server, building)
    const database = openDatabase(url, () => undefined, 2)
    await migrate(database)
    const queue = await openQueue({ url, log: createLog('silent'), metrics: createMetrics(), supervise: false })
    await queue.close()
    await seedDemo(database)
    await database.close()
    await client.query(`alter database ${building} rename to ${template}`)
  } finally {
    await client.end()
  }
}

/** What the template is made of; another schema gets another template. */
async function fingerprint(): Promise<string> {
  const hash = createHash('sha256')
  for (const file of (await readdir('migrations')).toSorted()) hash.update(await readFile(`migrations/${file}`))
  for (const file of ['src/platform/queue.ts', 'src/cli/seed-demo.ts']) hash.update(await readFile(file))
  return hash.digest('hex').slice(0, 16)
}

async function withLock<T>(act: () => Promise<T>): Promise<T> {
  const lock = `${FOLDER}.lock`
  await mkdir('.data', { recursive: true })
  const deadline = performance.now() + 60_000
  for (;;) {
    try {
      await mkdir(lock)
      break
    } catch {
      // A run that was killed leaves its lock behind.
      if (performance.now() > deadline) await rm(lock, { recursive: true, force: true })
      await pause(50)
    }
  }
  try {
    return await act()
  } finally {
    await rmdir(lock)
  }
}

import { createHash } from 'node:crypto'
import { mkdir, readdir, readFile, rm } from 'node:fs/promises'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { openDatabase } from '#platform/database.ts'
import { ensureDatabase, type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { createLog } from '#platform/log.ts'
import { createMetrics } from '#platform/metrics.ts'
import { migrate } from '#platform/migrate.ts'
import { openQueue } from '#platform/queue.ts'
import { seedDemo } from '#app/cli/seed-demo.ts'
import { memoryFolder } from './memory-folder.ts'

const FOLDER = '.data/test'
const RUN = 'a test run'

let standing: TestServer | undefined
let presence: pg.Client | undefined

export type TestServer = { server: EmbeddedPostgres; template: string }

/** One PostgreSQL for all test runs in this checkout, and one migrated, seeded template that every file copies. */
export async function testServer(): Promise<TestServer> {
  // Kept is what came, not the promise: whoever waits for that of another file is taken for a part of it by node:test.
  standing ??= await withLock(async () => {
    const server = await startServer()
    const template = `template_${await fingerprint()}`
    await makeTemplate(server, template)
    return { server, template }
  })
  return standing
}

/** Starts the server for a run, which shows that it is there until it stops it. */
export async function joinTestServer(): Promise<void> {
  const { server } = await testServer()
  await withLock(async () => {
    presence = new pg.Client({ connectionString: server.url('postgres'), application_name: RUN })
    presence.on('error', () => undefined) // Whoever needs the server says so when it is gone.
    await presence.connect()
    if ((await countRuns(presence)) === 1) await dropLeftovers(presence)
  })
}

/** Leaves the server, and stops it when no other run is there. */
export async function leaveTestServer(): Promise<void> {
  await withLock(async () => {
    const others = presence ? (await countRuns(presence)) - 1 : 0
    await presence?.end()
    if (others === 0) await (await startServer()).stop()
  })
}

const startServer = async (): Promise<EmbeddedPostgres> =>
  startEmbeddedPostgres(await memoryFolder(FOLDER), { volatile: true })

/** Runs, and single files that run without one. */
async function countRuns(client: pg.Client): Promise<number> {
  const { rows } = await client.query<{ runs: number }>(
    `select count(*)::int as runs from pg_stat_activity where application_name = $1 or datname like 'test%'`,
    [RUN],
  )
  return rows[0]!.runs
}

/** Databases of runs that were killed. */
async function dropLeftovers(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select datname as name from pg_database where datname like 'test%'`,
  )
  for (const { name } of rows) await client.query(`drop database if exists ${client.escapeIdentifier(name)}`)
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
    await rm(lock, { recursive: true, force: true })
  }
}

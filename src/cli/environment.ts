import { randomBytes } from 'node:crypto'
import { access, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Config, readConfig } from '#app/config.ts'
import { type AppOptions, createApp, type RunningApp } from '#app/create-app.ts'
import { openDatabase } from '#platform/database.ts'
import { ensureDatabase, type EmbeddedPostgres, startEmbeddedPostgres } from '#platform/embedded-postgres.ts'
import { StartError } from '#platform/postgres-home.ts'
import { findNewerMigrations, isMigrated, newerRelease } from '#platform/migrate.ts'

const KEY_FILE = 'secret-key'

/** Reads the environment (with `.env`, if there is one). Simulated mode makes itself a key and keeps it in its folder. */
export async function loadConfig(): Promise<Config> {
  await access('.env').then(
    () => {
      process.loadEnvFile('.env')
    },
    () => undefined,
  )
  const simulated = (process.env['EZ_MODE'] || 'simulated') === 'simulated' && !process.env['SECRET_KEY']
  return readConfig(process.env, simulated ? await ownKey(process.env['DATA_DIR'] || '.data') : undefined)
}

async function ownKey(dataDir: string): Promise<string> {
  const file = join(dataDir, KEY_FILE)
  try {
    await mkdir(dataDir, { recursive: true })
    await writeFile(file, randomBytes(48).toString('base64url'), { flag: 'wx', mode: 0o600 }).catch(unlessThere)
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new StartError(`The folder ${dataDir} cannot be written. Make it writable or set DATA_DIR to another.`, {
      cause,
    })
  }
}

function unlessThere(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
}

/** The database to use: the configured one, or our own, started if it is not running. */
export async function openServer(
  config: Config,
): Promise<{ databaseUrl: string; embedded: EmbeddedPostgres | undefined }> {
  if (process.env['EZ_SUPERVISED'] && process.send) return { databaseUrl: await toldDatabaseUrl(), embedded: undefined }
  if (config.databaseUrl) return { databaseUrl: config.databaseUrl, embedded: undefined }
  const embedded = await startEmbeddedPostgres(config.dataDir)
  return { databaseUrl: await ensureDatabase(embedded, 'ez'), embedded }
}

/** Opens the App for a command that needs the database ready. */
export async function openApp(role: AppOptions['role']): Promise<RunningApp> {
  const config = await loadConfig()
  const { databaseUrl } = await openServer(config)
  await requireMigrated(databaseUrl)
  return createApp(config, { databaseUrl, role })
}

export async function requireMigrated(databaseUrl: string): Promise<void> {
  const database = openDatabase(databaseUrl, () => undefined, 1)
  try {
    const newer = await findNewerMigrations(database)
    if (newer.length > 0) throw new StartError(newerRelease(newer))
    if (!(await isMigrated(database)))
      throw new StartError('The database does not have the schema of this release. Run: npx ez migrate')
  } catch (cause) {
    if (cause instanceof StartError) throw cause
    throw new StartError(`The database cannot be reached: ${reasonOf(cause)}`, { cause })
  } finally {
    await database.close()
  }
}

/** Why a connection failed; when several addresses were tried, why the first did. */
export function reasonOf(cause: unknown): string {
  if (cause instanceof AggregateError && cause.errors.length > 0) return reasonOf(cause.errors[0])
  return cause instanceof Error ? cause.message : String(cause)
}

/** A part of `ez start` loads its code first and is told later where the database is. */
const toldDatabaseUrl = (): Promise<string> =>
  new Promise((done) => {
    process.once('message', (message: { databaseUrl: string }) => {
      done(message.databaseUrl)
    })
  })

import { execFile, execFileSync } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { access, chown, cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'

/** What cannot be put right by trying again; the message is for the person at the terminal. */
export class StartError extends Error {}

/** Where the server keeps its files, and how its programs are run by the account that may run them. */
export type PostgresHome = { data: string; run: (program: string, args: string[]) => Promise<void> }

const call = promisify(execFile)
const ACCOUNT = 'postgres'
/** Used by root alone, for checkouts in folders that no other account may enter. */
const SHARED = '/var/lib/ez-solutions'
const OWNER_FILE = 'owner'

/**
 * PostgreSQL refuses to run as root, so a root process lends it an account of its own. That account must be able to enter
 * every folder on the way; where it may not (a home of mode 700), files and programs live in /var/lib/ez-solutions.
 */
export async function postgresHome(folder: string, programs: string): Promise<PostgresHome> {
  const data = resolve(folder, 'postgres')
  await makeFolder(data)
  if (process.getuid?.() !== 0) return { data, run: runner(programs, {}) }
  const account = findAccount()
  if ((await isOpenToAll(data)) && (await isOpenToAll(join(programs, 'postgres')))) {
    await chown(data, account.uid, account.gid)
    return { data, run: runner(programs, account) }
  }
  const elsewhere = await sharedData(data)
  await chown(elsewhere, account.uid, account.gid)
  return { data: elsewhere, run: runner(await sharedPrograms(programs), account) }
}

const runner =
  (programs: string, account: { uid?: number; gid?: number }): PostgresHome['run'] =>
  async (program, args) => {
    await call(join(programs, program), args, { cwd: '/', ...account })
  }

async function makeFolder(data: string): Promise<void> {
  try {
    await mkdir(dirname(data), { recursive: true })
    await mkdir(data, { recursive: true, mode: 0o700 })
    await access(data, constants.W_OK)
  } catch (cause) {
    throw new StartError(
      `The folder ${dirname(data)} cannot be written. Make it writable or set DATA_DIR to another.`,
      {
        cause,
      },
    )
  }
}

/** The folder that stands for `data`; its name is kept there, so that deleting `data` starts over. */
async function sharedData(data: string): Promise<string> {
  const name = join(data, 'elsewhere')
  await writeFile(name, `data-${randomUUID()}`, { flag: 'wx' }).catch((error: unknown) => {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
  })
  await removeForsaken()
  const elsewhere = join(SHARED, await readFile(name, 'utf8'), 'postgres')
  await mkdir(dirname(elsewhere), { recursive: true })
  await mkdir(elsewhere, { recursive: true, mode: 0o700 })
  await writeFile(join(dirname(elsewhere), OWNER_FILE), data)
  return elsewhere
}

/** Files whose checkout was deleted are nobody's any more, unless a server still runs on them. */
async function removeForsaken(): Promise<void> {
  for (const name of await readdir(SHARED).catch(() => [])) {
    const owner = await readFile(join(SHARED, name, OWNER_FILE), 'utf8').catch(() => undefined)
    if (
      owner === undefined ||
      (await exists(owner)) ||
      (await exists(join(SHARED, name, 'postgres', 'postmaster.pid')))
    )
      continue
    await rm(join(SHARED, name), { recursive: true, force: true })
  }
}

/** A copy of the programs for all; made once for each version. */
async function sharedPrograms(programs: string): Promise<string> {
  const { mtimeMs, size } = await stat(join(programs, 'postgres'))
  const copy = join(SHARED, `programs-${createHash('sha256').update(`${mtimeMs}-${size}`).digest('hex').slice(0, 12)}`)
  if (!(await exists(copy))) {
    const building = `${copy}-${randomUUID()}`
    await cp(dirname(programs), building, { recursive: true, verbatimSymlinks: true })
    await rename(building, copy).catch(() => rm(building, { recursive: true, force: true }))
  }
  return join(copy, 'bin')
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  )

async function isOpenToAll(path: string): Promise<boolean> {
  for (let folder = dirname(path); folder !== dirname(folder); folder = dirname(folder))
    if (!((await stat(folder)).mode & constants.S_IXOTH)) return false
  return true
}

function findAccount(): { uid: number; gid: number } {
  const id = (flag: string): number =>
    Number(execFileSync('id', [flag, ACCOUNT], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    execFileSync('useradd', ['--system', '--user-group', '--no-create-home', ACCOUNT])
    return { uid: id('-u'), gid: id('-g') }
  }
}

import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const stampFile = join(root, 'build', 'stamp')
const sourcesFile = join(root, 'build', 'sources.json')
const assetsFolder = join(root, 'build', 'client', 'assets')
const compressible = /\.(js|css|svg|json|txt|map)$/

/**
 * Builds the pages when their sources changed since the last build, and compresses what the browser loads. True when it
 * built. Throws with the builder's own words when the build fails.
 */
export async function buildWebIfStale(options: { force?: boolean } = {}): Promise<boolean> {
  if (!options.force && builtStamp() === (await sourcesStamp())) return false
  await rm(stampFile, { force: true })
  const builder = join(root, 'node_modules', '@react-router', 'dev', 'bin.cjs')
  const environment = { ...process.env, NODE_ENV: 'production' }
  await promisify(execFile)(process.execPath, [builder, 'build'], {
    cwd: root,
    env: environment,
    maxBuffer: 16_000_000,
  }).catch((error: unknown) => {
    const said = error as { stdout?: string; stderr?: string }
    throw new Error(`The pages could not be built:\n${said.stdout ?? ''}\n${said.stderr ?? ''}`, { cause: error })
  })
  await compressAssets()
  await writeFile(stampFile, await sourcesStamp())
  return true
}

function builtStamp(): string | undefined {
  try {
    return readFileSync(stampFile, 'utf8')
  } catch {
    return undefined // Never built.
  }
}

async function sourcesStamp(): Promise<string> {
  const files = ['vite.config.ts', 'react-router.config.ts', 'package-lock.json', ...(await bundledElsewhere())]
  for (const folder of ['src/web', 'public']) files.push(...(await filesIn(folder)))
  const hash = createHash('sha256')
  for (const file of files) {
    hash.update(`${file}\0`)
    if (existsSync(join(root, file))) hash.update(await readFile(join(root, file)))
  }
  return hash.digest('hex')
}

/** Files outside `src/web` that went into what the browser loads; the last build wrote them down. */
async function bundledElsewhere(): Promise<string[]> {
  return existsSync(sourcesFile) ? (JSON.parse(await readFile(sourcesFile, 'utf8')) as string[]) : []
}

async function filesIn(folder: string): Promise<string[]> {
  const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile() && !/\.test\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(root.length + 1))
    .toSorted()
}

async function compressAssets(): Promise<void> {
  const names = (await readdir(assetsFolder)).filter((name) => compressible.test(name))
  for (const name of names) {
    const file = join(assetsFolder, name)
    const content = await readFile(file)
    const params = { [constants.BROTLI_PARAM_QUALITY]: 10 }
    await writeFile(`${file}.br`, await promisify(brotliCompress)(content, { params }))
    await writeFile(`${file}.gz`, await promisify(gzip)(content, { level: 9 }))
  }
}

if (import.meta.main) {
  const started = performance.now()
  const built = await buildWebIfStale({ force: process.argv.includes('--force') })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  console.log(built ? `Built the pages in ${seconds} s.` : 'The pages are up to date.')
}

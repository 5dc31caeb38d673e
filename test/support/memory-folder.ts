import { randomUUID } from 'node:crypto'
import { access, mkdir, readdir, readFile, rm, statfs, writeFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'

const MEMORY = '/dev/shm'
const PREFIX = 'ez-test-'
/** Enough for the databases of a few files at a time, their log and whatever else the machine keeps there. */
const ROOM_BYTES = 2_000_000_000

/**
 * A folder that stands for this one and lives in memory, where making and removing a database's thousand files costs a
 * tenth; the folder itself on machines that have no room there. Deleting the folder starts over, and what it stood for
 * goes with the next run of any checkout. To be called by one process at a time.
 */
export async function memoryFolder(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true })
  const note = resolve(folder, 'in-memory')
  const kept = await readFile(note, 'utf8').catch(() => undefined)
  if (
    kept !== undefined &&
    (await access(join(MEMORY, kept)).then(
      () => true,
      () => false,
    ))
  )
    return join(MEMORY, kept)
  const room = await statfs(MEMORY).catch(() => undefined)
  if (!room || room.bavail * room.bsize < ROOM_BYTES) return folder
  await removeForsaken()
  const name = `${PREFIX}${randomUUID()}`
  await mkdir(join(MEMORY, name))
  await writeFile(join(MEMORY, name, 'owner'), note)
  await writeFile(note, name)
  return join(MEMORY, name)
}

/** What belongs to a checkout that is gone, or has started over. */
async function removeForsaken(): Promise<void> {
  for (const name of (await readdir(MEMORY)).filter((each) => each.startsWith(PREFIX))) {
    const owner = await readFile(join(MEMORY, name, 'owner'), 'utf8').catch(() => undefined)
    if (owner === undefined || (await readFile(owner, 'utf8').catch(() => undefined)) === name) continue
    await rm(join(MEMORY, name), { recursive: true, force: true })
  }
}

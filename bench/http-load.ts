import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

export type LoadPlan = {
  origin: string
  path: string
  method: 'GET' | 'POST'
  connections: number
  count: number
  headers: Record<string, string>
  /** How many requests a second begin, as long as a connection is free; as fast as answers come, when left out. */
  startsPerSecond?: number
  requests?: { body?: string; headers: Record<string, string> }[]
}
export type LoadAnswer = { perSecond: number; p99: number; statuses: Record<string, number> }

/** Sends requests from a process of its own, so that the client's work does not slow the server's event loop. */
export async function load(plan: LoadPlan): Promise<LoadAnswer> {
  const folder = await mkdtemp(join(tmpdir(), 'ez-load-'))
  const file = join(folder, 'plan.json')
  await writeFile(file, JSON.stringify(plan))
  const { stdout } = await promisify(execFile)(process.execPath, [join(import.meta.dirname, 'load.ts'), file])
  await rm(folder, { recursive: true, force: true })
  return JSON.parse(stdout) as LoadAnswer
}

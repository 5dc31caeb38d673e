import { type ChildProcess, spawn } from 'node:child_process'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { buildWebIfStale } from '../scripts/build-web.ts'
import type { Result } from './measure.ts'

const PORT = 18_080
/** A build machine may be half as fast as this one; worse is a change of ours. */
const ROOM = 0.5
const LIMITS = { cold: 6, warm: 2, webMb: 250, workerMb: 200 }

type Started = { seconds: number; child: ChildProcess }

/** B10: from nothing, and from a stopped installation, to the first "ready"; and the memory of web and worker at rest. */
export async function benchStart(): Promise<Result[]> {
  const folder = `.data/bench-start-${process.pid}`
  await buildWebIfStale()
  const cold = await start(folder)
  await stop(cold.child)
  const warm: number[] = []
  for (let round = 0; round < 2; round += 1) {
    const again = await start(folder)
    warm.push(again.seconds)
    await stop(again.child)
  }
  const last = await start(folder)
  warm.push(last.seconds)
  await pause(5_000)
  const memory = await residentMb(last.child.pid!)
  await stop(last.child)
  await rm(folder, { recursive: true, force: true })
  const result = (metric: string, unit: string, limit: number, values: number[], gate: number): Result => ({
    card: 'B10',
    metric,
    unit,
    floor: [limit],
    product: values,
    ratio: limit / Math.max(...values),
    best: limit / Math.max(...values),
    gate,
    goal: 1,
    noisy: false,
    note: `floor is the limit, the ratio is limit over the worst reading${gate < 1 ? '; the gate leaves room for a busy machine' : ''}`,
  })
  return [
    result('cold start to ready', 's', LIMITS.cold, [cold.seconds], ROOM),
    result('warm start to ready', 's', LIMITS.warm, warm, ROOM),
    result('memory at rest, web', 'MB', LIMITS.webMb, [memory.web ?? Infinity], 1),
    result('memory at rest, worker', 'MB', LIMITS.workerMb, [memory.worker ?? Infinity], 1),
  ]
}

async function start(folder: string): Promise<Started> {
  const began = performance.now()
  const child = spawn(process.execPath, ['src/main.ts', 'start'], {
    env: { ...process.env, DATA_DIR: folder, PORT: String(PORT), SIMULATOR_PORT: String(PORT + 10) },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  for (;;) {
    if (child.exitCode !== null) throw new Error('ez start ended while starting')
    const ready = await fetch(`http://127.0.0.1:${PORT}/health/ready`).then(
      (answer) => answer.ok,
      () => false,
    )
    if (ready) return { seconds: (performance.now() - began) / 1_000, child }
    if (performance.now() - began > 60_000) throw new Error('not ready after a minute')
    await pause(20)
  }
}

async function stop(child: ChildProcess): Promise<void> {
  const gone = new Promise((done) => child.once('exit', done))
  child.kill('SIGTERM')
  await gone
}

/** Resident memory of the processes under one parent, by the command they run. */
async function residentMb(parent: number): Promise<Record<string, number>> {
  const children = (await readFile(`/proc/${parent}/task/${parent}/children`, 'utf8')).trim().split(' ').filter(Boolean)
  const entries = children.map(async (pid): Promise<[string, number]> => {
    const command = (await readFile(join('/proc', pid, 'cmdline'), 'utf8')).split('\0')
    const status = await readFile(join('/proc', pid, 'status'), 'utf8')
    const kb = Number(/VmRSS:\s+(\d+)/.exec(status)?.[1] ?? 0)
    return [command.findLast(Boolean) ?? pid, Math.round(kb / 1_024)]
  })
  return Object.fromEntries(await Promise.all(entries))
}

import { setTimeout as pause } from 'node:timers/promises'
import { buyServer, GaveUp } from './buyer.ts'
import type { Case, Point } from './points.ts'
import { judge } from './verdict.ts'
import type { World } from './world.ts'

export type Outcome = {
  violations: string[]
  /** Planned faults whose message never came. */
  missing: string[]
  points: Point[]
  /** How long after a kill its successor took up the conversation. */
  resumedMs: number | undefined
  /** Mails that came twice under one Message-ID. */
  copies: number
  seconds: number
}

/** Fifteen seconds are promised; a machine that has the whole campaign to run besides gets some more. */
const RESUME_MS = 20_000
const LAST_STRIKES_MS = 3_000

/** Buys one server with these faults on the way, lets everything come to rest, and says what is not as promised. */
export async function runCase(world: World, { faults }: Case): Promise<Outcome> {
  const began = performance.now()
  let loaded: [Loaded, Loaded] | undefined
  // While the machine is being built there is time to load them.
  const load = (): [Loaded, Loaded] =>
    (loaded ??= [world.command(['quiesce', '--wait', '60']), world.command(['check', '--json'])])
  const { traffic } = world
  world.begin()
  traffic.begin(faults)
  const violations: string[] = []
  let copies = 0
  const bought = await buyServer(world, load).catch((error: unknown) => {
    if (!(error instanceof GaveUp)) throw error
    violations.push(`the customer gave up: ${error.message}`)
    return undefined
  })
  const missing = await lastStrikes(traffic)
  await world.recovered()
  violations.push(...(await comeToRest(world, ...load())))
  if (bought) {
    const verdict = await judge(world, bought)
    violations.push(...verdict.violations)
    copies = verdict.copies
  }
  violations.push(...world.surprises())
  const resumedMs = traffic.resumedMs()
  if (resumedMs !== undefined && resumedMs > RESUME_MS)
    violations.push(`work went on only ${(resumedMs / 1000).toFixed(1)} s after the kill`)
  return {
    violations,
    missing,
    points: traffic.points(),
    resumedMs,
    copies,
    seconds: (performance.now() - began) / 1000,
  }
}

/** The last mails leave after the customer has everything: their faults still have to strike. Gives those that did not. */
async function lastStrikes(traffic: World['traffic']): Promise<string[]> {
  const deadline = performance.now() + LAST_STRIKES_MS
  while (traffic.missing().length > 0 && performance.now() < deadline) await pause(100)
  const missing = traffic.missing()
  traffic.disarm()
  return missing
}

type Loaded = ReturnType<World['command']>

async function comeToRest(world: World, quiesce: Loaded, check: Loaded): Promise<string[]> {
  const rested = await quiesce.run(world.databaseUrl)
  if (rested.code !== 0) {
    check.drop()
    return [`it did not come to rest: ${rested.output.trim()}`]
  }
  const checked = await check.run(world.databaseUrl)
  if (checked.code === 0) return []
  return [`ez check: ${findingsIn(checked.output)}`]
}

function findingsIn(output: string): string {
  try {
    const { findings } = JSON.parse(output) as { findings: { invariant: string; message: string }[] }
    return findings.map(({ invariant, message }) => `${invariant} ${message}`).join(' | ')
  } catch {
    return output.trim() // It failed before it could look.
  }
}

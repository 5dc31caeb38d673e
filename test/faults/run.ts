import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWebIfStale } from '../../scripts/build-web.ts'
import { commonPoints, parseCase, partOf, planAll, planSample } from './plan.ts'
import { ACTIONS, type Case, type Point } from './points.ts'
import { type Outcome, runCase } from './run-case.ts'
import { openWorld, type World } from './world.ts'

const USAGE = `Usage: node test/faults/run.ts [--ci | --all [--part K/N]] [--only CASE[,CASE]] [--seed N] [--lanes N]
  --ci    a sample for every commit, at most five minutes (the default)
  --all   every fault at every call and commit
  --part  of all of them the K-th of N parts, always the same ones, for runs at different times
  --only  these cases, by the names that a run prints
  --seed  another order and another sample
  --lanes how many cases run side by side, each with a product of its own (2): most of the time is spent waiting`

const FOLDER = join(import.meta.dirname, '../../.data', `faults-${process.pid}`)
const CI_SECONDS = 290
const SLOWEST_CASE_SECONDS = 30
/** Addresses and the machines' memory are finite, so a world serves for so many purchases. */
const CASES_PER_WORLD = 60

const { values } = parseArgs({
  options: {
    ci: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    part: { type: 'string', default: '1/1' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    lanes: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})

type Tally = { ran: Case[]; broken: Case[]; unreached: Case[]; resumedMs: number[]; copies: number; left: number }

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(`${USAGE}\n`)
  const began = performance.now()
  const secondsGone = (): number => (performance.now() - began) / 1000
  let interrupted = false
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      interrupted = true
    })
  await buildWebIfStale()
  const tally: Tally = { ran: [], broken: [], unreached: [], resumedMs: [], copies: 0, left: 0 }
  const first = await openWorld(join(FOLDER, 'clean'))
  let cases: Case[]
  try {
    cases = await plan(first)
  } finally {
    await first.close()
  }
  const isOver = (): boolean =>
    interrupted || (!values.all && !values.only && secondsGone() + SLOWEST_CASE_SECONDS > CI_SECONDS)
  const waiting = [...cases]
  const next = (): Case | undefined => (isOver() ? undefined : waiting.shift())
  const lanes = Math.min(Number(values.lanes), cases.length)
  const running = Array.from({ length: lanes }, async (_each, lane) => {
    try {
      await work(tally, next, join(FOLDER, `lane-${lane + 1}`))
    } catch (error) {
      // The other lanes finish the case they are at, and take their processes down.
      interrupted = true
      throw error
    }
  })
  const failed = (await Promise.allSettled(running)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason
  tally.left = waiting.length
  if (tally.broken.length === 0) await rm(FOLDER, { recursive: true, force: true })
  else say(`Logs of the processes are in ${FOLDER}.`)
  summarize(tally, secondsGone())
}

/** One lane: case after case in a world of its own, which is renewed when it is used up or something broke in it. */
async function work(tally: Tally, next: () => Case | undefined, folder: string): Promise<void> {
  let each = next()
  for (let worlds = 1; each; worlds += 1) {
    const world = await openWorld(`${folder}-${worlds}`)
    try {
      let broken = false
      for (let used = 0; each && !broken && used < CASES_PER_WORLD; used += 1) {
        const outcome = await runCase(world, each)
        report(tally, each, outcome)
        // What one case has broken must not be held against the next.
        broken = outcome.violations.length > 0
        each = next()
      }
    } finally {
      await world.close()
    }
  }
}

/** Runs the workflow clean to learn what crosses, unless the cases are named. */
async function plan(world: World): Promise<Case[]> {
  if (values.only) return values.only.split(',').map(parseCase)
  const runs: Point[][] = []
  for (let run = 0; run < (values.all ? 2 : 1); run += 1) {
    const { violations, points, seconds } = await runCase(world, { name: 'clean', faults: [] })
    if (violations.length > 0) throw new Error(`The clean run is not clean:\n  ${violations.join('\n  ')}`)
    say(`Clean run ${run + 1}: ${points.length} messages in ${seconds.toFixed(1)} s.`)
    runs.push(points)
  }
  const points = commonPoints(runs)
  describe(points)
  const seed = Number(values.seed)
  const cases = values.all ? partOf(planAll(points, seed), values.part) : planSample(points, seed)
  say(`${cases.reduce((sum, each) => sum + each.faults.length, 0)} faults in ${cases.length} cases, seed ${seed}.`)
  return cases
}

function describe(points: Point[]): void {
  const by = Map.groupBy(points, ({ side, peer }) => `${side} ${peer}`)
  for (const [who, some] of by) {
    say(`${who}: ${some.length} ${who.endsWith('postgres') ? 'commits' : 'messages'}`)
    for (const [what, each] of Map.groupBy(some, (point) => point.what))
      say(`  ${String(each.length).padStart(3)}  ${what}`)
  }
  const calls = points.filter(({ peer }) => peer !== 'postgres').length
  say(`K = ${calls} calls and ${points.length - calls} commits.`)
}

function report(tally: Tally, each: Case, outcome: Outcome): void {
  tally.ran.push(each)
  tally.copies += outcome.copies
  if (outcome.resumedMs !== undefined) tally.resumedMs.push(outcome.resumedMs)
  const resumed = outcome.resumedMs === undefined ? '' : `, went on after ${(outcome.resumedMs / 1000).toFixed(1)} s`
  const verdict = outcome.violations.length > 0 ? 'BROKEN ' : outcome.missing.length > 0 ? 'missed ' : 'ok     '
  say(`${verdict} ${each.name} (${outcome.seconds.toFixed(1)} s${resumed})`)
  for (const violation of outcome.violations) say(`         ${violation}`)
  if (outcome.missing.length > 0) say(`         never came: ${outcome.missing.join(' ')}`)
  if (outcome.violations.length > 0) tally.broken.push(each)
  else if (outcome.missing.length > 0) tally.unreached.push(each)
}

function summarize(tally: Tally, seconds: number): void {
  const faults = tally.ran.flatMap((each) => each.faults)
  say('')
  for (const [action, meaning] of Object.entries(ACTIONS)) {
    const count = faults.filter((fault) => fault.action === action).length
    if (count > 0) say(`${String(count).padStart(5)}  ${action.padEnd(16)} ${meaning}`)
  }
  const slowest = Math.max(0, ...tally.resumedMs) / 1000
  if (tally.resumedMs.length > 0)
    say(`After a kill, work went on within ${slowest.toFixed(1)} s (${tally.resumedMs.length} seen).`)
  if (tally.copies > 0) say(`${tally.copies} mails came twice under one Message-ID.`)
  if (tally.unreached.length > 0) say(`${tally.unreached.length} cases waited for a message that never came.`)
  if (tally.left > 0) say(`${tally.left} cases of the sample were left out: the time was over.`)
  for (const { name } of tally.broken) say(`Run again: npm run test:faults -- --only '${name}'`)
  const count = tally.ran.reduce((sum, each) => sum + each.faults.length, 0)
  say(
    `faults: ${count} cases, ${tally.broken.length} violations (${tally.ran.length} purchases, ${seconds.toFixed(0)} s)`,
  )
  if (tally.broken.length > 0) process.exitCode = 1
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

await main()

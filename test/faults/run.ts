import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWebIfStale } from '../../scripts/build-web.ts'
import { Waiting, workLane } from './campaign.ts'
import { commonPoints, parseCase, partOf, planAll, planSample } from './plan.ts'
import { ACTIONS, type Case, kindOf, type Point } from './points.ts'
import { type Lane, type Outcome, runCase } from './run-case.ts'
import { stories, storyOf } from './stories.ts'
import { openWorld } from './world.ts'

const USAGE = `Usage: node test/faults/run.ts [--ci | --all [--part K/N]] [--workflow NAME] [--only CASE[,CASE]] [--seed N] [--lanes N]
  --ci    a sample for every commit, at most six minutes (the default)
  --all   every fault at every call and commit
  --part  of all of them the K-th of N parts, always the same ones, for runs at different times
  --workflow  one of ${stories.map(({ name }) => name).join(', ')}; all of them when it is left out
  --only  these cases, by the names that a run prints
  --seed  another order and another sample
  --seconds how long a sample may take (380); what is left then is said
  --lanes how many cases run side by side, each with a product of its own (2): most of the time is spent waiting`

const FOLDER = join(import.meta.dirname, '../../.data', `faults-${process.pid}`)
const SLOWEST_CASE_SECONDS = 30
/** All of them in the order in which a single customer can live through them. */
const ONE_LIFE = ['purchase', 'renew', 'decline', 'pay-suspended', 'upgrade', 'refund', 'dispute']

const { values } = parseArgs({
  options: {
    ci: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    part: { type: 'string', default: '1/1' },
    workflow: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string', default: '1' },
    seconds: { type: 'string', default: '380' },
    lanes: { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
})

type Tally = {
  ran: Case[]
  broken: Case[]
  unreached: Case[]
  resumedMs: number[]
  copies: number
  left: number
  findings: string[]
}

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
  const tally: Tally = { ran: [], broken: [], unreached: [], resumedMs: [], copies: 0, left: 0, findings: [] }
  const cases = await plan()
  const isOver = (): boolean =>
    interrupted || (!values.all && !values.only && secondsGone() + SLOWEST_CASE_SECONDS > Number(values.seconds))
  const waiting = new Waiting(cases, isOver)
  const lanes = Math.min(Number(values.lanes), cases.length)
  const running = Array.from({ length: lanes }, async (_each, lane) => {
    try {
      const folder = join(FOLDER, `lane-${lane + 1}`)
      const report = (each: Case, outcome: Outcome): void => {
        note(tally, each, outcome)
      }
      tally.findings.push(...(await workLane(waiting, { movesFirst: lane % 2 === 1, folder, report })))
    } catch (error) {
      // The other lanes finish the case they are at, and take their processes down.
      interrupted = true
      throw error
    }
  })
  const failed = (await Promise.allSettled(running)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason
  tally.left = waiting.left
  if (tally.broken.length + tally.findings.length === 0) await rm(FOLDER, { recursive: true, force: true })
  else say(`Logs of the processes are in ${FOLDER}.`)
  summarize(tally, secondsGone())
}

/** Tells the stories clean to learn what crosses, unless the cases are named. */
async function plan(): Promise<Case[]> {
  if (values.only) return values.only.split(',').map(parseCase)
  const wanted = values.workflow === undefined ? ONE_LIFE : [storyOf(values.workflow).name]
  const runs: Map<string, Point[]>[] = []
  for (let run = 0; run < (values.all ? 2 : 1); run += 1) runs.push(await tellClean(wanted))
  const seed = Number(values.seed)
  const known = new Set<string>()
  const cases = wanted.flatMap((story) => {
    const points = commonPoints(runs.map((told) => told.get(story) ?? []))
    describe(story, points)
    const own = values.all ? partOf(planAll(story, points, seed), values.part) : planSample(story, points, known, seed)
    for (const point of points) known.add(kindOf(point))
    return own
  })
  say(`${cases.reduce((sum, each) => sum + each.faults.length, 0)} faults in ${cases.length} cases, seed ${seed}.`)
  return cases
}

async function tellClean(wanted: readonly string[]): Promise<Map<string, Point[]>> {
  const lane: Lane = { world: await openWorld(join(FOLDER, 'clean')), life: undefined }
  const told = new Map<string, Point[]>()
  try {
    for (const story of wanted) {
      const { violations, points, seconds } = await runCase(lane, parseCase(`${story}/clean`))
      if (violations.length > 0) throw new Error(`The clean ${story} is not clean:\n  ${violations.join('\n  ')}`)
      say(`Clean ${story}: ${points.length} messages in ${seconds.toFixed(1)} s.`)
      told.set(story, points)
    }
    return told
  } finally {
    await lane.world.close()
  }
}

function describe(story: string, points: Point[]): void {
  if (values.workflow !== undefined || values.all) {
    const by = Map.groupBy(points, ({ side, peer }) => `${side} ${peer}`)
    for (const [who, some] of by) {
      say(`${who}: ${some.length} ${who.endsWith('postgres') ? 'commits' : 'messages'}`)
      for (const [what, each] of Map.groupBy(some, (point) => point.what))
        say(`  ${String(each.length).padStart(3)}  ${what}`)
    }
  }
  const calls = points.filter(({ peer }) => peer !== 'postgres').length
  say(`${story}: K = ${calls} calls and ${points.length - calls} commits.`)
}

function note(tally: Tally, each: Case, outcome: Outcome): void {
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
  for (const [story, some] of Map.groupBy(tally.ran, (each) => each.story))
    say(`${story}: ${some.flatMap((each) => each.faults).length} faults in ${some.length} tellings`)
  const slowest = Math.max(0, ...tally.resumedMs) / 1000
  if (tally.resumedMs.length > 0)
    say(`After a kill, work went on within ${slowest.toFixed(1)} s (${tally.resumedMs.length} seen).`)
  if (tally.copies > 0) say(`${tally.copies} mails came twice under one Message-ID.`)
  if (tally.unreached.length > 0) say(`${tally.unreached.length} cases waited for a message that never came.`)
  if (tally.left > 0) say(`${tally.left} cases of the sample were left out: the time was over.`)
  for (const finding of tally.findings) say(finding)
  for (const { name } of tally.broken) say(`Run again: npm run test:faults -- --only '${name}'`)
  const violations = tally.broken.length + tally.findings.length
  say(
    `faults: ${faults.length} cases, ${violations} violations (${tally.ran.length} stories told, ${seconds.toFixed(0)} s)`,
  )
  if (violations > 0) process.exitCode = 1
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

await main()

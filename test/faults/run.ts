import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { buildWebIfStale } from '../../scripts/build-web.ts'
import { Waiting, workLane } from './campaign.ts'
import { rowOf, coverageTable } from './coverage.ts'
import { Ledger, LEDGER } from './ledger.ts'
import { apart, commonPoints, everyFault, gather, parseCase, partOf } from './plan.ts'
import { type Case, kindOf, nameOfFault, type Point } from './points.ts'
import { type Lane, type Outcome, runCase } from './run-case.ts'
import { planSample } from './sample.ts'
import { seedOfToday } from './seed.ts'
import { stories, storyOf } from './stories.ts'
import { summaryOf, type Tally } from './summary.ts'
import { openWorld } from './world.ts'

const USAGE = `Usage: node test/faults/run.ts [--ci | --all [--part K/N] [--resume] [--apart] | --list] [--workflow NAME[,NAME]] [--only CASE[,CASE]] [--seed N] [--lanes N]
  --ci    a sample for every commit, at most six minutes (the default): every kind of strike in every workflow, and more
  --all   every fault at every call and commit; what does not hide each other is told together
  --apart each fault in a telling of its own
  --part  of all of them the K-th of N parts, always the same ones, for runs at different times
  --resume  leaves out what has run well before, by the file that --ledger names
  --list  runs nothing but the clean stories, and tells how many faults there are and how many have run
  --workflow  some of ${stories.map(({ name }) => name).join(', ')}; all of them when it is left out
  --only  these cases, by the names that a run prints
  --seed  another order and another sample; by itself that of the commit
  --seconds how long a sample may take (380); what is left then is said
  --ledger  the file in which results are kept from run to run
  --lanes how many cases run side by side, each with a product of its own (3): most of the time is spent waiting`

const FOLDER = join(import.meta.dirname, '../../.data', `faults-${process.pid}`)
const SLOWEST_CASE_SECONDS = 30
/** All of them in the order in which a single customer can live through them. */
const ONE_LIFE = ['purchase', 'upgrade', 'refund', 'dispute', 'renew', 'decline', 'pay-suspended']

const { values } = parseArgs({
  options: {
    ci: { type: 'boolean', default: false },
    all: { type: 'boolean', default: false },
    apart: { type: 'boolean', default: false },
    resume: { type: 'boolean', default: false },
    list: { type: 'boolean', default: false },
    part: { type: 'string', default: '1/1' },
    workflow: { type: 'string' },
    only: { type: 'string' },
    seed: { type: 'string' },
    seconds: { type: 'string', default: '380' },
    ledger: { type: 'string', default: LEDGER },
    lanes: { type: 'string', default: '3' },
    help: { type: 'boolean', default: false },
  },
})

/** What is to be run, in turns of which the earlier come first, and the points that the clean stories crossed. */
type Plan = { turns: Case[][]; points: Map<string, Point[]>; opened: (Lane | undefined)[] }

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
  const ledger = new Ledger(values.ledger)
  const { turns, points, opened } = await plan(ledger)
  const isOver = (): boolean =>
    interrupted || (!values.all && !values.only && secondsGone() + SLOWEST_CASE_SECONDS > Number(values.seconds))
  const waiting = new Waiting(turns, isOver)
  const tally: Tally = { ran: [], left: [], findings: [] }
  const lanes = Math.max(opened.length, Math.min(Number(values.lanes), waiting.left.length))
  const running = Array.from({ length: lanes }, async (_each, lane) => {
    try {
      const folder = join(FOLDER, `lane-${lane + 1}`)
      const report = (each: Case, outcome: Outcome): void => {
        tell(each, outcome)
        ledger.note(each, { broken: outcome.violations.length > 0, missing: outcome.missing })
        tally.ran.push({ each, outcome })
      }
      tally.findings.push(
        ...(await workLane(waiting, { movesFirst: lane % 2 === 1, folder, opened: opened[lane], report })),
      )
    } catch (error) {
      // The other lanes finish the case they are at, and take their processes down.
      interrupted = true
      throw error
    }
  })
  const failed = (await Promise.allSettled(running)).find((lane) => lane.status === 'rejected')
  if (failed) throw failed.reason
  tally.left = waiting.left
  const { lines, violations } = summaryOf(tally, points, secondsGone())
  if (violations === 0) await rm(FOLDER, { recursive: true, force: true })
  else say(`Logs of the processes are in ${FOLDER}.`)
  for (const line of lines) say(line)
  if (values.all || values.list) say(coverageTable([...points].map(([story, some]) => rowOf(story, some, ledger))))
  if (violations > 0) process.exitCode = 1
}

/** Tells the stories clean to learn what crosses, unless the cases are named. */
async function plan(ledger: Ledger): Promise<Plan> {
  if (values.only) return { turns: [values.only.split(',').map(parseCase)], points: new Map(), opened: [] }
  const wanted = values.workflow === undefined ? ONE_LIFE : values.workflow.split(',').map((name) => storyOf(name).name)
  const { points, opened } = await tellAllClean(wanted)
  const seed = values.seed === undefined ? await seedOfToday() : Number(values.seed)
  const turns: Case[][] = [[], [], []]
  const known = new Set<string>()
  for (const story of wanted) {
    const own = points.get(story) ?? []
    describe(story, own)
    const planned = values.list ? [] : planOne(story, own, known, seed, ledger)
    for (const [turn, cases] of planned.entries()) turns[turn]!.push(...cases)
    for (const point of own) known.add(kindOf(point))
  }
  const cases = turns.flat()
  say(`${cases.reduce((sum, each) => sum + each.faults.length, 0)} faults in ${cases.length} tellings, seed ${seed}.`)
  return { turns, points, opened }
}

/**
 * What is to be run of a workflow, in turns: first a strike of each kind; then one at each kind of message, or of all of
 * them those at a first crossing; at last those at later ones, which mostly look again.
 */
function planOne(story: string, points: Point[], known: ReadonlySet<string>, seed: number, ledger: Ledger): Case[][] {
  const { needed, more } = planSample(story, points, known, seed)
  if (!values.all) return [needed, more]
  const taken = new Set(needed.flatMap(({ faults }) => faults.map(nameOfFault)))
  const isDone = (fault: string): boolean => values.resume && ledger.verdictOf(story, fault) === 'ok'
  const faults = partOf(story, everyFault(points), values.part).filter((fault) => !isDone(nameOfFault(fault)))
  const pack = values.apart ? apart : gather
  return [
    faults.filter((fault) => taken.has(nameOfFault(fault))),
    faults.filter((fault) => !taken.has(nameOfFault(fault)) && fault.nth === 1),
    faults.filter((fault) => !taken.has(nameOfFault(fault)) && fault.nth > 1),
  ].map((some) => pack(story, some, seed))
}

/** Stories that move business time and those that do not, each in the world in which its lane goes on. */
async function tellAllClean(wanted: readonly string[]): Promise<Pick<Plan, 'points' | 'opened'>> {
  const points = new Map<string, Point[]>(wanted.map((story) => [story, []]))
  const opened = await Promise.all(
    [false, true].map(async (moves, index) => {
      const own = wanted.filter((story) => storyOf(story).moves === moves)
      if (own.length === 0) return undefined
      const lane: Lane = { world: await openWorld(join(FOLDER, `lane-${index + 1}`)), life: undefined }
      for (const story of own) {
        const runs: Point[][] = []
        // Twice, to learn what crosses only now and then.
        for (let run = 0; run < (values.all || values.list ? 2 : 1); run += 1) runs.push(await tellClean(lane, story))
        points.set(story, commonPoints(runs))
      }
      return lane
    }),
  )
  if (!values.list) return { points, opened }
  await Promise.all(opened.map(async (lane) => lane?.world.close()))
  return { points, opened: [] }
}

async function tellClean(lane: Lane, story: string): Promise<Point[]> {
  const { violations, points, seconds } = await runCase(lane, parseCase(`${story}/clean`))
  if (violations.length > 0) throw new Error(`The clean ${story} is not clean:\n  ${violations.join('\n  ')}`)
  say(`Clean ${story}: ${points.length} messages in ${seconds.toFixed(1)} s.`)
  return points
}

function describe(story: string, points: Point[]): void {
  if (values.workflow !== undefined || values.list) {
    const by = Map.groupBy(points, ({ side, peer }) => `${side} ${peer}`)
    for (const [who, some] of by) {
      say(`${who}: ${some.length} ${who.endsWith('postgres') ? 'commits' : 'messages'}`)
      for (const [what, each] of Map.groupBy(some, (point) => point.what))
        say(`  ${String(each.length).padStart(3)}  ${what}`)
    }
  }
  const calls = points.filter(({ peer }) => peer !== 'postgres').length
  say(`${story}: K = ${calls} calls and ${points.length - calls} commits, ${everyFault(points).length} faults.`)
}

function tell(each: Case, outcome: Outcome): void {
  const resumed = outcome.resumedMs === undefined ? '' : `, went on after ${(outcome.resumedMs / 1000).toFixed(1)} s`
  const verdict = outcome.violations.length > 0 ? 'BROKEN ' : outcome.missing.length > 0 ? 'missed ' : 'ok     '
  say(`${verdict} ${each.name} (${outcome.seconds.toFixed(1)} s${resumed})`)
  for (const violation of outcome.violations) say(`         ${violation}`)
  if (outcome.missing.length > 0) say(`         never came: ${outcome.missing.join(' ')}`)
}

const say = (line: string): void => void process.stdout.write(`${line}\n`)

await main()

import { createHash } from 'node:crypto'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { PassThrough } from 'node:stream'
import { spec, type TestEvent } from 'node:test/reporters'
import { parseArgs } from 'node:util'
import { failureTypeOf, unquote } from './runner/events.ts'
import { failedFile } from './runner/file-record.ts'
import { startTestProcess, type TestProcess } from './runner/test-process.ts'
import { globalSetup, globalTeardown } from './support/global-setup.ts'

const USAGE = `Usage: node test/run.ts [--processes N] [--shuffle SEED] [FILE…]
  Runs test files (all but those for the browser when none is named) in a few processes that read the product once.
  --processes  how many work side by side (one for each core, from two to four)
  --shuffle    in an order that comes of this number, to find files that depend on one another`

const ALL = ['src/**/*.test.ts', 'test/*.test.ts', 'test/scenarios/*.test.ts']
/** What takes longest comes first, so that the processes end together. Being out of date costs only time. */
const LONG = ['test/policy-matrix.test.ts', 'test/simulation.test.ts']
/** A process that has grown this large makes room for another. */
const LARGE_MB = 1_500

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    processes: { type: 'string', default: String(Math.min(4, Math.max(2, availableParallelism()))) },
    shuffle: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

const tally = { tests: 0, suites: 0, pass: 0, fail: 0, skipped: 0 }
const output = new PassThrough({ objectMode: true })
output.pipe(new spec()).pipe(process.stdout)

async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(`${USAGE}\n`)
  const began = performance.now()
  const files = inOrder(globSync(positionals.length > 0 ? positionals : ALL))
  const running = new Set<TestProcess>()
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => {
      giveUp(files)
      for (const each of running) each.kill()
    })
  await globalSetup()
  try {
    await Promise.all(Array.from({ length: Number(values.processes) }, () => workThrough(files, running)))
  } finally {
    await globalTeardown()
  }
  giveUp(files)
  const told = { ...tally, duration_ms: performance.now() - began }
  report(Object.entries(told).map(([name, number]) => diagnostic(`${name} ${number}`)))
  output.end()
  process.exitCode = tally.fail > 0 || tally.tests === 0 ? 1 : 0
}

/** Works on what is left until nothing is. After a file that failed comes a new process: nobody inherits a mess. */
async function workThrough(files: string[], running: Set<TestProcess>): Promise<void> {
  let ran: string[] = []
  let current: TestProcess | undefined
  const retire = async (process: TestProcess): Promise<void> => {
    const words = await process.end()
    running.delete(process)
    if (words.length > 0)
      report([failedFile('outside of any test', `${words.join('\n')}\nThe process had run ${ran.join(', ')}.`)])
    ran = []
    current = undefined
  }
  for (let file = files.shift(); file !== undefined; file = files.shift()) {
    current ??= startTestProcess()
    running.add(current)
    const run = await current.run(file)
    report(run.events)
    ran.push(file)
    if (!run.passed || run.memoryMb > LARGE_MB) await retire(current)
  }
  if (current) await retire(current)
}

/** Says of each file that is left that it did not run. */
function giveUp(files: string[]): void {
  report(files.splice(0).map((file) => failedFile(file, 'The run ended before this file.')))
}

function report(events: readonly TestEvent[]): void {
  for (const event of events) {
    count(event)
    output.write(unquote(event))
  }
}

function count({ type, data }: TestEvent): void {
  if (type !== 'test:pass' && type !== 'test:fail') return
  const isSuite = data.details.type === 'suite'
  tally[isSuite ? 'suites' : 'tests'] += 1
  // A suite fails by a test in it, which counts, or by itself.
  if (type === 'test:fail') tally.fail += failureTypeOf(data.details.error) === 'subtestsFailed' ? 0 : 1
  else if (isSuite) return
  else if (data.skip !== undefined) tally.skipped += 1
  else tally.pass += 1
}

const diagnostic = (message: string): TestEvent => ({
  type: 'test:diagnostic',
  data: { message, nesting: 0, level: 'info' },
})

/** The longest first, or all of them shuffled the same way for the same number. */
function inOrder(files: readonly string[]): string[] {
  const { shuffle } = values
  if (shuffle === undefined)
    return [...LONG.filter((file) => files.includes(file)), ...files.filter((file) => !LONG.includes(file)).toSorted()]
  const rank = (file: string): string => createHash('sha256').update(`${shuffle} ${file}`).digest('hex')
  return files.toSorted((one, other) => (rank(one) < rank(other) ? -1 : 1))
}

await main()

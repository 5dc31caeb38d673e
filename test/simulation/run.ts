import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { globalSetup, globalTeardown } from '#test/support/global-setup.ts'
import { simulate } from './simulate.ts'

const USAGE = `Usage: node test/simulation/run.ts [--seeds N] [--from SEED] [--customers N] [--days N] [--processes N]
  --seeds      how many stories are told (20), each with a seed of its own from --from (1) on
  --customers  how many people live in each (4), and for how many --days (90)
  --processes  how many stories are told side by side (2)`

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    customers: { type: 'string', default: '4' },
    days: { type: 'string', default: '90' },
    processes: { type: 'string', default: '2' },
    /** Of a process that tells some of the stories: every how many-th. */
    every: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

/** Tells many stories; the exit code says whether all of them came out as the model says. */
async function main(): Promise<void> {
  if (values.help) return void process.stdout.write(`${USAGE}\n`)
  if (values.every !== undefined) return tellSome(Number(values.every))
  const began = performance.now()
  await globalSetup()
  try {
    const processes = Math.min(Number(values.processes), Number(values.seeds))
    const codes = await Promise.all(Array.from({ length: processes }, (_each, index) => startTeller(index, processes)))
    const failed = codes.some((code) => code !== 0)
    console.log(
      `simulation: ${values.seeds} seeds, ${failed ? 'some differ' : '0 divergences'} (${Math.round((performance.now() - began) / 1000)} s)`,
    )
    process.exitCode = failed ? 1 : 0
  } finally {
    await globalTeardown()
  }
}

/** A process that tells every so many-th story, beginning with one of the first. */
function startTeller(index: number, every: number): Promise<number> {
  const from = Number(values.from) + index
  const seeds = Number(values.seeds) - index
  const { customers, days } = values
  const told = Object.entries({ from, seeds, customers, days, every }).map(([name, value]) => `--${name}=${value}`)
  const child = spawn(process.execPath, [import.meta.filename, ...told], { stdio: 'inherit' })
  return new Promise((done) =>
    child.once('exit', (code) => {
      done(code ?? 1)
    }),
  )
}

async function tellSome(every: number): Promise<void> {
  const [from, until] = [Number(values.from), Number(values.from) + Number(values.seeds)]
  for (let seed = from; seed < until; seed += every) {
    const started = performance.now()
    const story = { seed, customers: Number(values.customers), days: Number(values.days), checkEvery: 22 }
    const outcome = await simulate(story).then(
      (tally) => tally,
      (error: unknown) => error,
    )
    if (outcome instanceof Error) process.exitCode = 1
    console.log(`seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s:`, outcome)
  }
}

await main()

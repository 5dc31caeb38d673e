import { parseArgs } from 'node:util'
import { globalSetup, globalTeardown } from '#test/support/global-setup.ts'
import { simulate } from './simulate.ts'

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '20' },
    from: { type: 'string', default: '1' },
    customers: { type: 'string', default: '12' },
    days: { type: 'string', default: '90' },
  },
})

/** Tells many stories, one after the other; the exit code says whether all of them came out as the model says. */
await globalSetup()
let failed = 0
try {
  for (let seed = Number(values.from); seed < Number(values.from) + Number(values.seeds); seed += 1) {
    const started = performance.now()
    const story = { seed, customers: Number(values.customers), days: Number(values.days), checkEvery: 10 }
    const outcome = await simulate(story).then(
      (tally) => tally,
      (error: unknown) => error,
    )
    if (outcome instanceof Error) failed += 1
    console.log(`seed ${seed}, ${Math.round((performance.now() - started) / 1000)} s:`, outcome)
  }
} finally {
  await globalTeardown()
}
process.exitCode = failed > 0 ? 1 : 0

// npm run bench -- --quick | --full [--gate]: measures the product against raw floors on this machine and writes RESULTS.md.
import { writeFile } from 'node:fs/promises'
import os from 'node:os'
import { parseArgs } from 'node:util'
import { benchCheckout } from './checkout.ts'
import { openBench } from './context.ts'
import { benchEnumeration } from './enumeration.ts'
import { benchFlood } from './flood.ts'
import { benchHttp } from './http.ts'
import { median, type Result } from './measure.ts'
import { benchQueue } from './queue.ts'
import { benchStart } from './start.ts'
import { benchWebhooks } from './webhooks.ts'

const { values } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    full: { type: 'boolean', default: false },
    gate: { type: 'boolean', default: false },
  },
})
const scale = values.full ? 10 : 1
const results: Result[] = await benchStart()
const bench = await openBench()
try {
  results.push(...(await benchWebhooks(bench, 3_000 * scale)))
  results.push(...(await benchCheckout(bench, 1_500 * scale)))
  results.push(...(await benchHttp(bench, 6_000 * scale)))
  results.push(...(await benchFlood(bench, values.full ? 20 : 4)))
  results.push(...(await benchEnumeration(bench, values.full ? 1_000 : 100)))
  results.push(...(await benchQueue(bench, 4_000 * scale)))
} finally {
  await bench.close()
}

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2))
const rows = results.map((result) => {
  const verdict = result.ratio >= result.gate ? (result.ratio >= result.goal ? 'goal' : 'gate') : 'MISSED'
  return { ...result, verdict }
})
for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
const table = rows.map(
  (row) =>
    `| ${row.card} | ${row.metric} | ${format(median(row.floor))} ${row.unit} | ${format(median(row.product))} ${row.unit} (${format(Math.min(...row.product))} to ${format(Math.max(...row.product))}) | ${row.ratio.toFixed(2)} | ${row.gate} / ${row.goal} | ${row.verdict}${row.noisy ? ', noisy' : ''} | ${row.note ?? ''} |`,
)
await writeFile(
  new URL('RESULTS.md', import.meta.url),
  `# Benchmark results

Written by \`npm run bench\`; do not edit. Floor and product are run in turn on one machine, in one run; medians, ratio is product over floor.
The floors' driver is plain \`pg\` in this process with 16 connections; HTTP load comes from a process of its own. ${os.cpus().length} cores, Node ${process.versions.node}.

| card | what | floor | product | ratio | gate / goal | reached | note |
|---|---|---|---|---|---|---|---|
${table.join('\n')}
`,
)
const missed = rows.filter((row) => row.verdict === 'MISSED')
if (missed.length > 0) {
  process.stderr.write(
    `Below the gate: ${missed.map((row) => `${row.card} ${row.metric} ${row.ratio.toFixed(2)} < ${row.gate}`).join('; ')}\n`,
  )
  // Other work on the machine moves these ratios; whoever wants a run to fail on them says so.
  if (values.gate && missed.some(({ best, gate }) => best < gate)) process.exitCode = 1
}

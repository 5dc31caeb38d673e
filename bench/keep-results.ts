import { readFile, writeFile } from 'node:fs/promises'
import os from 'node:os'
import { median, type Result } from './measure.ts'

export type Row = Result & { verdict: string }
/** Of a row only what the page shows: every reading would make the file change for nothing. */
type KeptRow = Pick<Row, 'card' | 'metric' | 'unit' | 'ratio' | 'gate' | 'goal' | 'verdict' | 'noisy'> & {
  floor: number
  product: number
  least: number
  most: number
  note: string
  measuredOn: string
}

const ROWS = new URL('results.json', import.meta.url)
const PAGE = new URL('RESULTS.md', import.meta.url)

/** Puts these in the place of what was measured of the same cards and metrics before, and writes bench/RESULTS.md anew. */
export async function keepResults(rows: readonly Row[]): Promise<void> {
  const fresh = rows.map(kept)
  const measured = new Set(fresh.map(nameOf))
  const before = JSON.parse(await readFile(ROWS, 'utf8')) as KeptRow[]
  const all = [...before.filter((row) => !measured.has(nameOf(row))), ...fresh].toSorted(
    (a, b) => Number(a.card.slice(1)) - Number(b.card.slice(1)),
  )
  await writeFile(ROWS, `${JSON.stringify(all, null, 2)}\n`)
  await writeFile(PAGE, pageOf(all))
}

const nameOf = ({ card, metric }: { card: string; metric: string }): string => `${card} ${metric}`

const kept = ({ card, metric, unit, floor, product, ratio, gate, goal, verdict, noisy, note = '' }: Row): KeptRow => ({
  card,
  metric,
  unit,
  floor: median(floor),
  product: median(product),
  least: Math.min(...product),
  most: Math.max(...product),
  ratio,
  gate,
  goal,
  verdict,
  noisy,
  note,
  measuredOn: Temporal.Now.plainDateISO('UTC').toString(),
})

const format = (value: number): string => (value >= 100 ? value.toFixed(0) : value.toFixed(2))

const lineOf = (row: KeptRow): string =>
  `| ${row.card} | ${row.metric} | ${format(row.floor)} ${row.unit} | ${format(row.product)} ${row.unit} (${format(row.least)} to ${format(row.most)}) | ${row.ratio.toFixed(2)} | ${row.gate} / ${row.goal.toFixed(2)} | ${row.verdict}${row.noisy ? ', noisy' : ''} | ${row.measuredOn} | ${row.note} |`

const pageOf = (rows: readonly KeptRow[]): string => `# Benchmark results

Written by \`npm run bench\`; do not edit. Floor and product are run in turn on one machine, in one run; medians, ratio is product over floor.
The floors' driver is plain \`pg\` in this process with 16 connections; HTTP load comes from a process of its own. ${os.cpus().length} cores, Node ${process.versions.node}.

| card | what | floor | product | ratio | gate / goal | reached | measured on | note |
|---|---|---|---|---|---|---|---|---|
${rows.map(lineOf).join('\n')}
`

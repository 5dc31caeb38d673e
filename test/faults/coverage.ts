import type { Ledger } from './ledger.ts'
import { everyFault } from './plan.ts'
import { ACTIONS, type Action, type Fault, nameOfFault, type Point } from './points.ts'

const STRIKES = Object.keys(ACTIONS) as Action[]

/** Of a workflow: its strikes, those that ran well, and those whose message did not come. */
type Row = { story: string; cells: Map<Action, { all: number; run: number; missed: number; broken: number }> }

/** Which strikes of a workflow exist, and how each ended: in this run alone, or as the ledger remembers. */
export function rowOf(story: string, points: readonly Point[], ledger: Ledger): Row {
  const cells: Row['cells'] = new Map()
  for (const fault of everyFault(points)) {
    const cell = cells.get(fault.action) ?? { all: 0, run: 0, missed: 0, broken: 0 }
    const verdict = ledger.verdictOf(story, nameOfFault(fault))
    cell.all += 1
    if (verdict === 'ok') cell.run += 1
    if (verdict === 'missed') cell.missed += 1
    if (verdict === 'broken') cell.broken += 1
    cells.set(fault.action, cell)
  }
  return { story, cells }
}

/** A table of workflows by kinds of strike: how many ran of how many there are. */
export function coverageTable(rows: readonly Row[]): string {
  const head = ['workflow', ...STRIKES, 'all']
  const lines = rows.map(({ story, cells }) => {
    const told = STRIKES.map((action) => {
      const cell = cells.get(action)
      return cell ? `${cell.run}/${cell.all}` : '-'
    })
    const sum = (what: 'all' | 'run'): number => [...cells.values()].reduce((total, cell) => total + cell[what], 0)
    return [story, ...told, `${sum('run')}/${sum('all')}`]
  })
  const widths = head.map((title, column) => Math.max(title.length, ...lines.map((line) => line[column]!.length)))
  return [head, ...lines]
    .map((line) =>
      line.map((word, at) => (at === 0 ? word.padEnd(widths[at]!) : word.padStart(widths[at]!))).join('  '),
    )
    .join('\n')
}

/** Kinds of strike that a workflow can bear and that none of these faults is: none is what a run should come to. */
export function leftOut(points: readonly Point[], faults: readonly Fault[]): Action[] {
  const possible = new Set(everyFault(points).map(({ action }) => action))
  const struck = new Set(faults.map(({ action }) => action))
  return STRIKES.filter((action) => possible.has(action) && !struck.has(action))
}

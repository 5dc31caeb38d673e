import { leftOut } from './coverage.ts'
import { ACTIONS, type Case, nameOfFault, type Point } from './points.ts'
import type { Outcome } from './run-case.ts'

/** What a campaign came to. */
export type Tally = {
  ran: { each: Case; outcome: Outcome }[]
  left: Case[]
  findings: string[]
}

/** What is said at the end of a run: what was struck, what was left out, and how to run again what broke. */
export function summaryOf(
  { ran, left, findings }: Tally,
  points: ReadonlyMap<string, Point[]>,
  seconds: number,
): { lines: string[]; violations: number } {
  const lines = ['']
  const struck = ran.flatMap(({ each: { story, faults }, outcome }) =>
    faults.filter((fault) => !outcome.missing.includes(nameOfFault(fault))).map((fault) => ({ story, fault })),
  )
  for (const [action, meaning] of Object.entries(ACTIONS)) {
    const count = struck.filter(({ fault }) => fault.action === action).length
    if (count > 0) lines.push(`${String(count).padStart(5)}  ${action.padEnd(16)} ${meaning}`)
  }
  for (const [story, own] of points) {
    const faults = struck.filter((each) => each.story === story).map(({ fault }) => fault)
    const tellings = ran.filter(({ each }) => each.story === story).length
    const without = leftOut(own, faults)
    const lacking = without.length === 0 ? 'every kind of strike' : `WITHOUT ${without.join(', ')}`
    lines.push(`${story}: ${faults.length} faults in ${tellings} tellings, ${lacking}`)
  }
  const resumed = ran.flatMap(({ outcome }) => outcome.resumedMs ?? [])
  if (resumed.length > 0)
    lines.push(
      `After a kill, work went on within ${(Math.max(...resumed) / 1000).toFixed(1)} s (${resumed.length} seen).`,
    )
  const copies = ran.reduce((sum, { outcome }) => sum + outcome.copies, 0)
  if (copies > 0) lines.push(`${copies} mails came twice under one Message-ID.`)
  lines.push(...leftBehind(ran, left))
  lines.push(...findings)
  const broken = ran.filter(({ outcome }) => outcome.violations.length > 0)
  for (const { each } of broken) lines.push(`Run again: npm run test:faults -- --only '${each.name}'`)
  const violations = broken.length + findings.length
  lines.push(
    `faults: ${struck.length} cases, ${violations} violations (${ran.length} stories told, ${seconds.toFixed(0)} s)`,
  )
  return { lines, violations }
}

/** What did not come about: messages that were waited for in vain, also in a telling of their own, and cases without time. */
function leftBehind(ran: Tally['ran'], left: readonly Case[]): string[] {
  const alone = ran.filter(({ each, outcome }) => each.faults.length === 1 && outcome.missing.length > 0)
  const lines = alone.map(({ each }) => `Not met, since its message did not come this time: ${each.name}`)
  if (left.length > 0) {
    const faults = left.reduce((sum, each) => sum + each.faults.length, 0)
    lines.push(`Left out, since the time was over: ${faults} faults in ${left.length} tellings:`)
    for (const [story, some] of Map.groupBy(left, (each) => each.story))
      lines.push(`  ${story}: ${some.flatMap(({ faults: own }) => own).length} faults`)
  }
  return lines
}

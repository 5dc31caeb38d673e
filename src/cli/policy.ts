import { admits, apiPolicy, pagePolicy, type Rule } from '#app/policy.ts'
import { PERMISSIONS } from '#modules/accounts/permissions.ts'
import type { StaffRole } from '#platform/actor.ts'

const ROLES = Object.keys(PERMISSIONS) as StaffRole[]
const HEAD = ['who', 'by', 'staff permission', 'staff roles']

/** `ez policy`: the table of who may call which operation and open which page, for people. It asks no database. */
export function run(): Promise<void> {
  process.stdout.write(`${[...section('operation', apiPolicy), '', ...section('page', pagePolicy)].join('\n')}\n`)
  return Promise.resolve()
}

function section(noun: string, rules: Record<string, Rule>): string[] {
  const rows = [[noun, ...HEAD], ...Object.entries(rules).map(([name, rule]) => [name, ...cellsOf(rule, noun)])]
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)))
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column]!))
      .join('  ')
      .trimEnd(),
  )
}

function cellsOf(rule: Rule, noun: string): string[] {
  const roles = ROLES.filter((role) => admits(rule, { kind: 'staff', userId: '', role }))
  const by = rule.session ? 'session' : noun === 'page' ? '-' : 'session or token'
  return [
    rule.who,
    rule.who === 'anyone' ? '-' : by,
    rule.staff ?? '-',
    roles.length === ROLES.length ? 'all' : roles.join(', ') || '-',
  ]
}

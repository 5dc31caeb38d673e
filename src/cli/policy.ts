import { otherPolicy } from '#app/other-policy.ts'
import { apiPolicy, pagePolicy } from '#app/policy.ts'
import type { Rule } from '#app/rule.ts'
import { MEMBER_RIGHTS, MEMBER_ROLES } from '#modules/accounts/member.ts'

const HEAD = ['who', 'by', 'member permission', 'member roles', 'staff permission']

/**
 * `ez policy`: the table of who may call which operation and open which page, for people. It asks no database: which roles
 * of our own people have a permission stands on the staff area's page of roles.
 */
export function run(): Promise<void> {
  process.stdout.write(
    `${[...section('operation', apiPolicy), '', ...section('page', pagePolicy), '', ...others()].join('\n')}\n`,
  )
  return Promise.resolve()
}

function others(): string[] {
  const rows = [['other', 'who'], ...Object.entries(otherPolicy)]
  const width = Math.max(...rows.map(([name]) => name!.length))
  return rows.map(([name, who]) => `${name!.padEnd(width)}  ${who}`)
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

function cellsOf({ who, session, member, staff }: Rule, noun: string): string[] {
  const roles = MEMBER_ROLES.filter((role) => member === undefined || MEMBER_RIGHTS[role].has(member))
  const all = roles.length === MEMBER_ROLES.length
  return [
    who,
    who === 'anyone' ? '-' : session ? 'session' : noun === 'page' ? '-' : 'session or token',
    member ?? '-',
    who === 'anyone' || who === 'staff' ? '-' : all ? 'all' : roles.join(', '),
    staff ?? '-',
  ]
}

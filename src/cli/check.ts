import { checks, runChecks } from '#app/checks.ts'
import { openApp } from './environment.ts'
import { parseArguments } from './usage.ts'

/** `ez check [--json]`: verifies the invariants; exits with 1 when one is broken. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArguments(args, { json: { type: 'boolean', default: false } }, 'ez check [--json]')
  const app = await openApp('command')
  try {
    const findings = await runChecks(app)
    if (values.json) process.stdout.write(`${JSON.stringify({ checks: checks.length, findings }, null, 2)}\n`)
    else if (findings.length === 0) process.stdout.write(`${checks.length} checks, nothing is broken.\n`)
    else process.stdout.write(`${findings.map((finding) => `${finding.invariant}  ${finding.message}`).join('\n')}\n`)
    if (findings.length > 0) process.exitCode = 1
  } finally {
    await app.close()
  }
}

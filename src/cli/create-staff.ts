import { CreateStaffInput, createStaff } from '#modules/accounts/create-staff.ts'
import { system } from '#platform/actor.ts'
import { isProblem } from '#platform/problem.ts'
import { openApp } from './environment.ts'
import { parseArguments, UsageError } from './usage.ts'
import { createInterface } from 'node:readline/promises'

const USAGE =
  'ez create-staff --email ann@example.com --name "Ann Lee" --role admin (the password is read from standard input)'

/** `ez create-staff`: makes one of our own users. The password never stands on the command line. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArguments(
    args,
    { email: { type: 'string' }, name: { type: 'string' }, role: { type: 'string', default: 'support' } },
    USAGE,
  )
  const input = CreateStaffInput.safeParse({ ...values, password: await readPassword() })
  if (!input.success)
    throw new UsageError(
      `${input.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join('\n')}\nUsage: ${USAGE}`,
    )
  const app = await openApp('command')
  try {
    const user = await createStaff(app, system('command line'), input.data)
    process.stdout.write(`${user.email} may sign in as ${user.staffRole}.\n`)
  } catch (error) {
    if (isProblem(error)) throw new UsageError(error.message, { cause: error })
    throw error
  } finally {
    await app.close()
  }
}

async function readPassword(): Promise<string> {
  if (process.stdin.isTTY) process.stdout.write('Password (10 characters or more): ')
  const lines = createInterface({ input: process.stdin })
  for await (const line of lines) {
    lines.close()
    return line
  }
  return ''
}

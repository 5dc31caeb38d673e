import { ConfigError } from '#app/config.ts'
import { StartError } from '#platform/postgres-home.ts'
import { isProblem } from '#platform/problem.ts'
import { UsageError } from './usage.ts'

type Command = { summary: string; takesArguments?: true; load(): Promise<{ run(args: string[]): Promise<void> }> }

/** The program's first argument names one of these. */
const commands: Record<string, Command> = {
  start: { summary: 'Run everything: database, simulators, web and worker', load: () => import('./start.ts') },
  web: { summary: 'Answer HTTP requests', load: () => import('./web.ts') },
  worker: { summary: 'Work the queue', load: () => import('./worker.ts') },
  simulators: { summary: 'Run the simulated vendors', load: () => import('./run-simulators.ts') },
  migrate: { summary: 'Bring the database to this release', load: () => import('./migrate.ts') },
  seed: { summary: 'Fill an empty catalogue with the demo', load: () => import('./seed.ts') },
  check: { summary: 'Verify the invariants [--json]', takesArguments: true, load: () => import('./check.ts') },
  policy: { summary: 'Show who may call which operation and open which page', load: () => import('./policy.ts') },
  quiesce: {
    summary: 'Wait until nothing is left to do [--wait SECONDS]',
    takesArguments: true,
    load: () => import('./quiesce.ts'),
  },
  clock: {
    summary: 'Show or move business time: show | advance P1D | reset',
    takesArguments: true,
    load: () => import('./clock.ts'),
  },
  rekey: { summary: 'Seal all stored secrets with the present SECRET_KEY', load: () => import('./rekey.ts') },
  'create-staff': {
    summary: 'Make a staff user: --email --name --role',
    takesArguments: true,
    load: () => import('./create-staff.ts'),
  },
  retry: {
    summary: 'Retry a failed job, procedure or service by its id',
    takesArguments: true,
    load: () => import('./retry.ts'),
  },
}

/** Runs one command. Mistakes of the person at the terminal end in plain sentences and exit code 1. */
export async function main(args: string[]): Promise<void> {
  const [name = 'help', ...rest] = args
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command) {
    const known = name === 'help' || name === '--help' || name === '-h'
    process.stdout.write(`${known ? '' : `There is no command ${name}.\n\n`}${help()}\n`)
    process.exitCode = known ? 0 : 1
    return
  }
  try {
    if (rest.length > 0 && !command.takesArguments) throw new UsageError(`Usage: ez ${name} (it takes no arguments)`)
    await (await command.load()).run(rest)
  } catch (error) {
    if (!isForPeople(error)) throw error
    process.stderr.write(`${error.message}\n`)
    const end = (): never => process.exit(1)
    if (process.send) process.send({ failed: error.message }, end)
    else end()
  }
}

const help = (): string =>
  [
    'Usage: ez COMMAND',
    '',
    ...Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(13)} ${summary}`),
  ].join('\n')

const isForPeople = (error: unknown): error is Error =>
  error instanceof StartError || error instanceof ConfigError || error instanceof UsageError || isProblem(error)

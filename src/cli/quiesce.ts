import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { openApp } from './environment.ts'
import { parseArguments, UsageError } from './usage.ts'

const USAGE = 'ez quiesce [--wait SECONDS]'
const PERIOD_MS = 200

/** `ez quiesce`: returns when nothing is left to do; exits with 1 and says what is left when the time is over. */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArguments(args, { wait: { type: 'string', default: '60' } }, USAGE)
  const waitSeconds = Number(values.wait)
  if (!(waitSeconds >= 0)) throw new UsageError(`Say how many seconds to wait, such as 60.\nUsage: ${USAGE}`)
  const app = await openApp('command')
  try {
    const deadline = performance.now() + waitSeconds * 1_000
    for (;;) {
      const left = await leftToDo(app)
      const sum = Object.values(left).reduce((a, b) => a + b, 0)
      if (sum === 0) {
        process.stdout.write('Nothing is left to do.\n')
        return
      }
      if (performance.now() >= deadline) {
        process.stderr.write(
          `Still to do: ${Object.entries(left)
            .filter(([, count]) => count > 0)
            .map(([what, count]) => `${count} ${what}`)
            .join(', ')}.\n`,
        )
        process.exitCode = 1
        return
      }
      await pause(PERIOD_MS)
    }
  } finally {
    await app.close()
  }
}

/** Work under way or waiting, by kind. Scheduled rounds do not count; what they would find does. */
export async function leftToDo(
  app: App,
): Promise<{ jobs: number; procedures: number; gatewayEvents: number; notifications: number }> {
  const { rows } = await sql<{ jobs: number; procedures: number; gatewayEvents: number; notifications: number }>`select
    (select count(*)::int from queue.job where state in ('created', 'retry', 'active') and name in ('billing', 'charges', 'provisioning', 'notifications')) as jobs,
    (select count(*)::int from procedures where state in ('running', 'compensating')) as procedures,
    (select count(*)::int from gateway_events where state = 'received') as gateway_events,
    (select count(*)::int from notifications where state = 'queued') as notifications`.execute(app.db)
  return rows[0]!
}

import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { runChecks } from '#app/checks.ts'
import { leftToDo } from '#app/cli/quiesce.ts'
import { readConfig } from '#app/config.ts'
import { createApp } from '#app/create-app.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { system } from '#platform/actor.ts'
import { writeClockOffset } from '#platform/clock-row.ts'
import { createLog } from '#platform/log.ts'
import type { Job } from '#platform/queue.ts'
import type { Environment } from './processes.ts'

const REST_MS = 60_000
const LOOK_MS = 150
/** Processes read the clock twice a second. */
const FOLLOW_MS = 650
/** A server that was killed reads its log first, and a busy machine takes its time. */
const PATIENCE_MS = 90_000
export const STAFF = { email: 'staff@example.com', password: 'four random words here' }

/**
 * Looks at the product from beside it, past the proxies: what `ez quiesce`, `ez check`, `ez clock` and the minute of the
 * schedule do, from a process that is not started anew each time.
 */
export type Inspector = {
  /** Business time becomes noon of a day in the seller's zone, and every process has heard of it. */
  goTo(day: Temporal.PlainDate): Promise<void>
  today(): Temporal.PlainDate
  /** What the schedule does each minute. */
  ring(jobs: readonly Job<Record<string, never>>[]): Promise<void>
  /** Waits until nothing is left to do; gives what is left when that takes longer than a minute. */
  rest(): Promise<string | undefined>
  /** Every invariant that is broken. */
  check(): Promise<string[]>
  rows<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]>
  close(): Promise<void>
}

const ZONE = 'Europe/Berlin'

/** Opens it over the database of a world, with an account of staff for the stories that need one. */
export async function openInspector(databaseUrl: string, environment: Environment): Promise<Inspector> {
  const config = readConfig({ ...environment, LOG_LEVEL: 'silent' })
  const app = await createApp(config, { databaseUrl, role: 'command', log: createLog('silent') })
  const pool = new pg.Pool({ connectionString: databaseUrl, max: 2 })
  // Its server is killed now and then; who asks next gets a new connection.
  pool.on('error', () => undefined)
  await createStaff(app, system('faults'), { ...STAFF, name: 'Sam Staff', role: 'admin', locale: 'en' })
  return {
    goTo: async (day) => {
      const noon = day.toZonedDateTime({ timeZone: ZONE, plainTime: '12:00' })
      const seconds = Math.round((noon.epochMilliseconds - app.clock.wallClock().epochMilliseconds) / 1000)
      await again(() => app.transaction(system('clock'), (tx) => writeClockOffset(tx, seconds)))
      app.clock.setOffsetSeconds(seconds)
      await pause(FOLLOW_MS)
    },
    today: () => app.clock.now().toZonedDateTimeISO(ZONE).toPlainDate(),
    ring: (jobs) =>
      again(() =>
        app.transaction(system('schedule'), async (tx) => {
          for (const each of jobs) await tx.enqueue(each, {})
        }),
      ),
    rest: async () => {
      const deadline = performance.now() + REST_MS
      for (;;) {
        const left = Object.entries(await again(() => leftToDo(app))).filter(([, count]) => count > 0)
        if (left.length === 0) return undefined
        if (performance.now() > deadline) return left.map(([what, count]) => `${count} ${what}`).join(', ')
        await pause(LOOK_MS)
      }
    },
    check: async () => (await again(() => runChecks(app))).map(({ invariant, message }) => `${invariant} ${message}`),
    rows: async <T extends object>(sql: string, values: readonly unknown[] = []) =>
      again(async () => (await pool.query<T>(sql, [...values])).rows),
    close: async () => {
      await pool.end()
      await app.close()
    },
  }
}

/** The database may just have been killed: looking is tried again until it is back. */
async function again<T>(look: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + PATIENCE_MS
  for (;;)
    try {
      return await look()
    } catch (error) {
      if (performance.now() > deadline) throw error
      await pause(500)
    }
}

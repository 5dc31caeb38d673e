import { sql } from 'kysely'
import type { Clock } from '#platform/clock.ts'
import type { Database } from '#platform/database.ts'
import type { Log } from '#platform/log.ts'
import type { Tx } from '#platform/transaction.ts'

const PERIOD_MS = 500

/** By how many seconds business time is ahead of the wall clock. */
export async function readClockOffset(database: Database): Promise<number> {
  const row = await database.db.selectFrom('clock').select('offsetSeconds').executeTakeFirst()
  return Number(row?.offsetSeconds ?? 0n)
}

/** Writes the offset; every process follows within half a second. */
export async function writeClockOffset(tx: Tx, seconds: number): Promise<void> {
  await sql`insert into clock (only_row, offset_seconds, moved_at) values (true, ${seconds}, ${tx.now})
    on conflict (only_row) do update set offset_seconds = excluded.offset_seconds, moved_at = excluded.moved_at`.execute(
    tx.db,
  )
  await tx.emit('clock.moved', 'clock', { after: { offsetSeconds: seconds } })
}

/** Sets the clock from the database and, in simulated mode, keeps following it. Production refuses a moved clock. */
export async function followClock(
  database: Database,
  clock: Clock,
  mode: 'simulated' | 'production',
  log: Log,
): Promise<() => void> {
  const offset = await readClockOffset(database)
  if (mode === 'production') {
    if (offset !== 0)
      throw new Error('The clock of this database was moved in simulated mode; production refuses to run on it.')
    return () => undefined
  }
  clock.setOffsetSeconds(offset)
  const timer = setInterval(() => {
    readClockOffset(database)
      .then((seconds) => {
        clock.setOffsetSeconds(seconds)
      })
      .catch((error: unknown) => {
        log.warn({ err: error }, 'clock not read')
      })
  }, PERIOD_MS)
  timer.unref()
  return () => {
    clearInterval(timer)
  }
}

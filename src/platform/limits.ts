import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'

export type Limit = { name: string; attempts: number; perSeconds: number }

/**
 * Counts one attempt under `subject` and refuses with `too_many_attempts` beyond the limit, telling when to come back.
 * Windows are wall-clock time of the database.
 */
export async function takeAttempt(database: Database, limit: Limit, subject: string): Promise<void> {
  const window = sql`clock_timestamp() + make_interval(secs => ${limit.perSeconds})`
  const { rows } = await sql<{ count: number; seconds: number }>`
    insert into rate_limits as r (key, count, resets_at) values (${`${limit.name}:${subject}`}, 1, ${window})
    on conflict (key) do update set
      count = case when r.resets_at <= clock_timestamp() then 1 else r.count + 1 end,
      resets_at = case when r.resets_at <= clock_timestamp() then ${window} else r.resets_at end
    returning count, ceil(extract(epoch from resets_at - clock_timestamp()))::int as seconds`.execute(database.db)
  const { count, seconds } = rows[0]!
  if (count <= limit.attempts) return
  throw tooMany(seconds)
}

/** Forgets the attempts under `subject`, after a success. */
export async function forgetAttempts(database: Database, limit: Limit, subject: string): Promise<void> {
  await database.db.deleteFrom('rateLimits').where('key', '=', `${limit.name}:${subject}`).execute()
}

const MAX_SUBJECTS = 50_000

/**
 * The same in the memory of one process, for limits that are met on every request: several processes allow that many times
 * as much. `nowMs` is the wall clock.
 */
export function createLocalLimits(nowMs: () => number): (limit: Limit, subject: string) => void {
  const counts = new Map<string, { count: number; resetsAt: number }>()
  return (limit, subject) => {
    const now = nowMs()
    const key = `${limit.name}:${subject}`
    const known = counts.get(key)
    const current = known && known.resetsAt > now ? known : { count: 0, resetsAt: now + limit.perSeconds * 1_000 }
    current.count += 1
    if (current !== known) {
      // The oldest are the first to be over.
      if (counts.size >= MAX_SUBJECTS) counts.delete(counts.keys().next().value ?? '')
      counts.delete(key)
      counts.set(key, current)
    }
    if (current.count > limit.attempts) throw tooMany(Math.ceil((current.resetsAt - now) / 1_000))
  }
}

const tooMany = (seconds: number): Problem =>
  new Problem('rate_limited', 'too_many_attempts', `Too many attempts. Please try again in ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
  })

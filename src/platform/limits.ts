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
  throw new Problem('rate_limited', 'too_many_attempts', `Too many attempts. Please try again in ${seconds} seconds.`, {
    retryAfterSeconds: seconds,
  })
}

/** Forgets the attempts under `subject`, after a success. */
export async function forgetAttempts(database: Database, limit: Limit, subject: string): Promise<void> {
  await database.db.deleteFrom('rateLimits').where('key', '=', `${limit.name}:${subject}`).execute()
}

import { isIPv6 } from 'node:net'
import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import { Problem } from '#platform/problem.ts'

export type Limit = { name: string; attempts: number; perSeconds: number }

/** Counts attempts. Where they are kept is chosen by configuration; all stores count alike. Windows are wall-clock time. */
export type Limits = {
  /**
   * Counts one attempt under `subject` and refuses with `too_many_attempts` beyond the limit, telling when to come back. An
   * IPv6 address counts as its /64, which is what one subscriber is given (RIPE 690, section 4.2).
   */
  take(limit: Limit, subject: string): Promise<void>
  /** Forgets the attempts under `subject`, after a success. */
  forget(limit: Limit, subject: string): Promise<void>
}

/** One more under `key`: how many that makes in its window, and how long that still lasts. */
type Count = (key: string, windowMs: number) => Promise<{ count: number; leftMs: number }>

/** The rule of all stores, over what one of them counts and forgets. */
export const limitsOver = (store: { count: Count; forget(key: string): Promise<void> }): Limits => ({
  take: async (limit, subject) => {
    const { count, leftMs } = await store.count(keyOf(limit, subject), limit.perSeconds * 1_000)
    if (count <= limit.attempts) return
    const seconds = Math.max(1, Math.ceil(leftMs / 1_000))
    throw new Problem(
      'rate_limited',
      'too_many_attempts',
      `Too many attempts. Please try again in ${seconds} seconds.`,
      {
        retryAfterSeconds: seconds,
      },
    )
  },
  forget: (limit, subject) => store.forget(keyOf(limit, subject)),
})

const keyOf = ({ name }: Limit, subject: string): string => `${name}:${isIPv6(subject) ? prefixOf(subject) : subject}`

/** The first 64 bits of an IPv6 address, in the one spelling URLs give it (RFC 5952). */
function prefixOf(address: string): string {
  const bare = address.split('%')[0]!
  const [head = '', tail = ''] = new URL(`http://[${bare}]`).hostname.slice(1, -1).split('::')
  const [left, right] = [head, tail].map((part) => part.split(':').filter(Boolean)) as [string[], string[]]
  return [...left, ...Array<string>(8 - left.length - right.length).fill('0'), ...right].slice(0, 4).join(':')
}

/** In the database: every process counts together. */
export const postgresLimits = ({ db }: Pick<Database, 'db'>): Limits =>
  limitsOver({
    async count(key, windowMs) {
      const over = sql`clock_timestamp() + make_interval(secs => ${windowMs / 1_000})`
      const { rows } = await sql<{ count: number; leftMs: number }>`
        insert into rate_limits as r (key, count, resets_at) values (${key}, 1, ${over})
        on conflict (key) do update set
          count = case when r.resets_at <= clock_timestamp() then 1 else r.count + 1 end,
          resets_at = case when r.resets_at <= clock_timestamp() then ${over} else r.resets_at end
        returning count, (extract(epoch from resets_at - clock_timestamp()) * 1000)::int as left_ms`.execute(db)
      return rows[0]!
    },
    forget: async (key) => {
      await db.deleteFrom('rateLimits').where('key', '=', key).execute()
    },
  })

const MAX_SUBJECTS = 50_000

/** In the memory of this process: several processes allow that many times as much. `nowMs` is the wall clock. */
export function memoryLimits(nowMs: () => number): Limits {
  const counts = new Map<string, { count: number; resetsAt: number }>()
  return limitsOver({
    count: (key, windowMs) => {
      const now = nowMs()
      const known = counts.get(key)
      const current = known && known.resetsAt > now ? known : { count: 0, resetsAt: now + windowMs }
      current.count += 1
      if (current !== known) {
        // The oldest are the first to be over.
        if (counts.size >= MAX_SUBJECTS) counts.delete(counts.keys().next().value ?? '')
        counts.delete(key)
        counts.set(key, current)
      }
      return Promise.resolve({ count: current.count, leftMs: current.resetsAt - now })
    },
    forget: (key) => {
      counts.delete(key)
      return Promise.resolve()
    },
  })
}

import { AsyncLocalStorage } from 'node:async_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Database } from '#platform/database.ts'
import type { Fetch } from '#platform/outbound.ts'
import { beyondOwnRows } from '#platform/row-scope.ts'

const background = new AsyncLocalStorage<boolean>()

/** Whatever `work` asks of vendors is asked at the pace of calls that nobody waits for. */
export const inBackground = <T>(work: () => Promise<T>): Promise<T> => background.run(true, work)

/** A share of 80 % for what nobody waits for, a little below, as timers are late and then catch up with each other. */
const BACKGROUND_SHARE = 0.78
/**
 * The share that is ever asked for over a while, by people and background together. What is left of a second are the calls that
 * people may make at once before they wait: both within one second are never more than the vendor lets through.
 */
const SHARE = 0.84
const BURST_SECONDS = 0.14
/** Who would have to wait longer is told so. */
const LONGEST_WAIT_MS = 10_000
const PAUSE_SECONDS = { usual: 1, longest: 60 }

/** Places in time for calls, handed out to all processes together. */
export type Pace = {
  /** Takes the next place under `key`; tells how long to wait for it, in milliseconds. */
  take(key: string, perSecond: number, isBackground: boolean): Promise<number>
  /** Gives the background no place under `key` for so long. */
  pause(key: string, seconds: number): Promise<void>
}

/**
 * In the database, by its clock, one statement a place. People are let through until a burst is used up; the background
 * leaves at even gaps and only when nobody's calls are owed.
 */
export function postgresPace({ db }: Pick<Database, 'db'>): Pace {
  return {
    async take(key, perSecond, isBackground) {
      const [gap, wide] = [1 / (perSecond * SHARE), 1 / (perSecond * BACKGROUND_SHARE)]
      const now = sql`clock_timestamp()`
      const after = (seconds: number) => sql`make_interval(secs => ${seconds}::float8)`
      const place = isBackground
        ? sql<{ waitMs: number }>`
          insert into call_paces as p (key, free_at, background_at) values (${key}, ${now} + ${after(gap)}, ${now} + ${after(wide)})
          on conflict (key) do update set free_at = greatest(p.free_at, ${now}) + ${after(gap)},
            background_at = greatest(${now}, p.background_at, p.free_at, p.paused_until) + ${after(wide)}
          returning (extract(epoch from background_at - ${now}) - ${wide}::float8)::float8 * 1000 as wait_ms`
        : sql<{ waitMs: number }>`
          insert into call_paces as p (key, free_at, background_at) values (${key}, ${now} + ${after(gap)}, ${now})
          on conflict (key) do update set free_at = greatest(p.free_at, ${now}) + ${after(gap)}
          returning (extract(epoch from free_at - ${now}) - ${gap + BURST_SECONDS}::float8)::float8 * 1000 as wait_ms`
      // A place is nobody's row, whoever is acting.
      const { rows } = await beyondOwnRows(() => place.execute(db))
      return Math.max(0, Math.ceil(rows[0]!.waitMs))
    },
    async pause(key, seconds) {
      const left = sql`update call_paces set paused_until = greatest(paused_until, clock_timestamp() + make_interval(secs => ${seconds}::float8))
        where key = ${key}`
      await beyondOwnRows(() => left.execute(db))
    },
  }
}

/**
 * Lets calls leave at the pace of all processes together. Nothing is held while waiting. In one process the background asks
 * for its places one after the other, so that people never wait behind places taken far ahead. Whoever would wait longer
 * than ten seconds gets the answer 429 with `Retry-After`, as if the vendor had given it.
 */
export function pacedFetch(
  fetch: Fetch,
  options: { pace: Pace; perSecond: number; keyOf: (method: string, path: string) => string },
): Fetch {
  const { pace, perSecond } = options
  const turns = new Map<string, Promise<unknown>>()

  async function wait(key: string, isBackground: boolean, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted()
    const waitMs = await pace.take(key, perSecond, isBackground)
    if (waitMs > LONGEST_WAIT_MS) return waitMs
    if (waitMs > 0) await sleep(waitMs, undefined, { signal })
    return 0
  }

  function inTurn(key: string, signal: AbortSignal): Promise<number> {
    const before = turns.get(key) ?? Promise.resolve()
    const mine = before.then(() => wait(key, true, signal))
    // The next one's turn comes however this one ended, which only its own caller is told.
    turns.set(key, Promise.allSettled([mine]))
    return mine
  }

  return async (input, init) => {
    const request = new Request(input, init)
    const key = options.keyOf(request.method, new URL(request.url).pathname)
    const isBackground = background.getStore() ?? false
    const waitMs = await (isBackground ? inTurn(key, request.signal) : wait(key, false, request.signal))
    if (waitMs > 0) return tooMany(waitMs)
    const response = await fetch(request)
    if (response.status === 429) {
      const asked = Number(response.headers.get('retry-after'))
      await pace.pause(key, Math.min(asked > 0 ? asked : PAUSE_SECONDS.usual, PAUSE_SECONDS.longest))
    }
    return response
  }
}

function tooMany(waitMs: number): Response {
  const error = { type: 'rate_limit_error', code: 'rate_limit', message: 'Our own limit of calls is reached.' }
  const headers = { 'retry-after': String(Math.ceil(waitMs / 1_000)) }
  return Response.json({ error }, { status: 429, headers })
}

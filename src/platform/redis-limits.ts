import { Redis } from 'ioredis'
import { type Limits, limitsOver, memoryLimits } from './limits.ts'
import type { Log } from './log.ts'
import { isProblem } from './problem.ts'

const ANSWER_MS = 500

/**
 * In Redis or Valkey: every process counts together, and nothing is written to the database. While it cannot be reached,
 * this process counts in its own memory, so that neither an outage lets everybody in nor a lock-out keeps everybody out.
 */
export async function openRedisLimits(
  url: string,
  { log, nowMs }: { log: Log; nowMs: () => number },
): Promise<Limits & { close(): void }> {
  const redis = new Redis(url, {
    keyPrefix: 'ez:limit:',
    connectTimeout: 2_000,
    commandTimeout: ANSWER_MS,
    lazyConnect: true,
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    retryStrategy: (times) => Math.min(times * 200, 5_000),
  })
  let away = false
  const say = (isAway: boolean, error?: unknown): void => {
    if (isAway === away) return
    away = isAway
    if (away) log.warn({ err: error }, 'Redis cannot be reached; limits count in this process until it can')
    else log.info('Redis answers again; limits count there')
  }
  redis.on('error', (error) => {
    say(true, error)
  })
  await redis.connect().catch((error: unknown) => {
    say(true, error)
  })
  const there = limitsOver({
    async count(key, windowMs) {
      const answers = await redis.multi().set(key, 0, 'PX', windowMs, 'NX').incr(key).pttl(key).exec()
      const [count, leftMs] = (answers ?? []).slice(1).map(([error, value]) => {
        if (error) throw error
        return Number(value)
      })
      if (count === undefined || leftMs === undefined) throw new Error('Redis did not count')
      return { count, leftMs }
    },
    forget: async (key) => {
      await redis.del(key)
    },
  })
  const here = memoryLimits(nowMs)
  const first = async (act: (limits: Limits) => Promise<void>): Promise<void> => {
    try {
      await act(there)
      say(false)
    } catch (error) {
      if (isProblem(error)) throw error
      say(true, error)
      await act(here)
    }
  }
  return {
    take: (limit, subject) => first((limits) => limits.take(limit, subject)),
    forget: (limit, subject) => first((limits) => limits.forget(limit, subject)),
    close: () => {
      redis.disconnect()
    },
  }
}

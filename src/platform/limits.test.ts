import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { findRedis, redisServer } from '#test/support/redis-server.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { type Limits, memoryLimits, postgresLimits } from './limits.ts'
import { createLog } from './log.ts'
import { isProblem } from './problem.ts'
import { openRedisLimits } from './redis-limits.ts'

const app = await createTestApp()
after(() => app.close())

const limit = { name: 'knock', attempts: 3, perSeconds: 60 }
const log = createLog('silent')
const nowMs = (): number => performance.now()
const binary = findRedis()
const redis = binary === undefined ? undefined : await redisServer(binary)
after(() => redis?.stop())
const inRedis = redis && (await openRedisLimits(redis.url, { log, nowMs }))
after(() => inRedis?.close())

const stores: [string, Limits | undefined][] = [
  ['in PostgreSQL', postgresLimits(app.database)],
  ['in memory', memoryLimits(nowMs)],
  ['in Redis', inRedis],
]

for (const [where, limits] of stores)
  describe(`attempts counted ${where}`, { skip: limits ? false : 'skipped: no Redis on this machine' }, () => {
    const knock = (subject: string): Promise<void> => limits!.take(limit, subject)
    const knockOften = async (subject: string): Promise<void> => {
      for (let attempt = 0; attempt < 3; attempt += 1) await knock(subject)
    }

    test('so many attempts are free; the next is refused and told when to come back', async () => {
      await knockOften('ann')
      await assert.rejects(knock('ann'), (error) => {
        assert.ok(isProblem(error))
        assert.equal(error.code, 'too_many_attempts')
        assert.equal(error.kind, 'rate_limited')
        assert.ok(error.retryAfterSeconds! > 50 && error.retryAfterSeconds! <= 60)
        return true
      })
    })

    test('others are not held up by it, nor is another limit of the same subject', async () => {
      await knock('bob')
      await limits!.take({ ...limit, name: 'ring' }, 'ann')
    })

    test('attempts at the same time are all counted', async () => {
      const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => knock('crowd')))
      assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 3)
    })

    test('after the time is over one may try again', async () => {
      const soon = { name: 'soon', attempts: 1, perSeconds: 1 }
      await limits!.take(soon, 'cid')
      await assert.rejects(limits!.take(soon, 'cid'), { code: 'too_many_attempts' })
      await pause(1_050)
      await limits!.take(soon, 'cid')
    })

    test('a success forgives what came before', async () => {
      await knockOften('dan')
      await limits!.forget(limit, 'dan')
      await knock('dan')
    })

    test('whoever has a whole network of IPv6 addresses is one subject; its neighbour is another', async () => {
      await knock('2001:db8:0:7::1')
      await knock('2001:db8::7:abcd:ef01:2345:6789')
      await knock('2001:DB8:0:7:0:0:0:2')
      await assert.rejects(knock('2001:db8:0:7::4'), { code: 'too_many_attempts' })
      await knock('2001:db8:0:8::1')
    })
  })

test('the time of the window is the wall clock, whatever the business clock says', async () => {
  const limits = postgresLimits(app.database)
  for (let attempt = 0; attempt < 3; attempt += 1) await limits.take(limit, 'eve')
  app.advance({ days: 2 })
  await assert.rejects(limits.take(limit, 'eve'), { code: 'too_many_attempts' })
  await sql`update rate_limits set resets_at = clock_timestamp() - interval '1 second' where key = 'knock:eve'`.execute(
    app.db,
  )
  await limits.take(limit, 'eve')
})

test(
  'several processes over one Redis count together',
  { skip: redis ? false : 'skipped: no Redis here' },
  async () => {
    const [one, two] = [
      await openRedisLimits(redis!.url, { log, nowMs }),
      await openRedisLimits(redis!.url, { log, nowMs }),
    ]
    try {
      for (const each of [one, two, one]) await each.take(limit, 'fay')
      await assert.rejects(two.take(limit, 'fay'), { code: 'too_many_attempts' })
    } finally {
      one.close()
      two.close()
    }
  },
)

test(
  'while Redis is away attempts are still limited, and when it is back it counts again',
  { skip: binary === undefined ? 'skipped: no Redis here' : false },
  async () => {
    const server = await redisServer(binary!)
    const limits = await openRedisLimits(server.url, { log, nowMs })
    try {
      await server.stop()
      for (let attempt = 0; attempt < 3; attempt += 1) await limits.take(limit, 'gus')
      await assert.rejects(limits.take(limit, 'gus'), { code: 'too_many_attempts' })
      await server.start()
      // Its memory was lost with it, so that a fresh count shows who counts.
      const deadline = performance.now() + 10_000
      while (await limits.take(limit, 'gus').then(() => false, isProblem)) {
        assert.ok(performance.now() < deadline, 'Redis is used again within seconds')
        await pause(100)
      }
    } finally {
      limits.close()
      await server.stop()
    }
  },
)

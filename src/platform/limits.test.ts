import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createTestApp } from '#test/support/test-app.ts'
import { createLocalLimits, forgetAttempts, takeAttempt } from './limits.ts'
import { isProblem } from './problem.ts'

const app = await createTestApp()
after(() => app.close())

const limit = { name: 'knock', attempts: 3, perSeconds: 60 }
const knock = (subject: string) => takeAttempt(app.database, limit, subject)

test('so many attempts are free; the next is refused and told when to come back', async () => {
  for (let attempt = 0; attempt < 3; attempt += 1) await knock('ann')
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
  await takeAttempt(app.database, { ...limit, name: 'ring' }, 'ann')
})

test('attempts at the same time are all counted', async () => {
  const outcomes = await Promise.allSettled(Array.from({ length: 12 }, () => knock('crowd')))
  assert.equal(outcomes.filter((outcome) => outcome.status === 'fulfilled').length, 3)
})

test('after the time is over one may try again; the time is the database clock, whatever the business clock says', async () => {
  for (let attempt = 0; attempt < 3; attempt += 1) await knock('cid')
  app.advance({ days: 2 })
  await assert.rejects(knock('cid'), { code: 'too_many_attempts' })
  await sql`update rate_limits set resets_at = clock_timestamp() - interval '1 second' where key = 'knock:cid'`.execute(
    app.db,
  )
  await knock('cid')
})

test('a success forgives what came before', async () => {
  for (let attempt = 0; attempt < 3; attempt += 1) await knock('dan')
  await forgetAttempts(app.database, limit, 'dan')
  await knock('dan')
})

test('limits kept in memory count and forgive in the same way, each subject by itself', () => {
  let now = 0
  const take = createLocalLimits(() => now)
  for (let attempt = 0; attempt < 3; attempt += 1) take(limit, 'ann')
  take(limit, 'bob')
  now = 30_000
  assert.throws(
    () => {
      take(limit, 'ann')
    },
    { code: 'too_many_attempts', retryAfterSeconds: 30 },
  )
  now = 60_000
  take(limit, 'ann')
})

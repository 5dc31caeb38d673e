import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { buildCustomer, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { newId } from './ids.ts'
import type { Tx } from './transaction.ts'

const app = await createTestApp()
after(() => app.close())

/** A limit row stands for any change of data. */
const row = (tx: Tx, key: string, count = 1) => tx.db.insertInto('rateLimits').values({ key, count, resetsAt: tx.now })
const write = (tx: Tx, key: string, count = 1) => row(tx, key, count).execute()
/** A statement that fails with this code of PostgreSQL. */
const failure = (tx: Tx, code: string) => ({
  compile: () =>
    sql`do ${sql.raw(`$$ begin raise exception 'seeded' using errcode = '${code}'; end $$`)}`.compile(tx.db),
})

async function traces(key: string): Promise<{ rows: number; events: number; jobs: number }> {
  const { rows } = await sql<{ rows: number; events: number; jobs: number }>`select
    (select count(*)::int from rate_limits where key = ${key}) as rows,
    (select count(*)::int from events where subject_id = ${key}) as events,
    (select count(*)::int from queue.job where data->'payload'->>'subjectId' = ${key} or data->>'by' = ${key}) as jobs`.execute(
    app.db,
  )
  return rows[0]!
}

const failing = { name: 'Oops', message: 'changed my mind' }

test('data, facts and work are kept together', async () => {
  await app.transaction({ kind: 'system', name: 'kept' }, async (tx) => {
    await write(tx, 'kept')
    await tx.emit('test.kept', 'kept')
    await tx.enqueue(numberInvoices, {})
  })
  assert.deepEqual(await traces('kept'), { rows: 1, events: 1, jobs: 1 })
  await app.work()
})

test('what is refused in the end leaves no change, no event and no job', async () => {
  const given = app.transaction({ kind: 'system', name: 'undone' }, async (tx) => {
    await write(tx, 'undone')
    await tx.emit('invoice.paid', 'undone')
    await tx.enqueue(numberInvoices, {})
    throw Object.assign(new Error(failing.message), { name: failing.name })
  })
  await assert.rejects(given, failing)
  assert.deepEqual(await traces('undone'), { rows: 0, events: 0, jobs: 0 })
})

test('the work that an event starts is queued with it and told which event it was', async () => {
  await app.transaction(tester, (tx) => tx.emit('invoice.paid', 'inv_reacted'))
  const { rows } = await sql<{ job: string; payload: { eventId: string } }>`
    select data->>'job' as job, data->'payload' as payload from queue.job
    where data->'payload'->>'subjectId' = 'inv_reacted'`.execute(app.db)
  const event = await app.db.selectFrom('events').select('id').where('subjectId', '=', 'inv_reacted').executeTakeFirst()
  assert.deepEqual(
    rows.map(({ job, payload }) => [job, payload.eventId]),
    [['orders.fulfil-order', event?.id]],
  )
})

test('a job whose payload is none of its kind is refused before anything is kept', async () => {
  const given = app.transaction(tester, async (tx) => {
    await write(tx, 'wrong payload')
    await tx.enqueue(numberInvoices as never, 'not an object' as never)
  })
  await assert.rejects(given, { name: 'ZodError' })
  assert.equal((await traces('wrong payload')).rows, 0)
})

test('an event tells who did it, for whom, and how it was before and after', async () => {
  const { actor } = await buildCustomer(app)
  await app.transaction(actor, (tx) =>
    tx.emit('test.told', 'told', {
      before: { amountMinor: 900n },
      after: { at: Temporal.Instant.from('2026-01-01T00:00Z') },
    }),
  )
  const event = await app.db.selectFrom('events').selectAll().where('subjectId', '=', 'told').executeTakeFirstOrThrow()
  assert.equal(event.customerId, actor.customerId)
  assert.equal(event.actorId, actor.userId)
  assert.deepEqual([event.before, event.after], [{ amountMinor: 900 }, { at: '2026-01-01T00:00:00Z' }])
})

test('a write sent along that fails takes everything back and is what the caller is told', async () => {
  const given = app.transaction(tester, async (tx) => {
    await write(tx, 'along')
    tx.along(row(tx, 'along'))
    await tx.emit('test.along', 'along')
    return 'done'
  })
  await assert.rejects(given, { code: '23505', constraint: 'rate_limits_pkey' })
  assert.deepEqual(await traces('along'), { rows: 0, events: 0, jobs: 0 })
})

test('a write sent along that fails is told even when a later statement stumbles over it', async () => {
  const given = app.transaction(tester, async (tx) => {
    await write(tx, 'stumble')
    tx.along(row(tx, 'stumble'))
    await write(tx, 'after the stumble')
  })
  await assert.rejects(given, { code: '23505', constraint: 'rate_limits_pkey' })
})

test('a write sent along is taken back when the command changes its mind at once', async () => {
  for (let round = 0; round < 20; round += 1) {
    const given = app.transaction(tester, async (tx) => {
      tx.along(row(tx, `hasty ${round}`))
      throw new Error('refused')
    })
    await assert.rejects(given, /refused/)
  }
  const { rows } = await sql`select key from rate_limits where key like 'hasty%'`.execute(app.db)
  assert.deepEqual(rows, [])
})

test('what goes wrong in one transaction does not touch the next ones on the same connection', async () => {
  const wrong = (key: string) =>
    app.transaction(tester, async (tx) => {
      tx.along(failure(tx, '22012'))
      await write(tx, key)
    })
  const right = (key: string) => app.transaction(tester, (tx) => write(tx, key))
  const outcomes = await Promise.allSettled(
    Array.from({ length: 24 }, (_each, index) => (index % 2 ? right(`right ${index}`) : wrong(`wrong ${index}`))),
  )
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status),
    outcomes.map((_each, index) => (index % 2 ? 'fulfilled' : 'rejected')),
  )
  const { rows } = await sql<{
    key: string
  }>`select key from rate_limits where key like 'wrong%' or key like 'right%'`.execute(app.db)
  assert.equal(rows.length, 12)
  assert.ok(rows.every(({ key }) => key.startsWith('right')))
})

test('a commit that fails gives its connection back exactly once, to whoever waits for one', async () => {
  // More at once than there are connections, so that each is handed on at once.
  const failed = (key: string) => app.transaction(tester, async (tx) => tx.along(row(tx, key.split(' ')[0]!, 0)))
  const split = (key: string) =>
    app.transaction(tester, async (tx) => {
      await write(tx, `${key} first`)
      await write(tx, `${key} second`)
      throw new Error('refused')
    })
  await app.transaction(tester, (tx) => write(tx, 'late', 0))
  const outcomes = await Promise.allSettled(
    Array.from({ length: 40 }, (_each, index) => (index % 2 ? split(`late ${index}`) : failed(`late ${index}`))),
  )
  assert.deepEqual(
    outcomes.map((outcome) => outcome.status === 'rejected' && (outcome.reason.constraint ?? outcome.reason.message)),
    outcomes.map((_each, index) => (index % 2 ? 'refused' : 'rate_limits_pkey')),
  )
  const { rows } = await sql<{ key: string }>`select key from rate_limits where key like 'late%'`.execute(app.db)
  assert.deepEqual(rows, [{ key: 'late' }])
})

test('two commands that lock each other out are both carried out', async () => {
  const both = ['lock a', 'lock b']
  await app.transaction(tester, async (tx) => {
    for (const key of both) await write(tx, key, 0)
  })
  let tries = 0
  let held = 0
  const barrier = Promise.withResolvers<void>()
  const run = (keys: string[]) =>
    app.transaction(tester, async (tx) => {
      tries += 1
      await sql`set local deadlock_timeout = '20ms'`.execute(tx.db)
      for (const key of keys) {
        await sql`update rate_limits set count = count + 1 where key = ${key}`.execute(tx.db)
        if ((held += 1) === 2) barrier.resolve()
        await barrier.promise
      }
    })
  await Promise.all([run(both), run(both.toReversed())])
  assert.ok(tries > 2, 'one of them was tried again')
  const { rows } = await sql<{ count: number }>`select count from rate_limits where key like 'lock %'`.execute(app.db)
  assert.deepEqual(
    rows.map(({ count }) => count),
    [2, 2],
  )
})

test('a lock-out that shows only in a write sent along is tried again, too', async () => {
  let tries = 0
  await app.transaction(tester, async (tx) => {
    tries += 1
    if (tries === 1) tx.along(failure(tx, '40P01'))
    await write(tx, 'at last')
  })
  assert.equal(tries, 2)
  assert.equal((await traces('at last')).rows, 1)
})

test('a command that fails again and again is given up after three tries', async () => {
  let tries = 0
  const given = app.transaction(tester, async (tx) => {
    tries += 1
    await sql`do $$ begin raise exception 'busy' using errcode = '40001'; end $$`.execute(tx.db)
  })
  await assert.rejects(given, { code: '40001' })
  assert.equal(tries, 3)
})

test('facts are never changed or deleted afterwards', async () => {
  const id = newId('cus')
  await app.transaction(tester, (tx) => tx.emit('test.final', id))
  const refused = { code: '23001' }
  await assert.rejects(
    app.db.updateTable('events').set({ name: 'test.other' }).where('subjectId', '=', id).execute(),
    refused,
  )
  await assert.rejects(app.db.deleteFrom('events').where('subjectId', '=', id).execute(), refused)
})

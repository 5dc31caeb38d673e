import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { z } from 'zod'
import { tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { listJobs } from './job-queries.ts'
import { createMetrics } from './metrics.ts'
import { checkJobs } from './platform-checks.ts'
import { job, openQueue } from './queue.ts'
import { retryJob } from './retry-job.ts'

const app = await createTestApp()
app.expectFailedJobs()

const done: string[] = []
/** How often a note still fails, and what holds it up. */
const failures = new Map<string, number>()
const held = new Map<string, Promise<void>>()
const Note = z.object({ note: z.string() })
const write = job({
  name: 'test.write',
  queue: 'maintenance',
  payload: Note,
  async run(_app, { note }) {
    await held.get(note)
    const left = failures.get(note) ?? 0
    failures.set(note, left - 1)
    if (left > 0) throw new Error('The printer is out of paper')
    done.push(note)
  },
})
const mail = job({ ...write, name: 'test.mail', queue: 'notifications' })

const queue = await openQueue({ url: app.database.url, log: app.log, metrics: createMetrics(), supervise: true })
await queue.work(app, [write, mail] as never, [])
after(async () => {
  await queue.close()
  await app.close()
})

const enqueue = (note: string, options = {}, of = write) =>
  app.transaction(tester, (tx) => tx.enqueue(of, { note }, options))

async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; !(await condition()); tries += 1) {
    assert.ok(tries < 300, what)
    await pause(20)
  }
}
const untilDone = (note: string) => until(() => done.includes(note), `${note} was not done`)

type Row = { id: string; name: string; state: string; retryCount: number; waitMs: number }
async function rowsOf(note: string): Promise<Row[]> {
  const { rows } = await sql<Row>`select id::text, name, state::text, retry_count,
    (extract(epoch from start_after - now()) * 1000)::int as wait_ms from queue.job
    where data->'payload'->>'note' = ${note} order by created_on`.execute(app.db)
  return rows
}

/** Brings the next try forward, again and again, until the job has its last state. */
async function hurry(note: string, state: string): Promise<void> {
  await until(async () => {
    await sql`update queue.job set start_after = now() where state = 'retry' and data->'payload'->>'note' = ${note}`.execute(
      app.db,
    )
    queue.ring(['maintenance', 'notifications'])
    return (await rowsOf(note)).some((row) => row.state === state && row.name !== 'dead')
  }, `${note} is not ${state}`)
}

test('work is begun as soon as it is committed', async () => {
  const notes = ['first', 'second', 'third', 'fourth', 'fifth', 'sixth']
  const began = performance.now()
  for (const note of notes) {
    await enqueue(note)
    await untilDone(note)
  }
  // Somebody looks once a second: unheard, each would wait that long after the one before. A busy machine may miss one bell.
  assert.ok(performance.now() - began < (notes.length * 1_000) / 2, 'they waited for somebody to look')
})

test('work for later is not begun before', async () => {
  await enqueue('later', { afterSeconds: 60 })
  await enqueue('now')
  await untilDone('now')
  const [row] = await rowsOf('later')
  assert.equal(row?.state, 'created')
  assert.ok(row.waitMs > 50_000)
})

test('what fails is tried again later, and then done once', async () => {
  failures.set('jammed', 1)
  await enqueue('jammed')
  await until(async () => (await rowsOf('jammed'))[0]?.state === 'retry', 'it is not tried again')
  assert.ok((await rowsOf('jammed'))[0]!.waitMs > 1_000, 'after a pause')
  await hurry('jammed', 'completed')
  assert.equal(done.filter((note) => note === 'jammed').length, 1)
})

test('after its last try a job is set aside with its reason; staff put it back and it has all its tries again', async () => {
  failures.set('broken', 5)
  await enqueue('broken')
  await hurry('broken', 'failed')
  const { rows: aside } = await listJobs(app.database, { view: 'dead', limit: 10 })
  const [dead] = aside
  assert.deepEqual([aside.length, dead?.job, dead?.tries, dead?.payload], [1, 'test.write', 3, { note: 'broken' }])
  assert.match(String(dead?.error), /out of paper/)
  assert.equal(failures.get('broken'), 2, 'three tries')
  assert.deepEqual(await checkJobs(app), [], 'it has a future: a person')

  failures.set('broken', 1)
  await retryJob(app, tester, { jobId: dead!.id })
  await hurry('broken', 'completed')
  assert.ok(done.includes('broken'))
  assert.equal((await listJobs(app.database, { view: 'dead', limit: 10 })).rows.length, 0)
  assert.deepEqual(await checkJobs(app), [], 'what was put back is no breach')
  await assert.rejects(retryJob(app, tester, { jobId: dead!.id }), { code: 'job_not_found' })
})

test('only a job that was set aside can be put back', async () => {
  await enqueue('healthy', { afterSeconds: 60 })
  const [row] = await rowsOf('healthy')
  for (const jobId of [row!.id, '', 'job_1', '-'.repeat(36), "0'; drop table queue.job"])
    await assert.rejects(retryJob(app, tester, { jobId }), { code: 'job_not_found' })
})

test('the work of a worker that died is done by another', async () => {
  const gate = Promise.withResolvers<void>()
  held.set('orphaned', gate.promise)
  await enqueue('orphaned', {}, mail)
  await until(async () => (await rowsOf('orphaned'))[0]?.state === 'active', 'it has not begun')
  // As a killed worker leaves it: begun, and no sign of life since.
  await sql`update queue.job set heartbeat_on = now() - interval '1 minute' where data->'payload'->>'note' = 'orphaned'`.execute(
    app.db,
  )
  held.delete('orphaned')
  await until(async () => {
    await queue.boss.supervise('notifications')
    return (await rowsOf('orphaned'))[0]?.state !== 'active'
  }, 'nobody noticed')
  await hurry('orphaned', 'completed')
  await untilDone('orphaned')
  gate.resolve()
})

test('a message nobody understands fails alone, beside others that are done', async () => {
  await queue.boss.send('notifications', { nonsense: true })
  await app.transaction(tester, async (tx) => {
    await tx.enqueue({ ...mail, name: 'test.of-another-release' }, { note: 'unknown' })
    for (const note of ['one', 'two', 'three']) await tx.enqueue(mail, { note })
  })
  for (const note of ['one', 'two', 'three']) await untilDone(note)
  await until(async () => (await rowsOf('unknown'))[0]?.state === 'retry', 'an unknown job waits for its release')
  assert.equal(done.filter((note) => note === 'one').length, 1)
  const { rows } = await sql<{ message: string }>`select output->>'message' as message from queue.job
    where name = 'notifications' and state = 'retry' order by created_on`.execute(app.db)
  assert.match(rows.map((row) => row.message).join(), /no message of ours.*no job test\.of-another-release/)
})

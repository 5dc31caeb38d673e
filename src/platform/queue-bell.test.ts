import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { sql } from 'kysely'
import { createTestApp } from '#test/support/test-app.ts'
import { createQueueBell } from './queue-bell.ts'

const app = await createTestApp()
const [web, worker] = [createQueueBell(app.database.url, app.log), createQueueBell(app.database.url, app.log)]
const heard: { queue: string; at: number }[] = []
worker.listen((queue) => heard.push({ queue, at: performance.now() }))
after(async () => {
  await Promise.all([web.close(), worker.close()])
  await app.close()
})

async function ringUntilHeard(queue: string, patienceMs: number): Promise<number> {
  const rung = performance.now()
  web.ring([queue])
  while (performance.now() < rung + patienceMs) {
    const found = heard.find((each) => each.queue === queue)
    if (found) return found.at - rung
    await pause(2)
  }
  return Infinity
}

/** It listens once its connection stands. */
async function untilListening(name: string): Promise<void> {
  for (let tries = 0; tries < 40; tries += 1) if ((await ringUntilHeard(`${name} ${tries}`, 80)) < Infinity) return
  assert.fail('the bell is not heard')
}

test('workers of another process hear of work within 100 ms', async () => {
  await untilListening('up')
  const times: number[] = []
  for (let round = 0; round < 5; round += 1) times.push(await ringUntilHeard(`billing ${round}`, 1_000))
  // One of the rounds may meet a busy machine.
  const [, , median = Infinity] = times.toSorted((a, b) => a - b)
  assert.ok(median < 100, `heard after ${times.map(Math.round).join(', ')} ms`)
})

test('many rings at once become few, and each line is woken', async () => {
  heard.length = 0
  for (let round = 0; round < 200; round += 1) web.ring(['many', `line ${round % 2}`])
  await ringUntilHeard('last', 1_000)
  const names = heard.map((each) => each.queue)
  for (const name of ['many', 'line 0', 'line 1']) assert.ok(names.includes(name))
  assert.ok(names.length < 20, `${names.length} rings`)
})

test('a dropped connection is made again on both sides', async () => {
  await sql`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'ez-bell' and datname = current_database()`.execute(app.db)
  await untilListening('back')
})

test('a bell that is closed ends at once, even while it is connecting', async () => {
  const short = createQueueBell(app.database.url, app.log)
  short.listen(() => undefined)
  short.ring(['one'])
  const began = performance.now()
  await short.close()
  assert.ok(performance.now() - began < 500)
  await pause(50)
  const { rows } = await sql<{ open: number }>`select count(*)::int as open from pg_stat_activity
    where application_name = 'ez-bell' and datname = current_database()`.execute(app.db)
  assert.ok(rows[0]!.open <= 4, 'the two of this file, each ringing and listening')
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { setTimeout as pause } from 'node:timers/promises'
import { tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createClock } from './clock.ts'
import { followClock, readClockOffset, writeClockOffset } from './clock-row.ts'

const app = await createTestApp()
after(() => app.close())

const move = (seconds: number) => app.transaction(tester, (tx) => writeClockOffset(tx, seconds))

test('business time is the wall clock until it is moved, and the wall clock never moves with it', () => {
  const clock = createClock()
  const ahead = (): number =>
    Math.abs(Math.round((clock.now().epochMilliseconds - clock.wallClock().epochMilliseconds) / 1_000))
  assert.equal(ahead(), 0)
  clock.setOffsetSeconds(86_400)
  assert.equal(ahead(), 86_400)
  assert.ok(Math.abs(Date.now() - clock.wallClock().epochMilliseconds) < 1_000)
})

test('every process follows a moved clock within a second, until it stops', async () => {
  const clock = createClock()
  const stop = await followClock(app.database, clock, 'simulated', app.log)
  await move(3_600)
  for (let tries = 0; clock.offsetSeconds() !== 3_600; tries += 1) {
    assert.ok(tries < 100, 'the clock was not followed')
    await pause(10)
  }
  stop()
  await move(7_200)
  await pause(600)
  assert.equal(clock.offsetSeconds(), 3_600)
})

test('a process that starts later begins with the moved time, and moving it leaves a trace', async () => {
  await move(60)
  const clock = createClock()
  const stop = await followClock(app.database, clock, 'simulated', app.log)
  stop()
  assert.equal(clock.offsetSeconds(), 60)
  assert.equal(await readClockOffset(app.database), 60)
  const events = await app.db.selectFrom('events').select('after').where('name', '=', 'clock.moved').execute()
  assert.deepEqual(events.at(-1)?.after, { offsetSeconds: 60 })
})

test('production refuses a database whose clock was moved, and takes one whose clock is right', async () => {
  await move(1)
  await assert.rejects(followClock(app.database, createClock(), 'production', app.log), /production refuses/)
  await move(0)
  const clock = createClock()
  const stop = await followClock(app.database, clock, 'production', app.log)
  stop()
  assert.equal(clock.offsetSeconds(), 0)
})

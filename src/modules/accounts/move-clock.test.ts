import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { Actor } from '#platform/actor.ts'
import { readClockOffset } from '#platform/clock-row.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { moveClock } from './move-clock.ts'
import { staffAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const admin: Actor = staffAs('admin', 'usr_admin')
const DAY = 86_400

test('business time moves forward by spans that add up, and back to the present', async () => {
  assert.equal(await moveClock(app, admin, { by: 'P1D' }), DAY)
  assert.equal(await moveClock(app, admin, { by: 'PT2H' }), DAY + 7_200)
  assert.equal(await readClockOffset(app.database), DAY + 7_200)
  const days = (await moveClock(app, admin, { by: 'P1M' })) / DAY
  assert.ok(days > 28 && days < 34, 'a month by the calendar')
  assert.equal(await moveClock(app, admin, 'reset'), 0)
  assert.equal(app.clock.offsetSeconds(), 0)
})

test('it never moves backward, by nonsense, or out of every calendar', async () => {
  for (const by of ['', 'soon', '-P1D', 'PT0S', 'P1D; drop table clock'])
    await assert.rejects(moveClock(app, admin, { by }), { code: 'duration_invalid' }, by)
  for (const by of ['P11Y', 'P999999999Y'])
    await assert.rejects(moveClock(app, admin, { by }), { code: 'clock_too_far' }, by)
  assert.equal(await readClockOffset(app.database), 0)
})

test('only administrators move it, and nobody in production', async () => {
  const operations: Actor = staffAs('operations', 'usr_operations')
  await assert.rejects(moveClock(app, operations, { by: 'P1D' }), { code: 'permission_denied' })
  const production = { ...app, config: { ...app.config, mode: 'production' as const } }
  await assert.rejects(moveClock(production, admin, { by: 'P1D' }), { code: 'clock_fixed' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDay, formatMemory, formatRate, formatShare, splitUptime } from './view.ts'

test('sizes and shares read as people write them in both languages', () => {
  assert.equal(formatMemory(512, 'en'), '512 MB')
  assert.equal(formatMemory(4_096, 'en'), '4 GB')
  assert.equal(formatMemory(1_536, 'de'), '1,5 GB')
  assert.equal(formatShare(0.036, 'en'), '4 %')
  assert.equal(formatShare(0.001, 'en'), '< 1 %')
  assert.equal(formatShare(0, 'en'), '0 %')
  assert.equal(formatRate(1_900, 'en'), '19 %')
  assert.equal(formatRate(770, 'de'), '7,7 %')
})

test('a calendar day stays the same day whatever the time zone of the server', () => {
  assert.equal(formatDay('2026-12-01', 'en'), '1 Dec 2026')
  assert.equal(formatDay('2026-12-01', 'de'), '1. Dez. 2026')
})

test('uptime is told in days, hours and minutes', () => {
  assert.deepEqual(splitUptime(59), { days: 0, hours: 0, minutes: 0 })
  assert.deepEqual(splitUptime(2 * 86_400 + 3 * 3_600 + 61), { days: 2, hours: 3, minutes: 1 })
})

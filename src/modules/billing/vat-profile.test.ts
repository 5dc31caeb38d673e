import assert from 'node:assert/strict'
import { test } from 'node:test'
import { afterAnswer, type TaxProfile } from './vat-profile.ts'

const noon = Temporal.Instant.from('2026-03-01T12:00:00Z')
const terms = { cacheDays: 30, whenUnavailable: 'keep' as const }
type Profile = Parameters<typeof afterAnswer>[0]

const fresh: Profile = {
  outcome: null,
  checkedAt: null,
  confirmedAt: null,
  askedSince: noon,
  attempts: 0,
  checkDueAt: noon,
  updatedAt: noon,
}
const minutesUntil = (profile: Pick<TaxProfile, 'checkDueAt'>, from: Temporal.Instant): number | undefined =>
  profile.checkDueAt?.since(from).total('minutes')

test('silence is asked again after a minute, then twice as long each time, up to six hours, for three days', () => {
  let profile = fresh
  let now = noon
  const pauses: number[] = []
  while (profile.checkDueAt) {
    profile = afterAnswer(profile, 'unknown', { now, ...terms })
    const pause = minutesUntil(profile, now)
    if (pause === undefined) break
    pauses.push(pause)
    now = now.add({ minutes: pause })
  }
  assert.deepEqual(pauses.slice(0, 12), [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360])
  assert.ok(now.since(noon).total('hours') >= 72 && now.since(noon).total('hours') < 78)
})

const proven: Profile = { ...fresh, outcome: 'valid', confirmedAt: noon.subtract({ hours: 31 * 24 }) }
const over = noon.add({ hours: 72 })

test('an old proof that nobody renews stands, and is asked for again the next day', () => {
  const kept = afterAnswer(proven, 'unknown', { now: over, ...terms })
  assert.deepEqual([kept.confirmedAt, kept.checkDueAt], [proven.confirmedAt, over.add({ hours: 24 })])
})

test('where it is set so, an old proof that nobody renews for three days is worth nothing', () => {
  const charge = { ...terms, whenUnavailable: 'charge' as const }
  const before = afterAnswer(proven, 'unknown', { now: over.subtract({ hours: 1 }), ...charge })
  assert.deepEqual(before.confirmedAt, proven.confirmedAt)
  assert.equal(afterAnswer(proven, 'unknown', { now: over, ...charge }).confirmedAt, null)
})

test('a no ends a proof at once', () => {
  const refused = afterAnswer(proven, 'invalid', { now: noon, ...terms })
  assert.deepEqual([refused.confirmedAt, refused.checkDueAt], [null, null])
})

test('a yes is believed for as many days as is set', () => {
  const confirmed = afterAnswer(fresh, 'valid', { now: noon, cacheDays: 7, whenUnavailable: 'keep' })
  assert.deepEqual([confirmed.confirmedAt, confirmed.checkDueAt], [noon, noon.add({ hours: 7 * 24 })])
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import type { IntervalUnit } from '#platform/schema.ts'
import { buildSubscription, getSeller, goTo, listDocuments, planItem } from '#test/support/billing-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { renewSubscriptions } from './renew-subscriptions.ts'
import { periodStart } from './subscription.ts'

const app = await createTestApp()
after(() => app.close())

const ZONES = [
  'Europe/Budapest',
  'America/New_York',
  'America/Sao_Paulo',
  'Asia/Kathmandu',
  'Pacific/Apia',
  'Australia/Lord_Howe',
]

type Agreement = { anchor: string; unit: IntervalUnit; count: number }
const ANCHORS = [
  '2027-01-28',
  '2027-01-29',
  '2027-01-30',
  '2027-01-31',
  '2027-08-31',
  '2027-11-30',
  '2027-12-31',
  '2028-02-28',
  '2028-02-29',
  '2026-02-28',
  '2027-03-14',
  '2027-03-28',
  '2027-04-04',
  '2027-10-03',
  '2027-10-31',
]
const INTERVALS: readonly [IntervalUnit, number][] = [
  ...([1, 2, 3, 6].map((count) => ['month', count]) as [IntervalUnit, number][]),
  ...([1, 2, 3].map((count) => ['year', count]) as [IntervalUnit, number][]),
  ...([1, 2, 4].map((count) => ['week', count]) as [IntervalUnit, number][]),
  ...([1, 7, 10, 30, 90].map((count) => ['day', count]) as [IntervalUnit, number][]),
]
const AGREEMENTS: readonly Agreement[] = ANCHORS.flatMap((anchor) =>
  INTERVALS.map(([unit, count]) => ({ anchor, unit, count })),
)
const MONTHS = 36

/** The starts of an agreement's periods over three years, and the one after. */
function startsOf({ anchor, unit, count }: Agreement): Temporal.PlainDate[] {
  const first = Temporal.PlainDate.from(anchor)
  const until = first.add({ months: MONTHS })
  const starts: Temporal.PlainDate[] = []
  for (let index = 0; ; index += 1) {
    const start = periodStart(first, unit, count, index)
    starts.push(start)
    if (Temporal.PlainDate.compare(start, until) >= 0) return starts
  }
}

const daysFrom = (from: Temporal.PlainDate, to: Temporal.PlainDate): number =>
  from.until(to, { largestUnit: 'days' }).days

test('over three years the database counts every period as our own rule does', async () => {
  const rows = AGREEMENTS.flatMap((each) => startsOf(each).map((start, index) => ({ ...each, index, start })))
  const found = await sql<{ wrong: string }>`
    select t.anchor || ' + ' || t.index || ' × ' || t.count || ' ' || t.unit || ': ' || period_start_of(t.anchor, t.unit, t.count, t.index)
      || ', not ' || t.start as wrong
    from unnest(${rows.map(({ anchor }) => anchor)}::date[], ${rows.map(({ unit }) => unit)}::interval_unit[], ${rows.map(({ count }) => count)}::int[],
      ${rows.map(({ index }) => index)}::int[], ${rows.map(({ start }) => start.toString())}::date[]) as t (anchor, unit, count, index, start)
    where period_start_of(t.anchor, t.unit, t.count, t.index) is distinct from t.start`.execute(app.db)
  assert.deepEqual(found.rows, [])
  assert.ok(rows.length > 20_000, `${rows.length} periods were compared`)
})

test('periods lie end to end, and the days billed are the days of the calendar', () => {
  for (const each of AGREEMENTS) {
    const starts = startsOf(each)
    const label = `${each.anchor}, every ${each.count} ${each.unit}`
    let billed = 0
    for (const [index, start] of starts.slice(0, -1).entries()) {
      const days = daysFrom(start, starts[index + 1]!)
      assert.ok(days > 0, `${label}: period ${index} has ${days} days`)
      billed += days
    }
    assert.equal(billed, daysFrom(starts[0]!, starts.at(-1)!), label)
  }
})

test('an anchor at the end of a month keeps its day wherever the month has it', () => {
  const starts = (anchor: string, unit: IntervalUnit, count: number, periods: number): string[] =>
    Array.from({ length: periods }, (_, index) =>
      periodStart(Temporal.PlainDate.from(anchor), unit, count, index).toString(),
    )
  assert.deepEqual(starts('2027-12-31', 'month', 1, 4), ['2027-12-31', '2028-01-31', '2028-02-29', '2028-03-31'])
  assert.deepEqual(starts('2027-11-30', 'month', 3, 4), ['2027-11-30', '2028-02-29', '2028-05-30', '2028-08-30'])
  assert.deepEqual(starts('2028-02-29', 'year', 1, 5), [
    '2028-02-29',
    '2029-02-28',
    '2030-02-28',
    '2031-02-28',
    '2032-02-29',
  ])
  assert.deepEqual(starts('2027-12-25', 'day', 10, 3), ['2027-12-25', '2028-01-04', '2028-01-14'])
})

test('the database and we agree on which day it is in every zone, also in the hours when clocks change', async () => {
  const rows = ZONES.flatMap((zone) => {
    const instants: Temporal.Instant[] = []
    let day = Temporal.PlainDate.from('2027-01-01')
    for (; day.year < 2030; day = day.add({ days: 1 })) {
      const midnight = day.toZonedDateTime(zone).toInstant()
      instants.push(midnight.subtract({ seconds: 1 }), midnight)
    }
    let change = Temporal.Instant.from('2027-01-01T00:00:00Z').toZonedDateTimeISO(zone).getTimeZoneTransition('next')
    for (; change && change.year < 2030; change = change.getTimeZoneTransition('next'))
      for (const minutes of [-121, -61, -31, -1, 0, 1, 31, 61, 121]) instants.push(change.toInstant().add({ minutes }))
    return instants.map((at) => ({
      zone,
      at: at.toString(),
      day: at.toZonedDateTimeISO(zone).toPlainDate().toString(),
    }))
  })
  const wrong = await sql<{ zone: string; at: string }>`
    select t.zone, t.at::text from unnest(${rows.map(({ zone }) => zone)}::text[], ${rows.map(({ at }) => at)}::timestamptz[],
      ${rows.map(({ day }) => day)}::date[]) as t (zone, at, day)
    where (t.at at time zone t.zone)::date <> t.day
      or ((t.day + time '23:59:59') at time zone t.zone at time zone t.zone)::date <> t.day`.execute(app.db)
  assert.deepEqual(wrong.rows, [])
})

const { signal } = new AbortController()
const renew = () => renewSubscriptions.run(app, {}, signal)

/** Moves business time to a moment of a day in a zone. */
function goToMoment(zone: string, day: Temporal.PlainDate, time: string): void {
  const at = day.toZonedDateTime({ timeZone: zone, plainTime: time })
  app.clock.setOffsetSeconds(Math.ceil((at.epochMilliseconds - app.clock.wallClock().epochMilliseconds) / 1000))
}

/** Days on which the clocks of these zones change, and days like any other where they never do. */
const DAYS = ['2027-03-14', '2027-03-28', '2027-04-04', '2027-10-03', '2027-10-31', '2027-11-07', '2028-02-29']

for (const zone of ZONES)
  test(`in ${zone} a renewal is made once its day has begun there and not a minute before`, async () => {
    const seller = await getSeller(app)
    await app.db.updateTable('legalEntities').set({ timeZone: zone }).execute()
    for (const text of DAYS) {
      const day = Temporal.PlainDate.from(text)
      goToMoment(zone, day.subtract({ days: 16 }), '00:00')
      const { customer, subscription } = await buildSubscription(app, { intervalUnit: 'day', intervalCount: 30 })
      assert.equal(subscription.anchor.toString(), day.subtract({ days: 16 }).toString())
      assert.equal(subscription.nextBillingOn?.toString(), text)
      goToMoment(zone, day.subtract({ days: 1 }), '23:58')
      await renew()
      assert.deepEqual(await listDocuments(app, customer.id), [], `${text}, two minutes to midnight`)
      goToMoment(zone, day, '00:00:30')
      await Promise.all([renew(), renew()])
      goToMoment(zone, day, '03:30')
      await renew()
      const [document, ...others] = await listDocuments(app, customer.id)
      assert.deepEqual(others, [])
      const due = day.add({ days: 14 })
      assert.equal(document!.invoice.dueOn.toString(), due.toString())
      assert.equal(
        document!.invoice.dueAt.toString(),
        due.toZonedDateTime({ timeZone: zone, plainTime: '23:59:59' }).toInstant().toString(),
      )
    }
    await app.db.updateTable('legalEntities').set({ timeZone: seller.timeZone }).execute()
  })

test('what costs nothing catches up with forty lost days by itself, and its periods stay on their days', async () => {
  goTo(app, '2027-01-31')
  const { subscription } = await buildSubscription(app, { items: [planItem(0n)], intervalUnit: 'week' })
  goTo(app, '2027-03-12')
  await renew()
  const moved = await app.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', subscription.id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([moved.currentPeriodStart, moved.currentPeriodEnd, moved.nextBillingOn].map(String), [
    '2027-03-14',
    '2027-03-21',
    '2027-03-18',
  ])
})

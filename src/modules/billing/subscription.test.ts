import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { buildCapturedOrder, buildItem, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { openSubscription } from './open-subscription.ts'
import { periodStart } from './subscription.ts'

const app = await createTestApp()
after(() => app.close())

const starts = (anchor: string, unit: 'month' | 'year', count: number, indexes: number[]): string[] =>
  indexes.map((index) => periodStart(Temporal.PlainDate.from(anchor), unit, count, index).toString())

test('who bought on the 31st renews on the last day of a short month and on the 31st again after it', () => {
  assert.deepEqual(starts('2026-01-31', 'month', 1, [0, 1, 2, 3, 4]), [
    '2026-01-31',
    '2026-02-28',
    '2026-03-31',
    '2026-04-30',
    '2026-05-31',
  ])
})

test('the 28th, 29th and 30th come back too after February', () => {
  for (const day of ['28', '29', '30'])
    assert.deepEqual(starts(`2026-01-${day}`, 'month', 1, [1, 2]), ['2026-02-28', `2026-03-${day}`])
  assert.deepEqual(starts('2028-01-31', 'month', 1, [1, 2]), ['2028-02-29', '2028-03-31'])
})

test('who bought on a leap day renews yearly on 28 February and on the leap day when there is one', () => {
  assert.deepEqual(starts('2028-02-29', 'year', 1, [1, 2, 3, 4]), [
    '2029-02-28',
    '2030-02-28',
    '2031-02-28',
    '2032-02-29',
  ])
})

test('quarters and half years keep the day too', () => {
  assert.deepEqual(starts('2026-08-31', 'month', 3, [1, 2, 3]), ['2026-11-30', '2027-02-28', '2027-05-31'])
})

test('weeks and days are exactly that long', () => {
  const anchor = Temporal.PlainDate.from('2026-02-20')
  assert.equal(periodStart(anchor, 'week', 2, 1).toString(), '2026-03-06')
  assert.equal(periodStart(anchor, 'day', 30, 2).toString(), '2026-04-21')
})

test('periods follow one another without gap or overlap, and lose no day over the years', () => {
  const units = fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const)
  const anchors = fc.integer({ min: 0, max: 20_000 }).map((days) => Temporal.PlainDate.from('2000-01-01').add({ days }))
  fc.assert(
    fc.property(
      anchors,
      units,
      fc.integer({ min: 1, max: 24 }),
      fc.integer({ min: 0, max: 60 }),
      (from, unit, n, k) => {
        const start = periodStart(from, unit, n, k)
        const end = periodStart(from, unit, n, k + 1)
        assert.ok(Temporal.PlainDate.compare(start, end) < 0)
        if (unit === 'month' || unit === 'year') {
          const months = (end.year - start.year) * 12 + end.month - start.month
          assert.equal(months, unit === 'year' ? 12 * n : n)
          assert.equal(end.day, Math.min(from.day, end.daysInMonth))
        } else assert.equal(start.until(end).days, unit === 'week' ? 7 * n : n)
      },
    ),
  )
})

test('a subscription begins on the seller’s day: late in the evening in London is tomorrow in Berlin', async () => {
  const { payment, invoice, customer } = await buildCapturedOrder(app, { items: [buildItem({ period: 'year' })] })
  assert.ok(payment.sessionId)
  const now = app.clock.now()
  const evening = now.toZonedDateTimeISO('UTC').with({ month: 12, day: 31, hour: 23, minute: 30 })
  app.advance({ seconds: Math.round((evening.epochMilliseconds - now.epochMilliseconds) / 1000) })
  const line = await app.db
    .selectFrom('invoiceLines')
    .selectAll()
    .where('invoiceId', '=', invoice.id)
    .executeTakeFirstOrThrow()
  const plan = await app.db.selectFrom('plans').select('id').limit(1).executeTakeFirstOrThrow()
  const opened = await app.transaction(tester, (tx) =>
    openSubscription(tx, {
      customerId: customer.id,
      planId: plan.id,
      description: 'Starter',
      currency: 'EUR',
      items: [{ kind: 'plan', code: null, description: 'Starter', quantity: 1, unitMinor: 8_600n }],
      legalEntityId: invoice.legalEntityId,
      intervalUnit: 'year',
      intervalCount: 1,
      timeZone: 'Europe/Berlin',
      invoiceLineIds: [line.id],
    }),
  )
  assert.equal(opened.currentPeriodStart.toString(), `${evening.year + 1}-01-01`)
  assert.equal(opened.currentPeriodEnd.toString(), `${evening.year + 2}-01-01`)
  const told = await app.db.selectFrom('invoiceLines').selectAll().where('id', '=', line.id).executeTakeFirstOrThrow()
  assert.equal(told.subscriptionId, opened.id)
  assert.equal(told.periodStart?.toString(), opened.anchor.toString())
  assert.equal(told.periodEnd?.toString(), opened.currentPeriodEnd.toString())
})

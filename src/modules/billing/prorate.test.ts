import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { daysBetween, type PaidSpan, prorate, settleParts, spansAfter } from './prorate.ts'
import { afterDiscounts } from './running-discounts.ts'
import { periodStart } from './subscription.ts'

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)
const span = (start: string, end: string, paidMinor: bigint): PaidSpan => ({
  start: day(start),
  end: day(end),
  from: day(start),
  paidMinor,
})

/** From, until, the day of the change, and how many days of how many are left. */
const CASES: [string, string, string, number, number][] = [
  ['2027-01-01', '2027-02-01', '2027-01-01', 31, 31],
  ['2027-01-01', '2027-02-01', '2027-01-31', 1, 31],
  ['2027-01-31', '2027-02-28', '2027-02-14', 14, 28],
  ['2028-01-31', '2028-02-29', '2028-02-28', 1, 29],
  ['2028-02-29', '2028-03-29', '2028-03-01', 28, 29],
  ['2028-02-29', '2029-02-28', '2028-03-01', 364, 365],
  ['2027-03-01', '2028-03-01', '2028-02-29', 1, 366],
  ['2027-04-30', '2027-05-30', '2027-05-15', 15, 30],
  ['2027-12-15', '2028-01-15', '2028-01-01', 14, 31],
  // Clocks go forward and back in Europe and New York; each day counts once.
  ['2027-03-15', '2027-04-15', '2027-03-28', 18, 31],
  ['2027-10-15', '2027-11-15', '2027-10-31', 15, 31],
  ['2027-03-01', '2027-04-01', '2027-03-14', 18, 31],
]

test('the days that are left count from the day of the change, by the calendar', () => {
  for (const [start, end, on, days, ofDays] of CASES) {
    const [part] = prorate([span(start, end, 3_100n)], day(on), 6_200n)
    assert.deepEqual(
      [part!.days, part!.ofDays, part!.from.toString()],
      [days, ofDays, on],
      `${start} to ${end} on ${on}`,
    )
  }
})

/** An instant is of another day elsewhere: what counts is where the seller is. */
const INSTANTS: [string, string, string][] = [
  ['2027-03-31T22:30:00Z', 'Europe/Berlin', '2027-04-01'],
  ['2027-03-31T22:30:00Z', 'America/New_York', '2027-03-31'],
  ['2027-03-31T22:30:00Z', 'Asia/Kathmandu', '2027-04-01'],
  ['2027-03-31T11:30:00Z', 'Pacific/Apia', '2027-04-01'],
  ['2027-04-03T14:30:00Z', 'Australia/Lord_Howe', '2027-04-04'],
]

test('the day of the change is the day where the seller is', () => {
  for (const [instant, zone, expected] of INSTANTS) {
    const today = Temporal.Instant.from(instant).toZonedDateTimeISO(zone).toPlainDate()
    assert.equal(today.toString(), expected, zone)
    const [part] = prorate([span('2027-03-15', '2027-04-15', 3_100n)], today, 3_100n)
    assert.equal(part!.days, daysBetween(day(expected), day('2027-04-15')))
  }
})

test('a period paid ahead counts whole, and one that is over not at all', () => {
  const spans = [
    span('2027-01-01', '2027-02-01', 900n),
    span('2027-02-01', '2027-03-01', 900n),
    span('2027-03-01', '2027-04-01', 900n),
  ]
  const parts = prorate(spans, day('2027-02-15'), 2_900n)
  assert.deepEqual(
    parts.map(({ days, creditMinor, chargeMinor }) => [days, creditMinor, chargeMinor]),
    [
      [14, 450n, 1_450n],
      [31, 900n, 2_900n],
    ],
  )
})

test('what was paid less a discount is given back less the discount', () => {
  const [part] = prorate([span('2027-04-01', '2027-05-01', 450n)], day('2027-04-16'), 900n)
  assert.deepEqual([part!.creditMinor, part!.chargeMinor], [225n, 450n])
})

const amounts = fc.bigInt({ min: 0n, max: 1_000_000n })
const anchors = fc.date({ min: new Date('2024-01-01'), max: new Date('2032-12-31'), noInvalidDate: true })
const agreements = fc
  .record({
    anchor: anchors,
    unit: fc.constantFrom('day', 'week', 'month', 'year'),
    count: fc.integer({ min: 1, max: 6 }),
    used: fc.nat(),
  })
  .map(({ anchor, unit, count, used }) => {
    const start = day(anchor.toISOString().slice(0, 10))
    const spans = [0, 1].map((index) => ({
      start: periodStart(start, unit, count, index),
      end: periodStart(start, unit, count, index + 1),
      from: periodStart(start, unit, count, index),
    }))
    return { spans, on: start.add({ days: used % daysBetween(start, spans[1]!.end) }) }
  })
const sum = (all: readonly bigint[]): bigint => all.reduce((a, b) => a + b, 0n)
const netOf = (parts: ReturnType<typeof prorate>): bigint =>
  sum(parts.map((part) => part.chargeMinor - part.creditMinor))

test('P2: to another plan and back in one instant costs nothing and gives nothing', () => {
  fc.assert(
    fc.property(agreements, amounts, amounts, ({ spans, on }, priceA, priceB) => {
      const toB = prorate(
        spans.map((each) => ({ ...each, paidMinor: priceA })),
        on,
        priceB,
      )
      const back = prorate(spansAfter(toB), on, priceA)
      assert.equal(netOf(toB) + netOf(back), 0n)
    }),
    { numRuns: 1_000 },
  )
})

const coupons = fc.array(
  fc.record({
    rule: fc.oneof(
      fc.record({ percent: fc.integer({ min: 0, max: 10_000 }), amount: fc.constant(null) }),
      fc.record({ percent: fc.constant(null), amount: amounts.map(String) }),
    ),
    planIds: fc.constantFrom([], ['a'], ['b'], ['a', 'b']),
  }),
  { maxLength: 3 },
)
const lines = fc.array(amounts, { minLength: 1, maxLength: 4 })

test('P2: with coupons for either plan, to another plan and back costs nothing and gives nothing', () => {
  fc.assert(
    fc.property(agreements, lines, lines, coupons, ({ spans, on }, linesA, linesB, all) => {
      const discounts = all.map(({ rule, planIds }, index) => ({
        ...rule,
        couponId: `cpn_${index}`,
        name: 'Sale',
        planIds: [...planIds],
        productIds: [],
        intervals: [],
      }))
      const costs = (amountsOf: bigint[], planId: string): bigint =>
        sum(afterDiscounts(amountsOf, discounts, { productId: 'p', planId, interval: 'month' }).amounts)
      const paid = spans.map((each) => ({ ...each, paidMinor: costs(linesA, 'a') }))
      const toB = prorate(paid, on, () => costs(linesB, 'b'))
      const back = prorate(spansAfter(toB), on, () => costs(linesA, 'a'))
      assert.equal(netOf(toB) + netOf(back), 0n)
    }),
    { numRuns: 500 },
  )
})

test('P3: days used and days left are all the days, and no more than was paid is given back', () => {
  fc.assert(
    fc.property(agreements, amounts, amounts, ({ spans, on }, paidMinor, price) => {
      for (const part of prorate(
        spans.map((each) => ({ ...each, paidMinor })),
        on,
        price,
      )) {
        assert.equal(daysBetween(part.start, part.from) + part.days, part.ofDays)
        assert.ok(part.days >= 1 && part.creditMinor >= 0n && part.creditMinor <= paidMinor)
        assert.ok(part.chargeMinor <= price)
      }
    }),
    { numRuns: 1_000 },
  )
})

const parts = fc.uniqueArray(fc.record({ key: fc.string({ minLength: 1, maxLength: 3 }), amountMinor: amounts }), {
  selector: ({ key }) => key,
  minLength: 1,
  maxLength: 6,
})

test('P1: credit set against charges loses and invents nothing, and no part becomes negative', () => {
  fc.assert(
    fc.property(parts, parts, (charges, credits) => {
      const { dueMinor, leftMinor } = settleParts(charges, credits)
      const net =
        sum(charges.map(({ amountMinor }) => amountMinor)) - sum(credits.map(({ amountMinor }) => amountMinor))
      assert.equal(sum(dueMinor) - leftMinor, net)
      assert.ok(leftMinor >= 0n && dueMinor.every((due, index) => due >= 0n && due <= charges[index]!.amountMinor))
      assert.ok(leftMinor === 0n || dueMinor.every((due) => due === 0n))
    }),
    { numRuns: 1_000 },
  )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Preset, presetRange, rangeBefore, rangeOf, type ReportRange, stepFor, stepsOf } from './report-range.ts'

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)
const span = ({ from, until }: ReportRange): string => `${from.toString()} ${until.toString()}`
const range = (from: string, until: string): ReportRange => rangeOf(day(from), day(until))

test('a preset means days that depend on today', () => {
  const cases: [Preset, string, string][] = [
    ['this_month', '2027-05-31', '2027-05-01 2027-05-31'],
    ['last_month', '2027-03-31', '2027-02-01 2027-02-28'],
    ['last_month', '2027-01-01', '2026-12-01 2026-12-31'],
    ['this_quarter', '2027-05-31', '2027-04-01 2027-05-31'],
    ['last_quarter', '2027-02-28', '2026-10-01 2026-12-31'],
    ['this_year', '2028-02-29', '2028-01-01 2028-02-29'],
    ['last_year', '2028-02-29', '2027-01-01 2027-12-31'],
    ['last_12_months', '2027-05-31', '2026-06-01 2027-05-31'],
  ]
  for (const [preset, today, expected] of cases) assert.equal(span(presetRange(preset, day(today))), expected, preset)
})

test('a range is compared with what people expect before it', () => {
  const cases: [string, string, string][] = [
    // Whole months with whole months, however long they are.
    ['2027-03-01', '2027-03-31', '2027-02-01 2027-02-28'],
    ['2027-01-01', '2027-03-31', '2026-10-01 2026-12-31'],
    ['2027-01-01', '2027-12-31', '2026-01-01 2026-12-31'],
    // What still runs with the same days of the one before.
    ['2027-05-01', '2027-05-12', '2027-04-01 2027-04-12'],
    ['2027-04-01', '2027-05-12', '2027-01-01 2027-02-12'],
    ['2027-01-01', '2027-05-12', '2026-01-01 2026-05-12'],
    // Anything else with as many days right before it.
    ['2027-05-10', '2027-05-12', '2027-05-07 2027-05-09'],
    ['2027-05-10', '2027-05-10', '2027-05-09 2027-05-09'],
  ]
  for (const [from, until, expected] of cases) assert.equal(span(rangeBefore(range(from, until))), expected)
})

test('days given in the wrong order are put right, and ten years are the most', () => {
  assert.equal(span(range('2027-02-01', '2027-01-01')), '2027-01-01 2027-02-01')
  assert.equal(span(range('1900-01-01', '2027-01-01')), '2017-01-01 2027-01-01')
})

test('weeks begin on Monday, and the first step may begin before the range', () => {
  assert.deepEqual(stepsOf(range('2027-01-01', '2027-01-12'), 'week').map(String), [
    '2026-12-28',
    '2027-01-04',
    '2027-01-11',
  ])
  assert.deepEqual(stepsOf(range('2027-01-31', '2027-03-01'), 'month').map(String), [
    '2027-01-01',
    '2027-02-01',
    '2027-03-01',
  ])
})

test('no report has more steps than a person reads', () => {
  assert.equal(stepFor(range('2027-01-01', '2027-01-31')), 'day')
  assert.equal(stepFor(range('2027-01-01', '2027-03-31')), 'week')
  assert.equal(stepFor(range('2027-01-01', '2027-12-31')), 'month')
  assert.equal(stepFor(range('2027-01-01', '2027-12-31'), 'day'), 'day')
  assert.equal(stepFor(range('2018-01-01', '2027-12-31'), 'day'), 'month')
})

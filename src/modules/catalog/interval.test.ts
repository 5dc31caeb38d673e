import assert from 'node:assert/strict'
import { test } from 'node:test'
import { comparePeriods, intervalOf, type Period, periodOf, periodWords } from './interval.ts'
import { faultOf } from './option.ts'
import { parsePeriod } from './period.ts'
import { leftAnywhere, leftIn, type PlanOption } from './plan.ts'

test('any number of days, weeks, months or years is a period, in words of both languages', () => {
  const cases: [Period, string, string, string, string][] = [
    ['month', '1 month', 'per month', 'monatlich', 'pro Monat'],
    ['3-month', '3 months', 'every 3 months', 'alle 3 Monate', 'alle 3 Monate'],
    ['10-day', '10 days', 'every 10 days', 'alle 10 Tage', 'alle 10 Tage'],
    ['2-week', '2 weeks', 'every 2 weeks', 'alle 2 Wochen', 'alle 2 Wochen'],
    ['year', '1 year', 'per year', 'jährlich', 'pro Jahr'],
    ['once', '', 'once', 'einmalig', 'einmalig'],
  ]
  for (const [period, length, per, adverb, proZeit] of cases) {
    const interval = intervalOf(period)
    assert.equal(periodOf(interval), period)
    assert.deepEqual([periodWords(interval, 'en').length, periodWords(interval, 'en').per], [length, per])
    assert.deepEqual([periodWords(interval, 'de').adverb, periodWords(interval, 'de').per], [adverb, proZeit])
  }
  assert.deepEqual((['once', 'year', '3-month', 'month', '10-day'] as const).toSorted(comparePeriods), [
    '10-day',
    'month',
    '3-month',
    'year',
    'once',
  ])
})

test('what is no period is not read as one', () => {
  for (const text of ['', 'months', '0-month', '1.5-month', '3-', '-month', 'month-3', '3-once', null, 3])
    assert.equal(parsePeriod(text), undefined, String(text))
  assert.equal(parsePeriod('3-month'), '3-month')
})

const option = (overrides: Partial<PlanOption> = {}) => ({
  kind: 'quantity' as const,
  name: { en: 'Storage', de: 'Speicher' },
  minQuantity: 0,
  maxQuantity: 8,
  step: 1,
  choices: [],
  ...overrides,
})
const gold = { code: 'gold', name: { en: 'Gold', de: 'Gold' }, prices: [] }

test('an option is ordered within its least and most, in its steps, and a choice is one of the list', () => {
  const slider = option({ kind: 'slider', minQuantity: 10, maxQuantity: 100, step: 30 })
  const choice = option({ kind: 'choice', maxQuantity: 1, choices: [gold] })
  const must = option({ kind: 'choice', minQuantity: 1, maxQuantity: 1, choices: [gold] })
  const cases: [typeof slider, Parameters<typeof faultOf>[1], string | undefined][] = [
    [option(), undefined, undefined],
    [option(), { quantity: 8 }, undefined],
    [option(), { quantity: 9 }, 'Storage: at most 8.'],
    [option(), { quantity: 1, choice: 'gold' }, 'Storage: there is nothing to choose from.'],
    [slider, undefined, 'Storage: at least 10.'],
    [slider, { quantity: 9 }, 'Storage: at least 10.'],
    [slider, { quantity: 10 }, undefined],
    [slider, { quantity: 40 }, undefined],
    [slider, { quantity: 41 }, 'Storage: in steps of 30, from 10 on.'],
    [slider, { quantity: 130 }, 'Storage: at most 100.'],
    [choice, undefined, undefined],
    [choice, { quantity: 1, choice: 'gold' }, undefined],
    [choice, { quantity: 1, choice: 'lead' }, 'Storage: choose one of the list.'],
    [choice, { quantity: 1 }, 'Storage: choose one of the list.'],
    [choice, { quantity: 2, choice: 'gold' }, 'Storage: choose one of the list.'],
    [must, undefined, 'Storage: choose one.'],
  ]
  for (const [of, wanted, fault] of cases) assert.equal(faultOf(of, wanted), fault, JSON.stringify(wanted))
})

test('what is left of a plan is the least that its region and all regions together leave', () => {
  const stock = (...entries: [string | null, number | 'many'][]) => ({
    stock: entries.map(([regionId, left]) => ({ regionId, left })),
  })
  const regions = [{ id: 'a' }, { id: 'b' }]
  assert.deepEqual([leftIn(stock(), 'a'), leftAnywhere(stock(), regions)], [undefined, undefined])
  assert.deepEqual([leftIn(stock(['a', 2]), 'a'), leftIn(stock(['a', 2]), 'b')], [2, undefined])
  assert.equal(leftAnywhere(stock(['a', 0]), regions), undefined, 'there is more elsewhere')
  assert.equal(leftAnywhere(stock(['a', 0], ['b', 0]), regions), 0)
  assert.equal(leftAnywhere(stock(['a', 1], ['b', 2]), regions), 3)
  assert.equal(leftAnywhere(stock([null, 2], ['a', 'many']), regions), 2)
  assert.equal(leftIn(stock([null, 2], ['a', 'many']), 'a'), 2)
  assert.equal(leftIn(stock([null, 'many'], ['a', 3]), 'a'), 3)
})

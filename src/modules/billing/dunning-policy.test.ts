import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type DunningRun, type DunningStep, dueSteps } from './dunning-policy.ts'

const day = (text: string): Temporal.PlainDate => Temporal.PlainDate.from(text)
const POLICY: DunningStep[] = [
  { day: -7, action: 'remind' },
  { day: -1, action: 'remind' },
  { day: 0, action: 'charge' },
  { day: 1, action: 'retry' },
  { day: 3, action: 'retry' },
  { day: 4, action: 'warn' },
  { day: 5, action: 'suspend' },
  { day: 7, action: 'retry' },
  { day: 25, action: 'final_warning' },
  { day: 30, action: 'terminate' },
]
const DUE = day('2027-03-31')

/** Takes every step as it falls due, looking on each of these days, and tells what was done when. */
function story(days: readonly string[], options: { madeOn?: string; holdUntil?: string } = {}): string[] {
  const taken: DunningRun[] = []
  const told: string[] = []
  for (const today of days.map(day)) {
    const { steps, skipped } = dueSteps({
      policy: POLICY,
      taken,
      dueOn: DUE,
      madeOn: day(options.madeOn ?? '2027-03-17'),
      today,
      holdUntil: options.holdUntil ? day(options.holdUntil) : null,
    })
    taken.push(...[...steps, ...skipped].map((step) => ({ ...step, on: today })))
    told.push(...steps.map(({ action }) => `${today.toString().slice(5)} ${action}`))
  }
  return told
}
const everyDay = (from: string, count: number): string[] =>
  Array.from({ length: count }, (_each, index) => day(from).add({ days: index }).toString())

test('looked at every day, each step is taken once on its day', () => {
  assert.deepEqual(story(everyDay('2027-03-17', 60)), [
    '03-24 remind',
    '03-30 remind',
    '03-31 charge',
    '04-01 retry',
    '04-03 retry',
    '04-04 warn',
    '04-05 suspend',
    '04-07 retry',
    '04-25 final_warning',
    '04-30 terminate',
  ])
})

test('after ten days in which nothing ran, nobody is suspended without a warning a day before', () => {
  assert.deepEqual(story(['2027-03-29', ...everyDay('2027-04-10', 40)]), [
    '03-29 remind',
    '04-10 retry',
    '04-10 warn',
    '04-11 suspend',
    '05-01 final_warning',
    '05-06 terminate',
  ])
})

test('after two months in which nothing ran, the final warning still comes five days before the end', () => {
  assert.deepEqual(story(everyDay('2027-06-01', 60)), [
    '06-01 retry',
    '06-01 warn',
    '06-02 suspend',
    '06-22 final_warning',
    '06-27 terminate',
  ])
})

test('a document made three days before it is due is not reminded of on the day it is made', () => {
  assert.deepEqual(story(everyDay('2027-03-28', 4), { madeOn: '2027-03-28' }), ['03-30 remind', '03-31 charge'])
})

test("staff's hold keeps a service running until its day, and the rest follows from then", () => {
  assert.deepEqual(story(everyDay('2027-04-04', 45), { holdUntil: '2027-04-15' }), [
    '04-04 retry',
    '04-04 warn',
    '04-07 retry',
    '04-15 suspend',
    '05-05 final_warning',
    '05-10 terminate',
  ])
})

test('the next look is the first day on which something may be due, and none when all is done', () => {
  const look = (taken: DunningRun[], today: string) =>
    dueSteps({ policy: POLICY, taken, dueOn: DUE, madeOn: day('2027-03-17'), today: day(today), holdUntil: null })
      .nextOn
  assert.equal(look([], '2027-03-17')?.toString(), '2027-03-24')
  const all = POLICY.map((step) => ({ ...step, on: DUE.add({ days: step.day }) }))
  assert.equal(look(all, '2027-05-01'), null)
  assert.equal(look(all.slice(0, -1), '2027-04-26')?.toString(), '2027-04-30')
})

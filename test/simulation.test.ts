import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { simulate } from './simulation/simulate.ts'
import type { Tally } from './simulation/tally.ts'

const tallies: Tally[] = []

for (const seed of [1])
  test(`a small business with seed ${seed} owes, pays and loses its servers as the model of our rules says`, async () => {
    tallies.push(await simulate({ seed, customers: 3, days: 60, checkEvery: 22 }))
  })

after(() => {
  for (const what of [
    'paid',
    'open',
    'void',
    'suspended',
    'terminated',
    'changes',
    'ended',
    'refunds',
    'disputes',
    'killed',
  ] as const)
    assert.ok(
      tallies.some((tally) => tally[what] > 0),
      `no story had anything ${what}`,
    )
})

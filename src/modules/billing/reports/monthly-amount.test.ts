import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { IntervalUnit } from '#platform/schema.ts'
import { monthlyAmount } from './monthly-amount.ts'

test('a price of any period comes to a month exactly, and is rounded once', () => {
  const cases: [bigint, IntervalUnit, number, number, bigint][] = [
    [900n, 'month', 1, 0, 900n],
    [900n, 'month', 1, 1_900, 756n],
    [10_000n, 'year', 1, 0, 833n],
    [10_002n, 'year', 1, 0, 834n], // 833.5: halves up.
    [8_600n, 'year', 1, 2_000, 597n],
    [3_000n, 'month', 3, 0, 1_000n],
    [24_000n, 'year', 2, 0, 1_000n],
    [84n, 'week', 1, 0, 365n],
    [12n, 'day', 1, 0, 365n],
    [0n, 'year', 1, 1_900, 0n],
    [9_007_199_254_740_993n, 'month', 1, 0, 9_007_199_254_740_993n],
  ]
  for (const [amountMinor, intervalUnit, intervalCount, includedBasisPoints, expected] of cases)
    assert.equal(
      monthlyAmount({ amountMinor, intervalUnit, intervalCount, includedBasisPoints }),
      expected,
      `${amountMinor} each ${intervalCount} ${intervalUnit}`,
    )
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scaleOf } from './chart-scale.ts'

test('an axis has round steps that hold every value, and zero', () => {
  const cases: [number[], number[]][] = [
    [[], [0.25, 0]],
    [[0], [0.25, 0]],
    [[100], [100, 75, 50, 25, 0]],
    [[3_700], [4_000, 3_000, 2_000, 1_000, 0]],
    [
      [900, -300],
      [1_000, 500, 0, -500],
    ],
    [[-80], [0, -20, -40, -60, -80]],
    [[7], [8, 6, 4, 2, 0]],
  ]
  for (const [values, ticks] of cases) {
    const scale = scaleOf(values)
    assert.deepEqual(
      scale.ticks.map((tick) => tick + 0),
      ticks,
      String(values),
    )
    assert.ok(values.every((value) => scale.lowest <= value && value <= scale.highest))
  }
})

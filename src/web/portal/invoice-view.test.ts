import assert from 'node:assert/strict'
import { test } from 'node:test'
import { taxesOf } from './invoice-view.ts'

test('tax is told once per rate, the highest first', () => {
  const lines = [
    { taxBasisPoints: 700, taxMinor: 70n },
    { taxBasisPoints: 1_900, taxMinor: 144n },
    { taxBasisPoints: 1_900, taxMinor: 32n },
  ]
  assert.deepEqual(taxesOf(lines), [
    { basisPoints: 1_900, taxMinor: 176n },
    { basisPoints: 700, taxMinor: 70n },
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { documentTaxes } from './document-taxes.ts'

const line = (taxBasisPoints: number, amountMinor: bigint, taxMinor: bigint) => ({
  taxBasisPoints,
  amountMinor,
  taxMinor,
})

test('an older document tells its tax once per rate, the highest first', () => {
  const lines = [line(700, 1_000n, 70n), line(1_900, 756n, 144n), line(1_900, 168n, 32n)]
  assert.deepEqual(
    documentTaxes({ lines, taxes: [] }).map(({ basisPoints, baseMinor, taxMinor }) => [
      basisPoints,
      baseMinor,
      taxMinor,
    ]),
    [
      [1_900, 924n, 176n],
      [700, 1_000n, 70n],
    ],
  )
})

test('a document that keeps its taxes tells those', () => {
  const tax = {
    invoiceId: 'inv_1',
    position: 0,
    name: 'VAT',
    category: 'AE' as const,
    rateBasisPoints: 0,
    compound: false,
    baseMinor: 756n,
    taxMinor: 0n,
    note: 'Reverse charge',
  }
  assert.deepEqual(documentTaxes({ lines: [line(0, 756n, 0n)], taxes: [tax] }), [
    { name: 'VAT', category: 'AE', basisPoints: 0, baseMinor: 756n, taxMinor: 0n, note: 'Reverse charge' },
  ])
})

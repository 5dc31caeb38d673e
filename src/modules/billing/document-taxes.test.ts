import assert from 'node:assert/strict'
import { test } from 'node:test'
import { correctedTaxes, documentTaxes } from './document-taxes.ts'

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

test('a credit note tells the taxes of its invoice with its share of them, and the sentence of the law', () => {
  const tax = (name: string, rateBasisPoints: number, taxMinor: bigint, note: string | null = null) => ({
    invoiceId: 'inv_1',
    position: 0,
    name,
    category: note ? ('AE' as const) : ('S' as const),
    rateBasisPoints,
    compound: name === 'QST',
    baseMinor: 1_000n,
    taxMinor,
    note,
  })
  const told = (taxes: ReturnType<typeof tax>[], taxMinor: bigint) =>
    correctedTaxes({ note: { subtotalMinor: 500n, taxMinor }, lines: [], taxes }).map((one) => [
      one.name,
      one.baseMinor,
      one.taxMinor,
      one.note,
    ])
  assert.deepEqual(told([tax('VAT', 0, 0n, 'Reverse charge')], 0n), [['VAT', 500n, 0n, 'Reverse charge']])
  assert.deepEqual(told([tax('GST', 500, 50n), tax('QST', 998, 105n)], 77n), [
    ['GST', 500n, 25n, null],
    ['QST', 525n, 52n, null],
  ])
})

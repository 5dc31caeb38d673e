import assert from 'node:assert/strict'
import { test } from 'node:test'
import { correctedTaxes, documentTaxes } from './document-taxes.ts'
import { millionthsOf, rateOfMillionths, taxDocument } from './tax.ts'

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
    finerMillionths: null,
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
    finerMillionths: null,
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

test('a rate finer than a basis point is charged and told as it is', () => {
  const quebec = [
    { name: 'GST', rateBasisPoints: 500, compound: false, category: 'S' as const },
    { name: 'QST', ...rateOfMillionths(99_750), compound: false, category: 'S' as const },
  ]
  const net = taxDocument([100_000n], { components: quebec, includedParts: 14_975_000 }, false)
  assert.deepEqual(
    net.taxes.map(({ taxMinor }) => taxMinor),
    [5_000n, 9_975n],
  )
  const gross = taxDocument([114_975n], { components: quebec, includedParts: 14_975_000 }, true)
  assert.deepEqual([gross.subtotalMinor, gross.taxMinor], [100_000n, 14_975n])
  const kept = net.taxes.map((tax, position) => ({
    invoiceId: 'inv_1',
    position,
    note: null,
    ...tax,
    finerMillionths: tax.finerMillionths ?? null,
  }))
  assert.deepEqual(
    documentTaxes({ lines: [], taxes: kept }).map(({ basisPoints }) => basisPoints),
    [500, 997.5],
  )
  for (const millionths of [0, 49, 50, 99_750, 99_749, 1_000_000])
    assert.equal(millionthsOf(rateOfMillionths(millionths)), millionths)
})

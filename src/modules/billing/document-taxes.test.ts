import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { roundHalfUp } from '#platform/money.ts'
import { correctLines, grossLeft, spreadCorrection } from './correction.ts'
import { correctedTaxes, documentTaxes } from './document-taxes.ts'
import { millionthsOf, partsOf, rateOfMillionths, taxDocument } from './tax.ts'

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
    correctedTaxes({ note: { subtotalMinor: 500n, taxMinor }, lines: [], taxes, taxBeforeMinor: 0n }).map((one) => [
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

test('credit notes in any parts take back each of two taxes to the cent, at its own rate', () => {
  const rates = fc.constantFrom(
    [rateOfMillionths(50_000), rateOfMillionths(99_750), false] as const,
    [rateOfMillionths(50_000), rateOfMillionths(99_750), true] as const,
    [rateOfMillionths(190_000), rateOfMillionths(30_000), true] as const,
    [rateOfMillionths(13), rateOfMillionths(7), false] as const,
  )
  const amounts = fc.array(fc.bigInt({ min: 1n, max: 1_000_000n }), { minLength: 1, maxLength: 5 })
  const parts = fc.array(fc.bigInt({ min: 1n, max: 500_000n }), { maxLength: 8 })
  fc.assert(
    fc.property(amounts, rates, fc.boolean(), parts, (prices, [first, second, compound], included, wanted) => {
      const components = [
        { name: 'A', ...first, compound: false, category: 'S' as const },
        { name: 'B', ...second, compound, category: 'S' as const },
      ]
      const includedParts = partsOf(components)
      const taxed = taxDocument(prices, { components, includedParts }, included)
      const taxes = taxed.taxes.map((tax, position) => ({
        invoiceId: 'inv_1',
        position,
        note: null,
        ...tax,
        finerMillionths: tax.finerMillionths ?? null,
      }))
      let left = taxed.net.map((amountMinor, index) => ({
        id: `inl_${index}`,
        amountMinor,
        taxMinor: taxed.tax[index]!,
        taxBasisPoints: Math.round(includedParts / 10_000),
        taxParts: includedParts,
      }))
      let taxBeforeMinor = 0n
      const back = [0n, 0n]
      for (const part of [...wanted, taxed.totalMinor]) {
        const rest = grossLeft(left)
        if (rest === 0n) break
        const gross = part < rest ? part : rest
        const corrected = correctLines(left, spreadCorrection(left, gross))
        const of = (amount: (line: (typeof corrected)[number]) => bigint) =>
          corrected.reduce((sum, line) => sum + amount(line), 0n)
        const note = { subtotalMinor: of((line) => line.amountMinor), taxMinor: of((line) => line.taxMinor) }
        // A first part is divided at the rates themselves, not at what they round to together.
        if (taxBeforeMinor === 0n && prices.length === 1 && gross < rest)
          assert.equal(
            note.taxMinor,
            clamp(roundHalfUp(gross * BigInt(includedParts), 100_000_000n + BigInt(includedParts)), left[0]!, gross),
          )
        const told = correctedTaxes({ note, lines: [], taxes, taxBeforeMinor })
        assert.equal(
          told.reduce((sum, tax) => sum + tax.taxMinor, 0n),
          note.taxMinor,
        )
        told.forEach((tax, index) => {
          assert.ok(tax.taxMinor >= 0n)
          back[index]! += tax.taxMinor
        })
        taxBeforeMinor += note.taxMinor
        left = left.map((line) => {
          const taken = corrected.find(({ id }) => id === line.id)
          if (!taken) return line
          return {
            ...line,
            amountMinor: line.amountMinor - taken.amountMinor,
            taxMinor: line.taxMinor - taken.taxMinor,
          }
        })
      }
      assert.deepEqual(
        back,
        taxes.map(({ taxMinor }) => taxMinor),
      )
    }),
  )
})

/** A line gives no more tax, and no more net, than it has. */
const clamp = (tax: bigint, line: { amountMinor: bigint; taxMinor: bigint }, gross: bigint): bigint => {
  const least = gross > line.amountMinor ? gross - line.amountMinor : 0n
  const most = gross < line.taxMinor ? gross : line.taxMinor
  return tax < least ? least : tax > most ? most : tax
}

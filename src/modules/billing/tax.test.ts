import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type TaxRule, taxDocument, taxRuleFor } from './tax.ts'

const amounts = fc.array(fc.bigInt({ min: 0n, max: 10n ** 12n }), { minLength: 1, maxLength: 8 })
const rate = fc.integer({ min: 0, max: 10_000 })
const sum = (parts: readonly bigint[]): bigint => parts.reduce((a, b) => a + b, 0n)

/** Whether `rounded` is numerator / denominator to the nearest whole, a half going up: 2r - 1 <= 2n/d < 2r + 1. */
const isHalfUp = (rounded: bigint, numerator: bigint, denominator: bigint): boolean =>
  (2n * rounded - 1n) * denominator <= 2n * numerator && 2n * numerator < (2n * rounded + 1n) * denominator

test('net and tax make the total, on the document and line by line, whatever the prices and the rate', () => {
  fc.assert(
    fc.property(amounts, rate, fc.boolean(), (lines, basisPoints, included) => {
      const taxed = taxDocument(lines, basisPoints, included)
      assert.equal(taxed.subtotalMinor + taxed.taxMinor, taxed.totalMinor)
      assert.equal(sum(taxed.net), taxed.subtotalMinor)
      assert.equal(sum(taxed.tax), taxed.taxMinor)
      for (const [index, line] of lines.entries()) {
        const shown = included ? taxed.net[index]! + taxed.tax[index]! : taxed.net[index]!
        assert.equal(shown, line)
        assert.ok(taxed.tax[index]! >= 0n && taxed.net[index]! >= 0n)
      }
    }),
  )
})

test('tax on prices without tax is the sum times the rate, a half cent going up', () => {
  fc.assert(
    fc.property(amounts, rate, (lines, basisPoints) => {
      const { taxMinor, subtotalMinor } = taxDocument(lines, basisPoints, false)
      assert.equal(subtotalMinor, sum(lines))
      assert.ok(isHalfUp(taxMinor, sum(lines) * BigInt(basisPoints), 10_000n))
    }),
  )
})

test('tax within prices is the exact share of what the customer pays, and the price shown stays the price', () => {
  fc.assert(
    fc.property(amounts, rate, (lines, basisPoints) => {
      const { taxMinor, totalMinor } = taxDocument(lines, basisPoints, true)
      assert.equal(totalMinor, sum(lines))
      assert.ok(isHalfUp(taxMinor, sum(lines) * BigInt(basisPoints), 10_000n + BigInt(basisPoints)))
    }),
  )
})

test('each line shows its own share of the tax, off by less than a cent', () => {
  fc.assert(
    fc.property(amounts, rate, fc.boolean(), (lines, basisPoints, included) => {
      const { tax, taxMinor } = taxDocument(lines, basisPoints, included)
      const whole = sum(lines)
      for (const [index, line] of lines.entries()) {
        const off = tax[index]! * whole - taxMinor * line
        assert.ok(whole === 0n || (off < whole && -off < whole))
      }
    }),
  )
})

test('tax is rounded once over the document, not on each line', () => {
  const taxed = taxDocument([3n, 3n, 3n], 1_900, false)
  assert.deepEqual([taxed.taxMinor, taxed.tax], [2n, [1n, 1n, 0n]])
})

test('half a cent goes up, and just below it does not', () => {
  assert.equal(taxDocument([50n], 100, false).taxMinor, 1n)
  assert.equal(taxDocument([49n], 100, false).taxMinor, 0n)
  assert.equal(taxDocument([900n], 1_900, true).taxMinor, 144n)
})

test('a document over nothing, or without lines, has no tax', () => {
  assert.deepEqual(taxDocument([0n, 0n], 1_900, false).tax, [0n, 0n])
  assert.deepEqual(taxDocument([], 1_900, true), {
    net: [],
    tax: [],
    subtotalMinor: 0n,
    taxMinor: 0n,
    totalMinor: 0n,
  })
})

const rule = (id: string, country: string | null, from: string, to: string | null = null): TaxRule => ({
  id,
  legalEntityId: 'ent_1',
  country,
  name: 'VAT',
  rateBasisPoints: 1_900,
  validFrom: Temporal.PlainDate.from(from),
  validTo: to === null ? null : Temporal.PlainDate.from(to),
})

const rules = [
  rule('domestic', null, '2007-01-01', '2020-07-01'),
  rule('domestic-lowered', null, '2020-07-01', '2021-01-01'),
  rule('domestic-again', null, '2021-01-01'),
  rule('austria', 'AT', '2015-01-01'),
  rule('austria-later', 'AT', '2026-01-01'),
  rule('ended', 'GB', '2015-01-01', '2021-01-01'),
]
const chosen = (country: string | null, on: string): string | undefined =>
  taxRuleFor(rules, country, Temporal.PlainDate.from(on))?.id

test('the buyer’s country decides, and a country without a rule of its own pays the domestic rate', () => {
  assert.equal(chosen('AT', '2025-06-01'), 'austria')
  assert.equal(chosen('FR', '2025-06-01'), 'domestic-again')
})

test('an unknown country pays the domestic rate, never nothing', () => {
  assert.equal(chosen(null, '2025-06-01'), 'domestic-again')
})

test('a rate is valid from its first day until the day before its end', () => {
  assert.equal(chosen(null, '2020-06-30'), 'domestic')
  assert.equal(chosen(null, '2020-07-01'), 'domestic-lowered')
  assert.equal(chosen(null, '2020-12-31'), 'domestic-lowered')
  assert.equal(chosen(null, '2021-01-01'), 'domestic-again')
})

test('of two rates of a country the one that began last counts, whatever their order', () => {
  assert.equal(chosen('AT', '2025-12-31'), 'austria')
  assert.equal(chosen('AT', '2026-01-01'), 'austria-later')
  assert.equal(taxRuleFor(rules.toReversed(), 'AT', Temporal.PlainDate.from('2026-01-01'))?.id, 'austria-later')
})

test('when a country’s own rate has ended or not begun, the domestic one is charged', () => {
  assert.equal(chosen('GB', '2021-01-01'), 'domestic-again')
  assert.equal(chosen('AT', '2014-12-31'), 'domestic')
})

test('before any rate was valid there is none to charge', () => {
  assert.equal(chosen('DE', '2006-12-31'), undefined)
})

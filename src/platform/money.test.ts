import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { allocate, currencyExponent, roundHalfUp, toDecimal } from './money.ts'

const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n })
const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 12 })

test('splitting an amount loses and invents no cent', () => {
  fc.assert(
    fc.property(amount, weights, (total, parts) => {
      const shares = allocate(total, parts)
      assert.equal(shares.length, parts.length)
      assert.equal(
        shares.reduce((a, b) => a + b, 0n),
        total,
      )
    }),
    { numRuns: 1_000 },
  )
})

test('every share is within one unit of its exact part, and a refund splits as its charge did', () => {
  fc.assert(
    fc.property(amount, weights, (total, parts) => {
      const sum = parts.reduce((a, b) => a + b, 0n)
      fc.pre(sum > 0n)
      const shares = allocate(total, parts)
      for (const [index, share] of shares.entries()) {
        const off = share * sum - total * parts[index]!
        assert.ok(off < sum && off > -sum, `${share} for ${parts[index]} of ${sum}`)
      }
      assert.deepEqual(
        allocate(-total, parts),
        shares.map((share) => -share),
      )
    }),
    { numRuns: 1_000 },
  )
})

test('what cannot be split evenly goes to the largest remainders, the first of equals first', () => {
  assert.deepEqual(allocate(10n, [1n, 1n, 1n]), [4n, 3n, 3n])
  assert.deepEqual(allocate(10n, [1n, 2n, 3n]), [2n, 3n, 5n])
  assert.deepEqual(allocate(5n, [0n, 0n]), [3n, 2n])
  assert.deepEqual(allocate(0n, []), [])
  assert.throws(() => allocate(1n, []), /nobody/)
})

test('rounding is exact: the nearest whole number, halves away from zero, however large', () => {
  const denominator = fc.bigInt({ min: 1n, max: 10n ** 12n })
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n }), denominator, (numerator, divisor) => {
      const rounded = roundHalfUp(numerator, divisor)
      const distance = 2n * (rounded * divisor - numerator)
      const size = distance < 0n ? -distance : distance
      assert.ok(size <= divisor, 'no whole number is nearer')
      if (size === divisor) assert.equal(numerator > 0n, distance > 0n, 'a half goes away from zero')
    }),
    { numRuns: 1_000 },
  )
  assert.equal(roundHalfUp(5n, 2n), 3n)
  assert.equal(roundHalfUp(-5n, 2n), -3n)
  assert.throws(() => roundHalfUp(1n, 0n), /denominator/)
})

test('amounts of currencies with no, two and three decimals are written so that they can be read back', () => {
  assert.equal(toDecimal(1_990n, 'EUR'), '19.90')
  assert.equal(toDecimal(-5n, 'EUR'), '-0.05')
  assert.equal(toDecimal(1_990n, 'JPY'), '1990')
  assert.equal(toDecimal(1n, 'KWD'), '0.001')
  fc.assert(
    fc.property(amount, fc.constantFrom('JPY', 'EUR', 'USD', 'KWD'), (minor, currency) => {
      const text = toDecimal(minor, currency)
      assert.equal(text.split('.')[1]?.length ?? 0, currencyExponent(currency))
      assert.equal(BigInt(text.replace('.', '')), minor)
    }),
  )
})

test('our decimals are those of the currency list that Node carries', () => {
  for (const currency of ['EUR', 'USD', 'JPY', 'KRW', 'CLP', 'BHD', 'KWD', 'OMR', 'TND', 'VND', 'XOF']) {
    const shown = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
    assert.equal(currencyExponent(currency), shown.maximumFractionDigits, currency)
  }
})

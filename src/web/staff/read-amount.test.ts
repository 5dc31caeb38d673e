import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { listCurrencies, toDecimal } from '#platform/money.ts'
import { readAmount, readPrice } from './read-amount.ts'

test('an amount is read to the cent, and anything that could be meant otherwise is not read', () => {
  const cases: [text: string, currency: string, minor: bigint | undefined][] = [
    ['12.50', 'EUR', 1_250n],
    ['12,5', 'EUR', 1_250n],
    [' 7 ', 'EUR', 700n],
    ['0.01', 'EUR', 1n],
    ['500', 'JPY', 500n],
    ['1.234', 'KWD', 1_234n],
    ['500.5', 'JPY', undefined],
    ['1.234', 'EUR', undefined],
    ['1.234,50', 'EUR', undefined],
    ['-5', 'EUR', undefined],
    ['0', 'EUR', undefined],
    ['1e3', 'EUR', undefined],
    ['', 'EUR', undefined],
  ]
  for (const [text, currency, minor] of cases) assert.equal(readAmount(text, currency), minor, `${text} ${currency}`)
})

test('P10: an amount that we wrote is read back as what it was, in every currency, with a point or a comma', () => {
  const minor = fc.bigInt(0n, 99_999_999_999n)
  fc.assert(
    fc.property(minor, fc.constantFrom(...listCurrencies()), fc.constantFrom('.', ','), (amount, currency, point) => {
      assert.equal(readPrice(toDecimal(amount, currency).replace('.', point), currency), amount)
    }),
    { numRuns: 1_000 },
  )
})

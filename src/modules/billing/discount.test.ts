import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Discount, discountLines, type DiscountRule, inDeclaredOrder } from './discount.ts'

const all = (amounts: readonly bigint[], rule: DiscountRule): Discount => ({
  couponId: 'cpn_1',
  name: 'Spring',
  rule,
  covers: amounts.map(() => true),
})

const cases: [string, bigint[], DiscountRule[], bigint[]][] = [
  ['20 % of 9.00 is 1.80', [900n], [{ percentBasisPoints: 2_000 }], [180n]],
  ['half a cent counts as one', [5n], [{ percentBasisPoints: 5_000 }], [3n]],
  ['a percentage is rounded line by line', [5n, 5n, 5n], [{ percentBasisPoints: 5_000 }], [3n, 3n, 3n]],
  ['less than half a cent is nothing', [49n], [{ percentBasisPoints: 100 }], [0n]],
  ['the whole price', [900n, 1n], [{ percentBasisPoints: 10_000 }], [900n, 1n]],
  ['an amount is spread in proportion', [900n, 100n], [{ amountMinor: 100n }], [90n, 10n]],
  ['what cannot be split goes to the largest remainder', [333n, 333n, 334n], [{ amountMinor: 100n }], [33n, 33n, 34n]],
  ['the first of equals first', [100n, 100n, 100n], [{ amountMinor: 100n }], [34n, 33n, 33n]],
  ['never more than there is', [300n, 200n], [{ amountMinor: 5_000n }], [300n, 200n]],
  ['a line that costs nothing gets nothing', [0n, 500n], [{ amountMinor: 100n }], [0n, 100n]],
  ['nothing off nothing', [0n, 0n], [{ amountMinor: 100n }], [0n, 0n]],
  ['yen have no cents', [1_000n], [{ percentBasisPoints: 1_250 }], [125n]],
  ['10 %, then 1.00 off what is left', [1_000n], [{ percentBasisPoints: 1_000 }, { amountMinor: 100n }], [200n]],
  ['1.00, then 10 % of what is left', [1_000n], [{ amountMinor: 100n }, { percentBasisPoints: 1_000 }], [190n]],
]

for (const [what, amounts, rules, off] of cases)
  test(`discounts: ${what}`, () => {
    const discounts = rules.map((rule) => all(amounts, rule))
    assert.deepEqual(
      discountLines(amounts, discounts).map((line) => line.discountMinor),
      off,
    )
  })

test('a line outside its scope keeps its price and says nothing of the coupon', () => {
  const [inside, outside] = discountLines(
    [900n, 900n],
    [{ ...all([], { percentBasisPoints: 2_000 }), covers: [true, false] }],
  )
  assert.deepEqual(inside, {
    amountMinor: 720n,
    discountMinor: 180n,
    discounts: [{ coupon: 'cpn_1', name: 'Spring', off: '180' }],
  })
  assert.deepEqual(outside, { amountMinor: 900n, discountMinor: 0n, discounts: [] })
})

const amount = fc.bigInt(0n, 10_000_000_000n)
const rule = fc.oneof(
  fc.record({ percentBasisPoints: fc.integer({ min: 1, max: 10_000 }) }),
  fc.record({ amountMinor: fc.bigInt(1n, 10_000_000_000n) }),
)
const priced = fc.array(amount, { minLength: 1, maxLength: 12 }).chain((amounts) =>
  fc.record({
    amounts: fc.constant(amounts),
    discounts: fc.array(
      fc.record({
        rule,
        covers: fc.array(fc.boolean(), { minLength: amounts.length, maxLength: amounts.length }),
        priority: fc.integer({ min: 0, max: 3 }),
      }),
      { maxLength: 5 },
    ),
  }),
)

test('P7: no line falls below zero, no cent is lost, and each discount says what it took', () => {
  fc.assert(
    fc.property(priced, ({ amounts, discounts }) => {
      const named = discounts.map((one, index) => ({ ...one, couponId: `cpn_${index}`, name: 'Any' }))
      for (const [index, line] of discountLines(amounts, named).entries()) {
        assert.ok(line.amountMinor >= 0n && line.discountMinor >= 0n)
        assert.equal(line.amountMinor + line.discountMinor, amounts[index])
        assert.equal(
          line.discounts.reduce((sum, { off }) => sum + BigInt(off), 0n),
          line.discountMinor,
        )
      }
    }),
    { numRuns: 1_000 },
  )
})

test('an amount takes off exactly itself, or all there is when that is less', () => {
  fc.assert(
    fc.property(
      fc.array(amount, { minLength: 1, maxLength: 12 }),
      fc.bigInt(1n, 10n ** 12n),
      (amounts, amountMinor) => {
        const whole = amounts.reduce((sum, each) => sum + each, 0n)
        const lines = discountLines(amounts, [all(amounts, { amountMinor })])
        const off = lines.reduce((sum, line) => sum + line.discountMinor, 0n)
        assert.equal(off, amountMinor < whole ? amountMinor : whole)
      },
    ),
    { numRuns: 1_000 },
  )
})

test('P8: several coupons are taken off in their declared order, in whatever order their codes came', () => {
  const shuffled = priced.chain(({ amounts, discounts }) => {
    const named = discounts.map((one, index) => ({ ...one, id: `cpn_${index}`, couponId: `cpn_${index}`, name: 'Any' }))
    return fc.record({
      amounts: fc.constant(amounts),
      named: fc.constant(named),
      typed: fc.shuffledSubarray(named, { minLength: named.length }),
    })
  })
  fc.assert(
    fc.property(shuffled, ({ amounts, named, typed }) => {
      const ordered = inDeclaredOrder(typed)
      assert.deepEqual(discountLines(amounts, ordered), discountLines(amounts, inDeclaredOrder(named)))
      for (const [index, one] of ordered.entries()) {
        const before = ordered[index - 1]
        if (before)
          assert.ok(before.priority < one.priority || (before.priority === one.priority && before.id < one.id))
      }
    }),
    { numRuns: 1_000 },
  )
})

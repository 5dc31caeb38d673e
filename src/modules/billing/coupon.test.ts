import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  type Coupon,
  type CouponLine,
  type CouponRefusal,
  type CouponUser,
  discountBy,
  refusalOf,
  ruleOfCoupon,
} from './coupon.ts'
import { couponInput } from '#test/support/coupon-builders.ts'

const now = Temporal.Instant.from('2027-03-01T12:00:00Z')
const hour = (hours: number) => now.add({ hours })
const known: CouponUser = { group: null, hasOrdered: false, usesOfThis: 0 }

const coupon = (overrides: Partial<Coupon> = {}): Coupon => {
  const { amounts: _amounts, ...input } = couponInput()
  return { ...input, id: 'cpn_1', codeKey: 'x', state: 'active', uses: 0, createdAt: now, updatedAt: now, ...overrides }
}
const line = (overrides: Partial<CouponLine> = {}): CouponLine => ({
  kind: 'plan',
  productId: 'prd_vps',
  planId: 'pln_small',
  interval: 'month',
  tried: false,
  amountMinor: 900n,
  ...overrides,
})

type Case = [what: string, coupon: Partial<Coupon>, user: CouponUser, refusal: CouponRefusal | undefined]
const cases: Case[] = [
  ['holds for everybody', {}, known, undefined],
  ['holds for somebody who is not signed in', {}, null, undefined],
  ['that is still a draft is unknown', { state: 'draft' }, known, 'coupon_unknown'],
  ['that is not valid yet is unknown', { validFrom: hour(1) }, known, 'coupon_unknown'],
  ['is valid from its first moment', { validFrom: now }, known, undefined],
  ['is over at its last moment', { validUntil: now }, known, 'coupon_ended'],
  ['is valid up to its last moment', { validUntil: hour(1) }, known, undefined],
  ['that was taken back is over', { state: 'ended' }, known, 'coupon_ended'],
  [
    'that was taken back before it began stays unknown',
    { state: 'ended', validFrom: hour(1) },
    known,
    'coupon_unknown',
  ],
  ['may be used up', { maxUses: 3, uses: 3 }, known, 'coupon_used_up'],
  ['has one use left', { maxUses: 3, uses: 2 }, known, undefined],
  ['was used by this customer', { maxUsesPerCustomer: 1 }, { ...known, usesOfThis: 1 }, 'coupon_already_used'],
  ['may be used twice', { maxUsesPerCustomer: 2 }, { ...known, usesOfThis: 1 }, undefined],
  ['for a group holds for it', { customerGroup: 'partners' }, { ...known, group: 'partners' }, undefined],
  ['for a group does not hold for others', { customerGroup: 'partners' }, known, 'coupon_not_for_you'],
  ['for a group does not hold for strangers', { customerGroup: 'partners' }, null, 'coupon_not_for_you'],
  ['for a first order', { firstOrderOnly: true }, { ...known, hasOrdered: true }, 'coupon_first_order_only'],
  ['for a first order, at the first', { firstOrderOnly: true }, known, undefined],
  ['for another product', { productIds: ['prd_other'] }, known, 'coupon_not_for_this'],
  ['for another plan', { planIds: ['pln_big'] }, known, 'coupon_not_for_this'],
  ['for years', { intervals: ['year'] }, known, 'coupon_not_for_this'],
  ['for this plan by the month', { planIds: ['pln_small'], intervals: ['month', 'year'] }, known, undefined],
  [
    'for setup, where nothing is set up',
    { kind: 'free_setup', percentBasisPoints: null },
    known,
    'coupon_not_for_this',
  ],
]

for (const [what, overrides, user, refusal] of cases)
  test(`a code ${what}`, () => {
    const one = coupon(overrides)
    assert.equal(refusalOf({ ...one, rule: ruleOfCoupon(one, null) }, { now, user, lines: [line()] }), refusal)
  })

test('a code that nobody made is unknown', () => {
  assert.equal(refusalOf(undefined, { now, user: known, lines: [line()] }), 'coupon_unknown')
})

test('a fixed coupon holds only in currencies it names', () => {
  const one = coupon({ kind: 'fixed', percentBasisPoints: null })
  const asked = { now, user: known, lines: [line()] }
  assert.equal(refusalOf({ ...one, rule: ruleOfCoupon(one, null) }, asked), 'coupon_not_for_this')
  assert.equal(refusalOf({ ...one, rule: ruleOfCoupon(one, 500n) }, asked), undefined)
})

test('free setup takes off all of the setup and nothing else', () => {
  const one = coupon({ kind: 'free_setup', percentBasisPoints: null })
  const rule = ruleOfCoupon(one, null)!
  assert.deepEqual(rule, { percentBasisPoints: 10_000 })
  assert.deepEqual(discountBy({ ...one, rule }, [line(), line({ kind: 'setup' })]).covers, [false, true])
})

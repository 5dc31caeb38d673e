import assert from 'node:assert/strict'
import { test } from 'node:test'
import { buildItem } from '#test/support/builders.ts'
import { changedPrices, type PricedLine, readSeenPrices, seenPricesCookie } from './cart-cookie.ts'

const line = (overrides: Partial<PricedLine> = {}): PricedLine => ({
  id: 'cit_1',
  configuration: buildItem(),
  currency: 'EUR',
  amountMinor: 900n,
  ...overrides,
})

/** What the browser sends after it was given this cookie. */
function sentBack(cookie: string): Request {
  return new Request('http://shop.example/cart', { headers: { cookie: cookie.split(';')[0]! } })
}

test('a line whose price changed since it was last seen is pointed out with the price before', () => {
  const seen = readSeenPrices(sentBack(seenPricesCookie([line(), line({ id: 'cit_2' })])))
  assert.deepEqual(changedPrices(seen, [line(), line({ id: 'cit_2', amountMinor: 950n })]), [
    { ...line({ id: 'cit_2', amountMinor: 950n }), beforeMinor: 900n },
  ])
})

test('another configuration or currency is no change of price', () => {
  const seen = readSeenPrices(sentBack(seenPricesCookie([line()])))
  const changed = [
    line({ configuration: buildItem({ period: 'year' }), amountMinor: 8600n }),
    line({ currency: 'USD', amountMinor: 1000n }),
    line({ id: 'cit_new', amountMinor: 1n }),
  ]
  assert.deepEqual(changedPrices(seen, changed), [])
})

test('what a new line was offered at is remembered beside what was seen before', () => {
  const before = readSeenPrices(sentBack(seenPricesCookie([line()])))
  const both = readSeenPrices(sentBack(seenPricesCookie([line({ id: 'cit_2', amountMinor: 2900n })], before)))
  assert.equal(both.size, 2)
})

test('a cookie somebody wrote by hand is ignored', () => {
  for (const value of ['', 'abc', 'abcdefgh:x', '%', 'abcdefgh:1234567890123456789'])
    assert.equal(readSeenPrices(sentBack(`__Host-cart-prices=${value}`)).size, 0)
})

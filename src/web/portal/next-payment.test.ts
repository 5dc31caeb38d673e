import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextOf } from './next-payment.ts'

const due = (day: string, amountMinor: bigint, currency = 'EUR') => ({
  amountMinor,
  currency,
  on: Temporal.PlainDate.from(day),
})

test('what falls due on the same day in the same currency is one payment', () => {
  const next = nextOf([
    due('2026-12-01', 900n),
    due('2026-12-01', 500n, 'USD'),
    due('2026-12-01', 2_900n),
    due('2026-12-02', 900n),
  ])
  assert.equal(next?.amountMinor, 3_800n)
  assert.equal(next.currency, 'EUR')
  assert.equal(next.on.toString(), '2026-12-01')
})

test('without subscriptions there is no next payment', () => {
  assert.equal(nextOf([]), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromStripeAmount, toStripeAmount } from './stripe-money.ts'

const refused = { kind: 'conflict', code: 'payment_refused' }

test('amounts travel exactly, whatever the currency', () => {
  for (const currency of ['EUR', 'USD', 'JPY', 'ISK', 'UGX', 'KWD'])
    assert.equal(fromStripeAmount(toStripeAmount(12_340n, currency), currency), 12_340n)
  assert.equal(toStripeAmount(990n, 'JPY'), 990)
  assert.equal(toStripeAmount(990n, 'ISK'), 99_000)
  assert.equal(toStripeAmount(5_000n, 'MGA'), 50)
  assert.throws(() => toStripeAmount(12_345n, 'KWD'), refused, 'Stripe cannot carry the last digit')
  assert.throws(() => toStripeAmount(0n, 'EUR'), refused)
  assert.throws(() => toStripeAmount(2n ** 60n, 'EUR'), refused)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { cardViews } from './saved-card.ts'

const card = (overrides: object = {}) => ({
  id: 'pmt_1',
  kind: 'card',
  brand: 'visa',
  lastFour: '4242',
  expiryMonth: 11,
  expiryYear: 2026,
  isDefault: false,
  ...overrides,
})

test('a card counts to the end of the month printed on it', () => {
  const [valid] = cardViews([card()], Temporal.Instant.from('2026-11-30T23:00:00Z'))
  assert.deepEqual(valid, {
    id: 'pmt_1',
    brand: 'Visa',
    lastFour: '4242',
    until: '11/2026',
    expired: false,
    isDefault: false,
  })
  assert.equal(cardViews([card()], Temporal.Instant.from('2026-12-01T00:00:00Z'))[0]?.expired, true)
})

test('a card that was typed in twice is shown once, another of the same brand on its own', () => {
  const cards = [card(), card({ id: 'pmt_2' }), card({ id: 'pmt_3', brand: 'amex', lastFour: '0005' })]
  const shown = cardViews(cards, Temporal.Instant.from('2026-11-01T00:00:00Z'))
  assert.deepEqual(
    shown.map(({ id, brand }) => [id, brand]),
    [
      ['pmt_1', 'Visa'],
      ['pmt_3', 'American Express'],
    ],
  )
})

test('of one card saved twice the one that is charged is shown, and a direct debit does not expire', () => {
  const shown = cardViews(
    [
      card(),
      card({ id: 'pmt_2', isDefault: true }),
      card({ id: 'pmt_3', kind: 'sepa_debit', brand: 'sepa_debit', expiryMonth: null, expiryYear: null }),
    ],
    Temporal.Instant.from('2030-11-01T00:00:00Z'),
  )
  assert.deepEqual(
    shown.map(({ id, brand, isDefault, expired }) => [id, brand, isDefault, expired]),
    [
      ['pmt_2', 'Visa', true, true],
      ['pmt_3', 'SEPA', false, false],
    ],
  )
})

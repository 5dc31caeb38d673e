import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EU_COUNTRIES, euVatNumber, readVatNumber } from './vat-number.ts'

const kept = (text: string, country: string | null): string => {
  const read = readVatNumber(text, country)
  return read.ok ? read.vatId : `${read.reason}: ${read.example}`
}

for (const [says, text, country, becomes] of [
  ['a number is kept as it is', 'FR60815004395', 'FR', 'FR60815004395'],
  ['spaces, dots and dashes do not matter', ' fr 60-815.004 395 ', 'FR', 'FR60815004395'],
  ['the prefix may be left out', '60815004395', 'FR', 'FR60815004395'],
  ['Greece has a prefix of its own', 'EL123456789', 'GR', 'EL123456789'],
  ['also when it is left out', '123456789', 'GR', 'EL123456789'],
  ['Austria’s have a letter after the prefix', 'ATU12345678', 'AT', 'ATU12345678'],
  ['too few digits are told', 'DE12345678', 'DE', 'pattern: DE123456789'],
  ['letters among digits are told', 'DE12345678X', 'DE', 'pattern: DE123456789'],
  ['a number of another member state is told', 'FR60815004395', 'DE', 'other_country: DE123456789'],
  [
    'also where it looks like one of this country without a prefix',
    'DE123456789',
    'FR',
    'other_country: FR12345678901',
  ],
  ['the Netherlands’ example has its letter', 'NL1', 'NL', 'pattern: NL123456789B01'],
  ['outside of the EU anything is taken', 'CHE-123.456.789 MWST', 'CH', 'CHE-123.456.789 MWST'],
  ['Northern Ireland is not asked about for services', 'XI123456789', 'GB', 'XI123456789'],
] as const)
  test(`VAT numbers: ${says}`, () => {
    assert.equal(kept(text, country), becomes)
  })

test('the example told for each member state is itself a good number', () => {
  for (const country of EU_COUNTRIES) {
    const read = readVatNumber('?', country)
    assert.ok(!read.ok)
    assert.equal(kept(read.example, country), read.example)
  }
})

test('the registry is asked with the prefix apart, and only about numbers of the EU', () => {
  assert.deepEqual(euVatNumber({ country: 'GR', vatId: 'EL123456789' }), { country: 'EL', digits: '123456789' })
  assert.deepEqual(euVatNumber({ country: 'AT', vatId: 'ATU12345678' }), { country: 'AT', digits: 'U12345678' })
  assert.equal(euVatNumber({ country: 'GB', vatId: 'XI123456789' }), undefined)
  assert.equal(euVatNumber({ country: 'DE', vatId: null }), undefined)
  assert.equal(euVatNumber({ country: null, vatId: 'DE123456789' }), undefined)
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { formatDate, formatMoney, formatRelative, plural, preferredLocale } from '#platform/i18n.ts'

// German writes a no-break space before the sign.
const spaced = (text: string): string => text.replaceAll('\u00a0', ' ')

test('prices are written exactly, in the form of the language and with the digits of the currency', () => {
  assert.equal(formatMoney(1_990n, 'EUR', 'en'), '€19.90')
  assert.equal(spaced(formatMoney(1_990n, 'EUR', 'de')), '19,90 €')
  assert.equal(formatMoney(900n, 'USD', 'en'), '$9.00')
  assert.equal(formatMoney(900n, 'JPY', 'en'), '¥900')
  assert.equal(spaced(formatMoney(1_234n, 'KWD', 'en')), 'KWD 1.234')
})

test('an amount too large for floating point keeps every digit', () => {
  assert.equal(formatMoney(9_007_199_254_740_993_07n, 'EUR', 'en'), '€9,007,199,254,740,993.07')
  assert.equal(formatMoney(-5n, 'EUR', 'en'), '-€0.05')
})

test('dates follow the time zone of the reader', () => {
  assert.equal(formatDate('2026-11-23T23:30:00Z', 'en', 'UTC'), '23 Nov 2026')
  assert.equal(formatDate('2026-11-23T23:30:00Z', 'en', 'Europe/Berlin'), '24 Nov 2026')
  assert.equal(formatDate('2026-11-23T23:30:00Z', 'de', 'Europe/Berlin', 'dateTime'), '24. Nov. 2026, 00:30')
})

test('a moment is told relatively within a week and as a date beyond', () => {
  const now = '2026-11-23T12:00:00Z'
  assert.equal(formatRelative('2026-11-23T11:59:30Z', now, 'en'), 'now')
  assert.equal(formatRelative('2026-11-23T09:00:00Z', now, 'en'), '3 hours ago')
  assert.equal(formatRelative('2026-11-25T12:00:00Z', now, 'de'), 'übermorgen')
  assert.equal(formatRelative('2026-11-15T12:00:00Z', now, 'en'), undefined)
})

test('words take the form of their count', () => {
  assert.equal(plural('en', 1, { one: 'server', other: 'servers' }), 'server')
  assert.equal(plural('de', 0, { one: 'Dienst', other: 'Dienste' }), 'Dienste')
})

test('the language of a browser is taken if we speak it, else English', () => {
  assert.equal(preferredLocale('fr-CH, de;q=0.8, en;q=0.9'), 'en')
  assert.equal(preferredLocale('de-AT,de;q=0.9,en;q=0.5'), 'de')
  assert.equal(preferredLocale('en;q=0, de;q=0.1'), 'de')
  assert.equal(preferredLocale('sl'), 'en')
  assert.equal(preferredLocale(null), 'en')
})

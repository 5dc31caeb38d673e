import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inLanguage, paths, safeReturn } from './paths.ts'

test('shop pages carry their language in the address, English needs no prefix', () => {
  assert.equal(paths.landing('en'), '/')
  assert.equal(paths.landing('de'), '/de')
  assert.equal(paths.pricing('de', { currency: 'EUR', period: undefined }), '/de/pricing?currency=EUR')
  assert.equal(inLanguage('/de/pricing', 'en'), '/pricing')
  assert.equal(inLanguage('/pricing', 'de'), '/de/pricing')
  assert.equal(inLanguage('/de', 'en'), '/')
  assert.equal(inLanguage('/design', 'de'), '/de/design')
})

test('after signing in nobody is led to another site', () => {
  assert.equal(safeReturn('/portal/invoices?after=x'), '/portal/invoices?after=x')
  for (const bad of [
    'https://evil.example',
    '//evil.example',
    '/\\evil.example',
    '/\t/evil.example',
    'portal',
    '',
    null,
    `/${'x'.repeat(600)}`,
  ])
    assert.equal(safeReturn(bad), undefined, String(bad))
})

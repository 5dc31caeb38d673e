import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Catalog, CatalogProduct } from '#modules/catalog/plan.ts'
import { SSH_KEY } from '#test/support/builders.ts'
import { draftConfiguration, parseConfiguration, unjudged } from './configuration-form.ts'

const both = (text: string) => ({ en: text, de: text })
const plan = { slug: 'vps-starter', name: both('Starter') } as CatalogProduct['plans'][number]
const product = {
  plans: [plan, { ...plan, slug: 'vps-professional' }],
  options: [
    {
      id: 'opt_1',
      code: 'backups',
      kind: 'switch',
      name: both('Backups'),
      summary: both(''),
      minQuantity: 0,
      maxQuantity: 1,
      step: 1,
      prices: [],
      choices: [],
    },
    {
      id: 'opt_2',
      code: 'extra-addresses',
      kind: 'quantity',
      name: both('Addresses'),
      summary: both(''),
      minQuantity: 0,
      maxQuantity: 8,
      step: 1,
      prices: [],
      choices: [],
    },
  ],
} as unknown as CatalogProduct
const catalog = {
  products: [product],
  regions: [{ slug: 'fsn1' }, { slug: 'hel1' }],
  images: [{ slug: 'debian-13' }],
  currencies: ['EUR', 'USD'],
  periods: ['month', 'year'],
  countryCurrencies: {},
} as unknown as Catalog

const filled = (overrides: Record<string, string> = {}): FormData => {
  const form = new FormData()
  const fields = {
    intent: 'add',
    currency: 'EUR',
    plan: 'vps-starter',
    period: 'month',
    region: 'fsn1',
    image: 'debian-13',
    hostname: 'Web1.Example.com',
    sshKey: `  ${SSH_KEY}\r\n`,
    'option-backups': '1',
    'option-extra-addresses': '0',
    ...overrides,
  }
  for (const [name, value] of Object.entries(fields)) form.set(name, value)
  return form
}
const parse = (form: FormData, locale: 'en' | 'de' = 'en') => parseConfiguration(form, catalog, product, locale)
const errorsOf = (form: FormData, locale: 'en' | 'de' = 'en') => {
  const parsed = parse(form, locale)
  return parsed.ok ? {} : parsed.errors
}

test('a filled form is a configuration: names in small letters, the key tidied, extras of none left out', () => {
  const parsed = parse(filled())
  assert.ok(parsed.ok)
  assert.deepEqual(parsed.value, {
    currency: 'EUR',
    itemId: undefined,
    quotedMinor: undefined,
    configuration: {
      plan: 'vps-starter',
      period: 'month',
      region: 'fsn1',
      image: 'debian-13',
      hostname: 'web1.example.com',
      sshKey: SSH_KEY,
      options: [{ code: 'backups', quantity: 1 }],
    },
  })
})

test('each field that is wrong says what to do, in the language of the page', () => {
  const form = filled({ hostname: 'web_1', sshKey: 'ssh-ed25519 AAAA', region: 'mars', period: 'decade' })
  assert.deepEqual(Object.keys(errorsOf(form)).toSorted(), ['hostname', 'period', 'region', 'sshKey'])
  assert.match(errorsOf(form)['sshKey']!, /incomplete/)
  assert.match(errorsOf(form, 'de')['sshKey']!, /unvollständig/)
  assert.match(errorsOf(filled({ hostname: '' }))['hostname']!, /give the server a name/)
  assert.match(errorsOf(filled({ sshKey: '' }), 'de')['sshKey']!, /öffentlichen Schlüssel/)
})

test('a plan of another product, too many extras and fields nobody asked for are refused', () => {
  assert.ok(errorsOf(filled({ plan: 'mail-starter' }))['plan'])
  assert.ok(errorsOf(filled({ 'option-extra-addresses': '9' }))['option-extra-addresses'])
  assert.ok(errorsOf(filled({ 'option-backups': '2' }))['option-backups'])
  const unknown = parse(filled({ 'option-free-money': '1' }))
  assert.ok(!unknown.ok && unknown.message)
})

test('a private key is recognised, whoever wrote it, and never comes back in the page', () => {
  const keys = [
    '-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none',
  ]
  for (const sshKey of keys) {
    const form = filled({ sshKey })
    const parsed = parse(form)
    assert.ok(!parsed.ok)
    assert.match(parsed.errors['sshKey']!, /private key/)
    assert.ok(!JSON.stringify([parsed, unjudged(form)]).includes('AAAA'))
    assert.ok(!JSON.stringify([parsed, unjudged(form)]).includes('Encryption'))
  }
})

test('a form at any stage can be priced: what is missing or unknown costs like the first of its kind', () => {
  const fallback = { plan: 'vps-starter', currency: 'EUR', period: 'year' } as const
  const empty = draftConfiguration(new FormData(), catalog, product, fallback)
  assert.deepEqual([empty.plan, empty.period, empty.region, empty.options], ['vps-starter', 'year', 'fsn1', []])
  const odd = filled({ plan: 'vps-professional', region: 'mars', 'option-extra-addresses': '99', hostname: '!!' })
  const draft = draftConfiguration(odd, catalog, product, fallback)
  assert.deepEqual([draft.plan, draft.period, draft.region], ['vps-professional', 'month', 'fsn1'])
  assert.deepEqual(draft.options, [{ code: 'backups', quantity: 1 }])
})

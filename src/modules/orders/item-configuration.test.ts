import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { buildItem } from '#test/support/builders.ts'
import { ItemConfiguration } from './item-configuration.ts'

/** What is said about one field, or undefined when it is taken. */
function refusal(change: object): string | undefined {
  const read = ItemConfiguration.safeParse({ ...buildItem(), ...change })
  return read.error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`).join()
}
const hostname = (name: string): string | undefined => refusal({ hostname: name })

test('a host name is letters, digits and hyphens between points, as RFC 1123 has it', () => {
  for (const name of ['web1', 'a', '1a', 'web-1.example.com', 'xn--mnchen-3ya.de', '3com.com', `${'a'.repeat(63)}.de`])
    assert.equal(hostname(name), undefined, name)
  assert.equal(ItemConfiguration.parse(buildItem({ hostname: ' Web1.Example.COM ' })).hostname, 'web1.example.com')
})

test('what is no host name is refused with words that help', () => {
  const wrong = [
    '-web',
    'web-',
    'web..de',
    '.web',
    'web.',
    'web_1',
    'web 1',
    'wéb',
    '1.2.3.4',
    '42',
    'a\nb',
    'a;rm',
    `${'a'.repeat(64)}.de`,
  ]
  for (const name of wrong) assert.match(hostname(name) ?? '', /hostname: Use letters, digits and hyphens/, name)
  assert.match(hostname('  ') ?? '', /Give the server a name/)
  assert.match(hostname(Array.from({ length: 64 }, () => 'abc').join('.')) ?? '', /at most 253/)
})

test('checking a host name is quick, whatever is written', () => {
  const began = performance.now()
  for (const name of [`${'a-'.repeat(120)}!`, 'a.'.repeat(120), '-'.repeat(250)]) hostname(name)
  assert.ok(performance.now() - began < 100)
  fc.assert(
    fc.property(fc.string({ maxLength: 300 }), (name) => {
      const read = ItemConfiguration.safeParse(buildItem({ hostname: name }))
      if (read.success) assert.match(read.data.hostname, /^[a-z0-9.-]{1,253}$/)
    }),
  )
})

test('P10: a host name that was taken is taken again as it stands, however it was written first', () => {
  const label = fc.stringMatching(/^[a-zA-Z0-9]([a-zA-Z0-9-]{0,20}[a-zA-Z0-9])?$/)
  const padded = fc.tuple(fc.constantFrom('', ' ', '\t'), fc.array(label, { minLength: 1, maxLength: 4 }))
  fc.assert(
    fc.property(padded, ([blank, labels]) => {
      const read = ItemConfiguration.safeParse(buildItem({ hostname: `${blank}${labels.join('.')}${blank}` }))
      // Without any letter it could be an address.
      if (!read.success) return assert.match(labels.join('.'), /^[0-9.-]+$/)
      assert.equal(read.data.hostname, labels.join('.').toLowerCase())
      assert.equal(ItemConfiguration.parse(buildItem({ hostname: read.data.hostname })).hostname, read.data.hostname)
    }),
    { numRuns: 1_000 },
  )
})

test('an option is named once, in whole pieces, none of them negative', () => {
  const backups = (quantity: number) => ({ options: [{ code: 'backups', quantity }] })
  assert.equal(refusal(backups(1)), undefined)
  assert.equal(refusal(backups(0)), undefined)
  for (const quantity of [-1, 0.5, 1e9, Number.NaN])
    assert.match(refusal(backups(quantity)) ?? '', /options\.0\.quantity/)
  assert.match(refusal({ options: [...backups(1).options, ...backups(2).options] }) ?? '', /Name each option once/)
})

test('what we do not ask for is refused, above all a price', () => {
  assert.match(refusal({ amountMinor: 1 }) ?? '', /amountMinor/)
  assert.match(refusal({ options: [{ code: 'backups', quantity: 1, amountMinor: 0 }] }) ?? '', /amountMinor/)
  assert.match(refusal({ period: 'fortnight' }) ?? '', /how often you pay/)
  assert.match(refusal({ plan: '../etc' }) ?? '', /Choose one of the list/)
})

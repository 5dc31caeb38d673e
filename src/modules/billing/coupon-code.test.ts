import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { normaliseCouponCode } from './coupon-code.ts'

const same: [string, string, string][] = [
  ['small and capital letters', 'SPrinG26', 'spring26'],
  ['letters of full width', 'ＳＰＲＩＮＧ２６', 'spring26'],
  ['spaces around and inside', '  SPRING 26\t', 'spring26'],
  ['a no-break and an ideographic space', 'SPRING\u{a0}\u{3000}26', 'spring26'],
  ['a zero-width space and a joiner', 'SPR\u{200b}ING\u{200d}26', 'spring26'],
  ['a byte order mark and a soft hyphen', '\u{feff}SPRING\u{ad}26', 'spring26'],
  ['marks of direction', '\u{202e}SPRING\u{2066}26\u{2069}', 'spring26'],
  ['a variation selector', 'SPRING\u{fe0f}26', 'spring26'],
  ['a letter and its accent apart', 'E\u{301}TE\u{301}', 'été'],
  ['the German sharp s', 'GRÜẞE', 'grüsse'],
  ['a ligature', 'oﬃce', 'office'],
  ['both small sigmas', 'ΣΟΦΟΣ', 'σοφοσ'],
  ['a circled digit', 'TOP①', 'top1'],
  ['control characters', 'SPRING\u{0}26\n', 'spring26'],
]

for (const [what, typed, key] of same)
  test(`a code is found with ${what}`, () => assert.equal(normaliseCouponCode(typed), key))

test('a code of nothing to be seen is empty, and letters of another script stay others', () => {
  assert.equal(normaliseCouponCode(' \u{200b}\u{fe0f} '), '')
  assert.notEqual(normaliseCouponCode('СПРИНГ'), normaliseCouponCode('CПPИHГ'))
})

test('a code that is compared already stays as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const once = normaliseCouponCode(text)
      assert.equal(normaliseCouponCode(once), once)
    }),
    { numRuns: 1_000 },
  )
})

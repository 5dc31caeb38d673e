import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { matchingStep, newTotpSecret, totpCode, totpStep, totpUri } from './totp.ts'

/** `12345678901234567890`, the secret of RFC 6238's own examples. */
const EXAMPLE = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
const at = (seconds: number): Temporal.Instant => Temporal.Instant.fromEpochMilliseconds(seconds * 1_000)

test('codes are those of the standard (RFC 6238, appendix B, last six digits)', () => {
  const examples: [number, string][] = [
    [59, '287082'],
    [1_111_111_109, '081804'],
    [1_111_111_111, '050471'],
    [1_234_567_890, '005924'],
    [2_000_000_000, '279037'],
    [20_000_000_000, '353130'],
  ]
  for (const [seconds, code] of examples) assert.equal(totpCode(EXAMPLE, totpStep(at(seconds))), code)
})

test('a code counts half a minute before and after its own, and no longer', () => {
  const moment = at(1_700_000_000)
  const step = totpStep(moment)
  const accepted = [-2, -1, 0, 1, 2].filter(
    (drift) => matchingStep(EXAMPLE, totpCode(EXAMPLE, step + drift), { wallClock: moment, after: null }) !== undefined,
  )
  assert.deepEqual(accepted, [-1, 0, 1])
})

test('a code that was accepted once is not accepted again, nor one before it', () => {
  const moment = at(1_700_000_000)
  const step = totpStep(moment)
  for (const drift of [-1, 0])
    assert.equal(
      matchingStep(EXAMPLE, totpCode(EXAMPLE, step + drift), { wallClock: moment, after: BigInt(step) }),
      undefined,
    )
  assert.equal(matchingStep(EXAMPLE, totpCode(EXAMPLE, step + 1), { wallClock: moment, after: BigInt(step) }), step + 1)
})

test('secrets are 160 random bits in letters an app can be told', () => {
  const secrets = Array.from({ length: 200 }, newTotpSecret)
  assert.ok(secrets.every((secret) => /^[A-Z2-7]{32}$/.test(secret)))
  assert.equal(new Set(secrets).size, 200)
})

test('any other text is not a code', () => {
  const moment = at(1_700_000_000)
  fc.assert(
    fc.property(fc.string({ maxLength: 12 }), (text) => {
      const known = [-1, 0, 1].some((drift) => totpCode(EXAMPLE, totpStep(moment) + drift) === text)
      assert.equal(matchingStep(EXAMPLE, text, { wallClock: moment, after: null }) !== undefined, known)
    }),
  )
})

test('the QR code names us and the account, whatever characters they have', () => {
  const uri = new URL(totpUri(EXAMPLE, { issuer: 'EZ & Söhne', account: 'jane+x@example.com' }))
  assert.equal(uri.protocol, 'otpauth:')
  assert.equal(decodeURIComponent(uri.pathname).split('/').at(-1), 'EZ & Söhne:jane+x@example.com')
  assert.deepEqual(Object.fromEntries(uri.searchParams), { secret: EXAMPLE, issuer: 'EZ & Söhne' })
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { inspect } from 'node:util'
import fc from 'fast-check'
import { createLog } from './log.ts'
import { createSecrets, equalText, hashToken, randomToken, Secret } from './secrets.ts'

const secrets = createSecrets(new Secret('a-key-of-more-than-thirty-two-characters'))
const place = 'nodes.token:node_1'
const unreadable = { code: 'secret_unreadable' }

test('what was sealed opens where it was put, to the last character', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(secrets.open(secrets.seal(text, place), place), text)
    }),
  )
})

test('a sealed text that was moved to another row cannot be opened there', () => {
  assert.throws(() => secrets.open(secrets.seal('token', place), 'nodes.token:node_2'), unreadable)
})

test('a sealed text cannot be opened with another key', () => {
  const others = createSecrets(new Secret('another-key-of-more-than-thirty-two-characters'))
  assert.throws(() => others.open(secrets.seal('token', place), place), unreadable)
})

const [old, next] = [
  new Secret('a-key-of-more-than-thirty-two-characters'),
  new Secret('the-key-that-takes-its-place-from-now-on'),
]

test('while one key takes the place of another, each opens and verifies what the other made', () => {
  const before = createSecrets(old, [next])
  const after = createSecrets(next, [old])
  assert.equal(after.open(before.seal('token', place), place), 'token')
  assert.equal(before.open(after.seal('token', place), place), 'token')
  assert.ok(after.verify('quote', 'text', before.sign('quote', 'text')))
  assert.ok(before.verify('quote', 'text', after.sign('quote', 'text')))
  assert.ok(after.isCurrent(after.seal('token', place)) && !after.isCurrent(before.seal('token', place)))
})

test('once the old key is gone, what it sealed and signed is worth nothing', () => {
  const alone = createSecrets(next)
  assert.throws(() => alone.open(secrets.seal('token', place), place), unreadable)
  assert.ok(!alone.verify('quote', 'text', secrets.sign('quote', 'text')))
})

test('what the first release sealed, without a word on the key, still opens', () => {
  const sealed = `v1.${secrets.seal('token', place).split('.').at(-1)}`
  assert.equal(createSecrets(next, [old]).open(sealed, place), 'token')
})

test('a sealed text that was changed, cut or made up cannot be opened', () => {
  const sealed = secrets.seal('token', place)
  const head = sealed.slice(0, sealed.lastIndexOf('.') + 1)
  const bytes = Buffer.from(sealed.slice(head.length), 'base64url')
  for (let at = 0; at < bytes.length; at += 1) {
    const changed = Buffer.from(bytes)
    changed[at]! ^= 1
    assert.throws(() => secrets.open(head + changed.toString('base64url'), place), unreadable, `byte ${at}`)
    assert.throws(() => secrets.open(head + bytes.subarray(0, at).toString('base64url'), place), unreadable)
  }
  for (const madeUp of ['', 'v1.', 'v2.', 'v2.AAAAAAAA.', 'v2.AAAAAAAA.AAAA', 'token'])
    assert.throws(() => secrets.open(madeUp, place), unreadable)
})

test('the same text is sealed differently each time, and a seal shows nothing of it', () => {
  assert.notEqual(secrets.seal('token', place), secrets.seal('token', place))
  assert.ok(!Buffer.from(secrets.seal('token', place).split('.').at(-1)!, 'base64url').includes('token'))
})

test('a signature holds for one text and one purpose only', () => {
  const signature = secrets.sign('quote', 'text')
  assert.ok(secrets.verify('quote', 'text', signature))
  assert.ok(!secrets.verify('quote', 'Text', signature))
  assert.ok(!secrets.verify('session', 'text', signature))
  assert.ok(!secrets.verify('quote', 'text', ''))
  assert.ok(!secrets.verify('quote', 'text', `${signature}x`))
})

test('a secret prints as *** wherever it ends up, also in the log', () => {
  const secret = new Secret('hunter2')
  const lines: string[] = []
  const log = createLog('info', { write: (line) => void lines.push(line) })
  log.info({ secret, nested: { deep: [secret] }, apiKey: secret }, `with ${String(secret)}`)
  log.error({ err: Object.assign(new Error(`failed with ${String(secret)}`), { secret }) }, 'failed')
  const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { depth: 9 }), ...lines]
  for (const text of shown) assert.ok(!text.includes('hunter2') && text !== '', text)
  assert.deepEqual(Object.keys(secret), [])
  assert.equal(secret.reveal(), 'hunter2')
})

test('what is logged under a telling name is hidden, secret by type or not', () => {
  const lines: string[] = []
  const log = createLog('info', { write: (line) => void lines.push(line) })
  log.info({ password: 'hunter2', body: { token: 'hunter2' }, request: { headers: { authorization: 'hunter2' } } })
  assert.ok(!lines.join().includes('hunter2'), lines.join())
})

test('tokens cannot be guessed or found from what is stored of them', () => {
  assert.equal(Buffer.from(randomToken(), 'base64url').length, 32)
  assert.notEqual(randomToken(), randomToken())
  assert.equal(hashToken('a'), hashToken('a'))
  assert.notEqual(hashToken('a'), hashToken('b'))
  assert.ok(equalText('same', 'same') && !equalText('same', 'samE') && !equalText('same', 'same '))
})

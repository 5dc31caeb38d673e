import assert from 'node:assert/strict'
import { generateKeyPairSync } from 'node:crypto'
import { test } from 'node:test'
import { buildItem, SSH_KEY } from '#test/support/builders.ts'
import { ItemConfiguration } from './item-configuration.ts'
import { parseSshKey } from './ssh-key.ts'

/** A key's line as OpenSSH writes it: its kind, then its fields, each with its length before it. */
function line(kind: string, ...fields: (Buffer | string)[]): string {
  const parts = [kind, ...fields].map((field) => {
    const bytes = Buffer.from(field)
    const length = Buffer.alloc(4)
    length.writeUInt32BE(bytes.length)
    return Buffer.concat([length, bytes])
  })
  return `${kind} ${Buffer.concat(parts).toString('base64')}`
}

const EXPONENT = Buffer.from([1, 0, 1])
/** An RSA modulus of so many bits, with the zero before it that keeps it positive. */
function modulus(bits: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits / 8), 0xff)
  bytes[0] = 0xff >> ((8 - (bits % 8)) % 8)
  return bytes[0] & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes
}
const rsa = (bits: number): string => line('ssh-rsa', EXPONENT, modulus(bits))
const point = (bytes: number): Buffer => Buffer.concat([Buffer.from([4]), Buffer.alloc(2 * bytes, 7)])
const faultOf = (text: string): string => {
  const parsed = parseSshKey(text)
  return parsed.ok ? 'none' : parsed.fault
}

test('every kind of public key that OpenSSH makes is taken', () => {
  const keys = [
    SSH_KEY,
    line('ssh-ed25519', Buffer.alloc(32, 1)),
    rsa(2_048),
    rsa(4_096),
    line('ecdsa-sha2-nistp256', 'nistp256', point(32)),
    line('ecdsa-sha2-nistp384', 'nistp384', point(48)),
    line('ecdsa-sha2-nistp521', 'nistp521', point(66)),
    line('sk-ssh-ed25519@openssh.com', Buffer.alloc(32, 1), 'ssh:'),
    line('sk-ecdsa-sha2-nistp256@openssh.com', 'nistp256', point(32), 'ssh:'),
  ]
  for (const key of keys) assert.deepEqual(parseSshKey(key), { ok: true, key })
})

test('a key is tidied: one space between its parts, its comment kept', () => {
  const [kind, body] = SSH_KEY.split(' ')
  assert.deepEqual(parseSshKey(`  ${kind}   ${body}  jane doe@laptop\n`), {
    ok: true,
    key: `${kind} ${body} jane doe@laptop`,
  })
})

test('a private key is recognised in every form, and its text is never repeated', () => {
  const made = generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey
  const forms = [
    String(made.export({ type: 'pkcs8', format: 'pem' })),
    String(made.export({ type: 'pkcs1', format: 'pem' })),
    '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAA\n-----END OPENSSH PRIVATE KEY-----',
    'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none',
  ]
  for (const text of forms) {
    assert.equal(faultOf(text), 'private')
    const refused = ItemConfiguration.safeParse(buildItem({ sshKey: text }))
    assert.match(refused.error!.issues[0]!.message, /private key.*\.pub/)
    assert.ok(!JSON.stringify(refused).includes(text.split('\n')[1]!))
  }
})

test('an RSA key below 2048 bits is refused, also one that is just below', () => {
  for (const bits of [1_024, 2_040, 2_041, 2_047]) assert.equal(faultOf(rsa(bits)), 'weak', `${bits} bits`)
})

test('a key that was cut anywhere is refused', () => {
  for (const whole of [SSH_KEY, rsa(2_048), line('ecdsa-sha2-nistp256', 'nistp256', point(32))]) {
    const [kind, body = ''] = whole.split(' ')
    for (let length = 0; length < body.length; length += 1)
      assert.notEqual(faultOf(`${kind} ${body.slice(0, length)}`), 'none', `${kind} cut to ${length}`)
  }
  assert.equal(faultOf(line('ecdsa-sha2-nistp256', 'nistp256')), 'body', 'cut where a field ends')
  assert.equal(faultOf(line('ssh-rsa', EXPONENT)), 'body')
})

test('a body of another kind than the line says is refused', () => {
  const [, body] = SSH_KEY.split(' ')
  assert.equal(faultOf(`ssh-rsa ${body}`), 'body')
  assert.equal(faultOf(line('ssh-ed25519', Buffer.alloc(31, 1))), 'body')
  assert.equal(faultOf(line('ecdsa-sha2-nistp256', 'nistp384', point(48))), 'body')
})

test('what is no key is told apart: nothing, words, several keys, old kinds, options, certificates, very long texts', () => {
  assert.equal(faultOf(''), 'kind')
  assert.equal(faultOf('my key'), 'kind')
  assert.equal(faultOf(`${SSH_KEY}\n${SSH_KEY}`), 'several')
  assert.equal(faultOf(line('ssh-dss', Buffer.alloc(128, 1))), 'kind')
  assert.equal(faultOf(`command="sh" ${SSH_KEY}`), 'kind')
  assert.equal(faultOf('ssh-ed25519-cert-v01@openssh.com AAAA'), 'kind')
  assert.equal(faultOf(`ssh-ed25519 ${'A'.repeat(10_000)}`), 'long')
  assert.equal(faultOf(`${SSH_KEY}\u0000`), 'several', 'no database takes such a character')
  assert.equal(faultOf(`${SSH_KEY} \u001b[31m`), 'several')
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { hashPassword, NewPasswordField, passwordMatches, requireOwnPassword } from './password.ts'

test('a password is kept as argon2id with 19 MiB and two passes, and only itself matches', async () => {
  const hash = await hashPassword('a quiet river stone')
  assert.match(hash, /^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
  assert.equal(await passwordMatches(hash, 'a quiet river stone'), true)
  assert.equal(await passwordMatches(hash, 'a quiet river stonE'), false)
})

test('letters typed on another machine are the same password', async () => {
  const hash = await hashPassword('caf\u00e9 on the corner')
  assert.equal(await passwordMatches(hash, 'cafe\u0301 on the corner'), true)
})

test('nobody has no password, whatever is tried', async () => {
  assert.equal(await passwordMatches(undefined, 'a quiet river stone'), false)
})

test('checking an unknown user takes as long as checking a wrong password', async () => {
  const hash = await hashPassword('a quiet river stone')
  const times: Record<'unknown' | 'wrong', number[]> = { unknown: [], wrong: [] }
  // By turns, so that a busy moment of the machine burdens both.
  for (let n = 0; n < 7; n += 1)
    for (const who of ['unknown', 'wrong'] as const) {
      const started = performance.now()
      await passwordMatches(who === 'wrong' ? hash : undefined, 'a wrong password')
      times[who].push(performance.now() - started)
    }
  const [unknown, wrong] = [Math.min(...times.unknown), Math.min(...times.wrong)]
  assert.ok(unknown > wrong / 2 && unknown < wrong * 2, `${unknown} ms against ${wrong} ms`)
})

test('many at once are all served', async () => {
  const hash = await hashPassword('a quiet river stone')
  const answers = await Promise.all(
    Array.from({ length: 12 }, (_, n) => passwordMatches(hash, n === 7 ? 'a quiet river stone' : 'something else')),
  )
  assert.deepEqual(answers.indexOf(true), 7)
})

test('passwords that are guessed first are refused', () => {
  const fine = ['a quiet river stone', 'Tr0ub4dor&3x', 'korrekt pferd batterie', 'ünïcödé-wörd']
  for (const password of fine) assert.ok(NewPasswordField.safeParse(password).success, password)
  const bad = [
    'Password123!',
    'qwertyuiop',
    '1234567890',
    '0987654321',
    'aaaaaaaaaa',
    'Willkommen1',
    '123letmein456',
    'short',
  ]
  for (const password of bad) assert.ok(!NewPasswordField.safeParse(password).success, password)
  assert.ok(!NewPasswordField.safeParse('x'.repeat(201)).success)
})

test('an email address is no password for itself', () => {
  const refusal = { code: 'password_too_simple' }
  assert.throws(() => requireOwnPassword('Jane.Doe.1980@example.com', 'jane.doe.1980@example.com'), refusal)
  assert.throws(() => requireOwnPassword('jane.doe.1980', 'jane.doe.1980@example.com'), refusal)
  requireOwnPassword('jane.doe.1981', 'jane.doe.1980@example.com')
})

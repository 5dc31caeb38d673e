import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { buildTotpOwner, TOTP_PASSWORD, type TotpOwner } from '#test/support/totp-owners.ts'
import { authenticateSession } from './authenticate-session.ts'
import { changePassword } from './change-password.ts'
import { removeTotp, renewRecoveryCodes } from './change-totp.ts'
import { beginTotp, confirmTotp, getTotpStatus } from './enrol-totp.ts'
import { findOpenSignIn, finishSignIn } from './finish-sign-in.ts'
import { registerCustomer } from './register-customer.ts'
import { signIn, startSignIn } from './sign-in.ts'
import { totpCode, totpStep } from './totp.ts'

const app = await createTestApp()
after(() => app.close())

const password = TOTP_PASSWORD
const withApp = (): Promise<TotpOwner> => buildTotpOwner(app)
const codeOf = (secret: string, ahead = 0): string => totpCode(secret, totpStep(app.clock.wallClock()) + ahead)
const plain = (code: string): string => code.replace('-', '')

async function started(email: string): Promise<string> {
  const next = await startSignIn(app, anonymous, { email, password })
  assert.ok(next.step === 'second_factor')
  return next.token
}
const wrong = { code: 'second_factor_wrong' }
const over = { code: 'sign_in_over' }

test('with a second factor the password alone opens nothing', async () => {
  const { email, secret } = await withApp()
  await assert.rejects(signIn(app, anonymous, { email, password }), { code: 'second_factor_required' })
  const token = await started(email)
  assert.equal(await authenticateSession(app, token), undefined)
  const session = await finishSignIn(app, anonymous, { token, code: codeOf(secret, 1) })
  assert.equal((await authenticateSession(app, session.token))?.user.email, email)
})

test('a program may send password and code at once', async () => {
  const { email, codes } = await withApp()
  const session = await signIn(app, anonymous, { email, password, code: plain(codes[0]!) })
  assert.ok(await authenticateSession(app, session.token))
  await assert.rejects(signIn(app, anonymous, { email, password, code: '000000' }), wrong)
})

test('a wrong password tells nothing about the second factor', async () => {
  const { email } = await withApp()
  await assert.rejects(signIn(app, anonymous, { email, password: 'not this one', code: '123456' }), {
    code: 'sign_in_failed',
  })
})

test('no code works twice, whether of the app or a recovery code', async () => {
  const { email, secret, codes } = await withApp()
  await assert.rejects(finishSignIn(app, anonymous, { token: await started(email), code: codeOf(secret) }), wrong)
  for (const code of [codeOf(secret, 1), plain(codes[0]!)]) {
    await finishSignIn(app, anonymous, { token: await started(email), code })
    await assert.rejects(finishSignIn(app, anonymous, { token: await started(email), code }), wrong)
  }
})

test('twenty sign-ins at once with one recovery code: one gets in', async () => {
  const { email, codes } = await withApp()
  const tokens: string[] = []
  for (let each = 0; each < 8; each += 1) tokens.push(await started(email))
  const outcomes = await Promise.allSettled(
    Array.from({ length: 20 }, (_each, index) =>
      finishSignIn(app, anonymous, { token: tokens[index % tokens.length]!, code: plain(codes[0]!) }),
    ),
  )
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('after five wrong codes the password is asked for again, and the right code comes too late', async () => {
  const { email, codes } = await withApp()
  const token = await started(email)
  for (let each = 0; each < 5; each += 1)
    await assert.rejects(finishSignIn(app, anonymous, { token, code: '000000' }), wrong)
  assert.equal(await findOpenSignIn(app, token), undefined)
  await assert.rejects(finishSignIn(app, anonymous, { token, code: plain(codes[0]!) }), over)
})

test('starting again and again does not give more than ten tries in a quarter of an hour', async () => {
  const { email } = await withApp()
  const outcomes: string[] = []
  for (let sign = 0; sign < 3; sign += 1) {
    const token = await started(email)
    for (let each = 0; each < 4; each += 1)
      await finishSignIn(app, anonymous, { token, code: '000000' }).catch((error: { code: string }) =>
        outcomes.push(error.code),
      )
  }
  assert.deepEqual(outcomes.slice(10), ['too_many_attempts', 'too_many_attempts'])
})

test('the question is open for ten minutes, once, and ends when the password changes', async () => {
  const { email, actor, codes } = await withApp()
  const [late, used, changed] = [await started(email), await started(email), await started(email)]
  await finishSignIn(app, anonymous, { token: used, code: plain(codes[0]!) })
  await assert.rejects(finishSignIn(app, anonymous, { token: used, code: plain(codes[1]!) }), over)
  await changePassword(app, actor, { currentPassword: password, newPassword: 'three loud mountain tops' })
  await assert.rejects(finishSignIn(app, anonymous, { token: changed, code: plain(codes[1]!) }), over)
  app.clock.setOffsetSeconds(11 * 60)
  assert.equal(await findOpenSignIn(app, late), undefined)
  await assert.rejects(finishSignIn(app, anonymous, { token: late, code: plain(codes[1]!) }), over)
  app.clock.setOffsetSeconds(0)
  await assert.rejects(finishSignIn(app, anonymous, { token: 'never given', code: plain(codes[1]!) }), over)
})

test("another user's codes do not count", async () => {
  const [jane, other] = [await withApp(), await withApp()]
  const token = await started(jane.email)
  await assert.rejects(finishSignIn(app, anonymous, { token, code: plain(other.codes[0]!) }), wrong)
  await assert.rejects(finishSignIn(app, anonymous, { token, code: codeOf(other.secret, 1) }), wrong)
})

test('switching it on needs the password and a code, and signs everybody else out', async () => {
  const email = 'on@example.com'
  await registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })
  const [here, elsewhere] = [
    await signIn(app, anonymous, { email, password }),
    await signIn(app, anonymous, { email, password }),
  ]
  await beginTotp(app, here.actor)
  const status = await getTotpStatus(app, here.actor)
  assert.ok(status.state === 'pending')
  const code = codeOf(status.secret)
  await assert.rejects(confirmTotp(app, here.actor, { currentPassword: 'not this one', code }), {
    code: 'password_wrong',
  })
  await assert.rejects(confirmTotp(app, here.actor, { currentPassword: password, code: '000000' }), wrong)
  // Not confirmed, it counts for nothing.
  assert.equal((await startSignIn(app, anonymous, { email, password })).step, 'done')
  await confirmTotp(app, here.actor, { currentPassword: password, code, keepSessionId: here.sessionId })
  assert.ok(await authenticateSession(app, here.token))
  assert.equal(await authenticateSession(app, elsewhere.token), undefined)
  await assert.rejects(beginTotp(app, here.actor), { code: 'totp_active' })
})

test('the secret and the codes are nowhere stored as they are, nor told again', async () => {
  const { actor, codes, secret } = await withApp()
  const factors = await app.db.selectFrom('totpFactors').selectAll().execute()
  const stored = JSON.stringify(
    [
      factors,
      await app.db.selectFrom('recoveryCodes').selectAll().execute(),
      await app.db.selectFrom('events').selectAll().execute(),
    ],
    (_key, value: unknown) => (typeof value === 'bigint' ? String(value) : value),
  )
  for (const told of [secret, ...codes, ...codes.map(plain)]) assert.ok(!stored.includes(told))
  const status = await getTotpStatus(app, actor)
  assert.ok(status.state === 'on')
  assert.equal(status.recoveryCodesLeft, 10)
})

test('switching it off or renewing the codes needs the password and a code of today', async () => {
  const { email, actor, codes, secret } = await withApp()
  const proof = (code: string) => ({ currentPassword: password, code })
  await assert.rejects(removeTotp(app, actor, { currentPassword: 'not this one', code: plain(codes[0]!) }), {
    code: 'password_wrong',
  })
  await assert.rejects(removeTotp(app, actor, proof('000000')), wrong)
  const fresh = await renewRecoveryCodes(app, actor, proof(codeOf(secret, 1)))
  assert.equal(new Set([...codes, ...fresh]).size, 20)
  await assert.rejects(renewRecoveryCodes(app, actor, proof(plain(codes[0]!))), wrong)
  await removeTotp(app, actor, proof(plain(fresh[0]!)))
  assert.deepEqual(await getTotpStatus(app, actor), { state: 'off' })
  assert.equal((await startSignIn(app, anonymous, { email, password })).step, 'done')
})

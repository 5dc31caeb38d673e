import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createAuthenticator, type Authenticator } from '#test/support/authenticator.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { type Actor, anonymous } from '#platform/actor.ts'
import { authenticateSession } from './authenticate-session.ts'
import { changePassword } from './change-password.ts'
import { listPasskeys, removePasskey } from './change-passkey.ts'
import { removeTotp, renewRecoveryCodes } from './change-totp.ts'
import { beginTotp, confirmTotp, getTotpStatus } from './enrol-totp.ts'
import { beginPasskeySecondFactor, findOpenSignIn, finishSignIn } from './finish-sign-in.ts'
import { disablePasskeyFactor, enablePasskeyFactor, getPasskeyFactor } from './passkey-factor.ts'
import { beginPasskeySignIn, signInWithPasskey } from './passkey-sign-in.ts'
import { registerCustomer } from './register-customer.ts'
import { beginPasskey, finishPasskey } from './register-passkey.ts'
import { signIn, startSignIn } from './sign-in.ts'
import { totpCode, totpStep } from './totp.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
let people = 0

type Owner = { email: string; actor: Actor; device: Authenticator; passkeyId: string; token: string; sessionId: string }

async function owner(): Promise<Owner> {
  const email = `bea${(people += 1)}@example.com`
  await registerCustomer(app, anonymous, { email, password, name: 'Bea', locale: 'en' })
  const { actor, token, sessionId } = await signIn(app, anonymous, { email, password })
  const device = createAuthenticator()
  const asked = await beginPasskey(app, actor, { currentPassword: password })
  const { id } = await finishPasskey(app, actor, { name: 'Key', answer: device.create(asked) })
  return { email, actor, device, passkeyId: id, token, sessionId }
}

/** Somebody of whom a passkey is asked for after the password. */
async function asked(): Promise<Owner & { codes: string[] }> {
  const person = await owner()
  const codes = await enablePasskeyFactor(app, person.actor, {
    currentPassword: password,
    keepSessionId: person.sessionId,
  })
  return { ...person, codes: codes.map((code) => code.replace('-', '')) }
}

async function started(email: string): Promise<string> {
  const next = await startSignIn(app, anonymous, { email, password })
  assert.ok(next.step === 'second_factor')
  return next.token
}

async function answer(token: string, device: Authenticator, otherwise?: Parameters<Authenticator['use']>[1]) {
  const question = await beginPasskeySecondFactor(app, anonymous, token)
  return finishSignIn(app, anonymous, { token, passkey: device.use(question, otherwise) })
}

const refused = { code: 'passkey_refused' }
const over = { code: 'sign_in_over' }

test('merely having a passkey asks for nothing after the password', async () => {
  const { email } = await owner()
  assert.equal((await startSignIn(app, anonymous, { email, password })).step, 'done')
})

test('once it is asked for, the password alone opens nothing, and the passkey after it does', async () => {
  const { email, device, codes } = await asked()
  assert.equal(codes.length, 10)
  await assert.rejects(signIn(app, anonymous, { email, password }), { code: 'second_factor_required' })
  const token = await started(email)
  assert.deepEqual(await findOpenSignIn(app, token), { app: false, passkey: true })
  const session = await answer(token, device)
  assert.equal((await authenticateSession(app, session.token))?.user.email, email)
  await assert.rejects(answer(token, device), over)
  await finishSignIn(app, anonymous, { token: await started(email), code: codes[0]! })
})

test('the passkey by itself signs in all the same: it is two factors at once', async () => {
  const { device, email } = await asked()
  const session = await signInWithPasskey(app, { answer: device.use(await beginPasskeySignIn(app, {})) })
  assert.equal((await authenticateSession(app, session.token))?.user.email, email)
})

test("another's passkey, an answer to another sign-in, and one without finger, face or PIN do not count", async () => {
  const [bea, eve] = [await asked(), await asked()]
  const token = await started(bea.email)
  await assert.rejects(answer(token, eve.device), refused)
  await assert.rejects(answer(token, bea.device, { verified: false }), refused)
  const elsewhere = await beginPasskeySecondFactor(app, anonymous, await started(bea.email))
  const passkey = bea.device.use(elsewhere)
  await assert.rejects(finishSignIn(app, anonymous, { token, passkey }), { code: 'passkey_over' })
  const alone = bea.device.use(await beginPasskeySignIn(app, {}))
  await assert.rejects(finishSignIn(app, anonymous, { token, passkey: alone }), { code: 'passkey_over' })
  const question = await beginPasskeySecondFactor(app, anonymous, token)
  await assert.rejects(signInWithPasskey(app, { answer: bea.device.use(question) }), { code: 'passkey_over' })
  await answer(token, bea.device)
})

test('of eight answers at once to one question one gets in', async () => {
  const { email, device } = await asked()
  const token = await started(email)
  const passkey = device.use(await beginPasskeySecondFactor(app, anonymous, token))
  const all = await Promise.allSettled(
    Array.from({ length: 8 }, () => finishSignIn(app, anonymous, { token, passkey })),
  )
  assert.equal(all.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('a sign-in begun before the password changed cannot be ended with a passkey, nor a late or unknown one', async () => {
  const { email, device, actor } = await asked()
  const token = await started(email)
  await changePassword(app, actor, { currentPassword: password, newPassword: 'three loud mountain tops' })
  await assert.rejects(answer(token, device), over)
  await assert.rejects(beginPasskeySecondFactor(app, anonymous, 'never given'), over)
})

test('a copied passkey counts as a wrong try, and after five of them the password is asked for again', async () => {
  const { email, device } = await asked()
  await answer(await started(email), device, { counter: 90 })
  const token = await started(email)
  for (let each = 0; each < 5; each += 1) await assert.rejects(answer(token, device, { counter: 90 }), refused)
  await assert.rejects(answer(token, device, { counter: 91 }), over)
})

test('switching it on signs everybody else out and needs a passkey to ask for', async () => {
  const person = await owner()
  const elsewhere = await signIn(app, anonymous, { email: person.email, password })
  const proof = { currentPassword: password, keepSessionId: person.sessionId }
  await assert.rejects(enablePasskeyFactor(app, person.actor, { ...proof, currentPassword: 'not this one' }), {
    code: 'password_wrong',
  })
  const all = await Promise.all([
    enablePasskeyFactor(app, person.actor, proof).catch((error: { code: string }) => error.code),
    enablePasskeyFactor(app, person.actor, proof).catch((error: { code: string }) => error.code),
  ])
  // One of them finds a second factor to be asked for, or nothing left to do.
  assert.deepEqual(
    all.map((each) => (Array.isArray(each) ? each.length : each)).filter((each) => each === 10).length,
    1,
  )
  assert.ok(await authenticateSession(app, person.token))
  assert.equal(await authenticateSession(app, elsewhere.token), undefined)
  const without = `none${(people += 1)}@example.com`
  await registerCustomer(app, anonymous, { email: without, password, name: 'Bea', locale: 'en' })
  const { actor } = await signIn(app, anonymous, { email: without, password })
  await assert.rejects(enablePasskeyFactor(app, actor, { currentPassword: password }), { code: 'passkey_not_found' })
})

test('with a second factor the password is no longer enough to add or remove a passkey, or to switch it off', async () => {
  const { actor, passkeyId, codes, email } = await asked()
  const wrong = { code: 'second_factor_wrong' }
  const alone = { currentPassword: password }
  await assert.rejects(beginPasskey(app, actor, alone), wrong)
  await assert.rejects(removePasskey(app, actor, { ...alone, passkeyId }), wrong)
  await assert.rejects(disablePasskeyFactor(app, actor, { ...alone, code: 'aaaaabbbbb' }), wrong)
  await assert.rejects(renewRecoveryCodes(app, actor, alone), wrong)
  const fresh = await renewRecoveryCodes(app, actor, { ...alone, code: codes[0]! })
  assert.equal(fresh.length, 10)
  await assert.rejects(disablePasskeyFactor(app, actor, { ...alone, code: codes[1]! }), wrong)
  await disablePasskeyFactor(app, actor, { ...alone, code: fresh[0]!.replace('-', '') })
  assert.deepEqual(await getPasskeyFactor(app, actor), { on: false, recoveryCodesLeft: 0 })
  assert.equal((await startSignIn(app, anonymous, { email, password })).step, 'done')
})

test('with the last passkey goes the question for it, and the recovery codes with it', async () => {
  const { actor, passkeyId, codes, email } = await asked()
  await removePasskey(app, actor, { currentPassword: password, code: codes[0]!, passkeyId })
  assert.deepEqual(await listPasskeys(app, actor), [])
  assert.deepEqual(await getPasskeyFactor(app, actor), { on: false, recoveryCodesLeft: 0 })
  assert.equal((await startSignIn(app, anonymous, { email, password })).step, 'done')
})

test('an authenticator app beside it shares the recovery codes, and either may go while the other stays', async () => {
  const { actor, codes, email, device, sessionId } = await asked()
  await beginTotp(app, actor)
  const status = await getTotpStatus(app, actor)
  assert.ok(status.state === 'pending')
  const code = (ahead: number) => totpCode(status.secret, totpStep(app.clock.wallClock()) + ahead)
  const told = await confirmTotp(app, actor, { currentPassword: password, code: code(0), keepSessionId: sessionId })
  assert.deepEqual(told, [])
  const token = await started(email)
  assert.deepEqual(await findOpenSignIn(app, token), { app: true, passkey: true })
  await answer(token, device)
  await removeTotp(app, actor, { currentPassword: password, code: codes[0]!, keepSessionId: sessionId })
  assert.deepEqual(await getPasskeyFactor(app, actor), { on: true, recoveryCodesLeft: 9 })
  await finishSignIn(app, anonymous, { token: await started(email), code: codes[1]! })
})

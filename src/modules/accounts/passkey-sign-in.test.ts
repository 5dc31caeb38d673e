import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { type Authenticator, createAuthenticator } from '#test/support/authenticator.ts'
import {
  buildPasskeyOwner,
  buildPerson,
  byPassword,
  eventsOf,
  outcomesOf,
  type Person,
} from '#test/support/passkey-owners.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { authenticateSession } from './authenticate-session.ts'
import { listPasskeys } from './change-passkey.ts'
import { beginConfirmation } from './confirm-user.ts'
import { findRelyingParty } from './passkey.ts'
import { beginPasskeySignIn, signInWithPasskey } from './passkey-sign-in.ts'
import { beginPasskey, finishPasskey } from './register-passkey.ts'

const app = await createTestApp()
after(() => app.close())

const ask = () => beginPasskeySignIn(app, {})
const enter = async (device: Authenticator, otherwise?: Parameters<Authenticator['use']>[1]) =>
  signInWithPasskey(app, { answer: device.use(await ask(), otherwise) })
const refused = { code: 'passkey_refused' }
const over = { code: 'passkey_over' }

test('a passkey signs its user in without an address, a password or a code', async () => {
  const { device, email, actor, userId } = await buildPasskeyOwner(app)
  const session = await enter(device)
  const signedIn = await authenticateSession(app, session.token)
  assert.equal(signedIn?.user.email, email)
  const [stored] = await app.db.selectFrom('sessions').select('method').where('id', '=', session.sessionId).execute()
  assert.equal(stored?.method, 'passkey')
  const [passkey] = await listPasskeys(app, actor)
  assert.ok(passkey?.lastUsedAt)
  assert.equal((await eventsOf(app, userId, 'user.passkey_used')).length, 1)
})

test('an answer works once: not a second time, and of twenty at once one gets in', async () => {
  const { device } = await buildPasskeyOwner(app, createAuthenticator({ counts: false }))
  const answer = device.use(await ask())
  await signInWithPasskey(app, { answer })
  await assert.rejects(signInWithPasskey(app, { answer }), over)
  const raced = device.use(await ask())
  const all = await outcomesOf(Array.from({ length: 20 }, () => signInWithPasskey(app, { answer: raced })))
  assert.deepEqual(all.toSorted(), ['done', ...Array.from({ length: 19 }, () => 'passkey_over')])
})

test('what was made for another site, another host or without finger, face or PIN opens nothing', async () => {
  const { device, userId } = await buildPasskeyOwner(app)
  for (const otherwise of [
    { origin: 'http://localhost:8081' },
    { origin: 'https://localhost:8080' },
    { origin: 'http://evil.example' },
    { rpId: 'evil.example' },
    { verified: false },
    { type: 'webauthn.create' },
    { userHandle: Buffer.from('usr_00000000000000000000000000').toString('base64url') },
    { userHandle: '' },
  ])
    await assert.rejects(enter(device, otherwise), refused, JSON.stringify(otherwise))
  assert.equal((await eventsOf(app, userId, 'user.passkey_used')).length, 0)
  await enter(device)
})

test('a wrong signature, a foreign key and an unknown passkey open nothing', async () => {
  const [ada, eve] = [await buildPasskeyOwner(app), await buildPasskeyOwner(app)]
  await assert.rejects(enter(createAuthenticator(), { userHandle: handleOf(ada) }), refused)
  // Eve signs, and says it was Ada's passkey.
  const asked = await ask()
  const forged = eve.device.use(asked, { userHandle: handleOf(ada) })
  forged.id = forged.rawId = ada.device.credentialId
  await assert.rejects(signInWithPasskey(app, { answer: forged }), refused)
  const answer = ada.device.use(await ask())
  const broken = Buffer.from(answer.response.signature, 'base64url')
  broken[broken.length - 1]! ^= 1
  answer.response.signature = broken.toString('base64url')
  await assert.rejects(signInWithPasskey(app, { answer }), refused)
  const nonsense = ada.device.use(await ask())
  nonsense.response.authenticatorData = 'AAAA'
  await assert.rejects(signInWithPasskey(app, { answer: nonsense }), refused)
})
const handleOf = ({ userId }: Person): string => Buffer.from(userId).toString('base64url')

test('a counter that does not grow is a copy: it is refused, for good, and noted', async () => {
  const { device, userId } = await buildPasskeyOwner(app)
  await enter(device, { counter: 50 })
  for (const counter of [50, 49, 0]) await assert.rejects(enter(device, { counter }), refused)
  const noted = await eventsOf(app, userId, 'user.passkey_refused')
  assert.equal(noted.length, 3)
  assert.equal((noted[0]!.after as { reason: string }).reason, 'counter')
  await enter(device, { counter: 51 })
  const still = await buildPasskeyOwner(app, createAuthenticator({ counts: false }))
  await enter(still.device)
  await enter(still.device)
})

test('two uses with one counter at the same time: one gets in', async () => {
  const { device } = await buildPasskeyOwner(app)
  const asked = await Promise.all(Array.from({ length: 5 }, ask))
  const answers = asked.map((each) => device.use(each, { counter: 9 }))
  const all = await outcomesOf(answers.map((answer) => signInWithPasskey(app, { answer })))
  assert.equal(all.filter((each) => each === 'done').length, 1)
})

test('a question is open for five minutes', async () => {
  const { device } = await buildPasskeyOwner(app)
  const [inTime, late] = [await ask(), await ask()]
  app.clock.setOffsetSeconds(4 * 60)
  await signInWithPasskey(app, { answer: device.use(inTime) })
  app.clock.setOffsetSeconds(5 * 60 + 1)
  await assert.rejects(signInWithPasskey(app, { answer: device.use(late) }), over)
  app.clock.setOffsetSeconds(0)
})

test('the answer to one question is none to another, nor to one nobody asked', async () => {
  const { device, actor } = await buildPasskeyOwner(app)
  const other = await buildPerson(app)
  const confirming = await beginConfirmation(app, actor)
  await assert.rejects(signInWithPasskey(app, { answer: device.use(confirming) }), over)
  await assert.rejects(beginPasskey(app, actor, { passkey: device.use(await ask()) }), over)
  const made = await beginPasskey(app, actor, byPassword)
  await assert.rejects(signInWithPasskey(app, { answer: device.use(made) }), over)
  const answer = createAuthenticator().create(made)
  await assert.rejects(finishPasskey(app, other.actor, { name: 'Mine now', answer }), over)
  await finishPasskey(app, actor, { name: 'Phone', answer })
  await assert.rejects(finishPasskey(app, actor, { name: 'Phone', answer }), over)
  const invented = { challenge: Buffer.alloc(32, 7).toString('base64url') }
  await assert.rejects(signInWithPasskey(app, { answer: device.use(invented) }), over)
})

test('somebody who is a member of nothing any more does not get in', async () => {
  const { device, userId } = await buildPasskeyOwner(app)
  await app.db.deleteFrom('members').where('userId', '=', userId).execute()
  await assert.rejects(enter(device), refused)
})

test('one address cannot try without end', async () => {
  const address = '203.0.113.9'
  const { device } = await buildPasskeyOwner(app)
  const answer = device.use({ challenge: 'never-asked' })
  const tries = await outcomesOf(Array.from({ length: 60 }, () => signInWithPasskey(app, { answer, address })))
  assert.equal(tries.filter((each) => each === 'too_many_attempts').length, 10)
})

test('passkeys belong to the host people see, and there are none at a bare address or without https', () => {
  const at = (publicUrl: string) => findRelyingParty({ publicUrl })
  assert.deepEqual(at('https://shop.example.com'), {
    id: 'shop.example.com',
    origin: 'https://shop.example.com',
    name: 'EZ Solutions',
  })
  assert.equal(at('http://localhost:8080')?.origin, 'http://localhost:8080')
  for (const address of [
    'https://192.0.2.7',
    'http://127.0.0.1:8080',
    'https://[2001:db8::1]',
    'http://shop.example.com',
  ])
    assert.equal(at(address), undefined, address)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createAuthenticator } from '#test/support/authenticator.ts'
import {
  addPasskey,
  buildPasskey,
  buildPasskeyOwner,
  buildPerson,
  byPasskey,
  byPassword,
  eventsOf,
  outcomesOf,
  type Person,
} from '#test/support/passkey-owners.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { anonymous } from '#platform/actor.ts'
import { listPasskeys, removePasskey, renamePasskey } from './change-passkey.ts'
import { beginConfirmation } from './confirm-user.ts'
import { forgetSignIns } from './forget-sign-ins.ts'
import type { NewPasskeyAnswer } from './passkey.ts'
import { beginPasskeySignIn, signInWithPasskey } from './passkey-sign-in.ts'
import { beginPasskey, finishPasskey } from './register-passkey.ts'
import { waysIn } from './ways-in.ts'

const app = await createTestApp()
after(() => app.close())

const ask = () => beginPasskeySignIn(app, {})
const withoutPassword = ({ userId }: Person) =>
  app.db.updateTable('users').set({ passwordHash: null }).where('id', '=', userId).execute()
const refused = { code: 'passkey_refused' }

test('adding one needs the password, and its owner is told by mail, in their language', async () => {
  const person = await buildPerson(app)
  await assert.rejects(beginPasskey(app, person.actor, { currentPassword: 'not this one' }), { code: 'password_wrong' })
  const passkeyId = await addPasskey(app, person, createAuthenticator())
  await app.work()
  const mails = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('recipient', '=', person.email)
    .where('template', 'like', 'passkey%')
    .execute()
  assert.deepEqual(mails, [{ template: 'passkey-added' }])
  const [event] = await eventsOf(app, person.userId, 'user.passkey_added')
  assert.deepEqual(event?.after, { passkeyId, name: 'Laptop' })
  assert.ok(event.customerId)
})

test('a new passkey from another site, or without finger, face or PIN, is not taken', async () => {
  const person = await buildPerson(app)
  for (const otherwise of [
    { origin: 'http://evil.example' },
    { rpId: 'evil.example' },
    { verified: false },
    { type: 'webauthn.get' },
  ]) {
    const asked = await beginPasskey(app, person.actor, byPassword)
    const answer = createAuthenticator().create(asked, otherwise)
    await assert.rejects(finishPasskey(app, person.actor, { name: 'Laptop', answer }), refused)
  }
  assert.deepEqual(await listPasskeys(app, person.actor), [])
})

test('one passkey belongs to one user, even when two claim it at once', async () => {
  const device = createAuthenticator()
  const [ada, eve] = [await buildPerson(app), await buildPerson(app)]
  const asked = await Promise.all([ada, eve].map(({ actor }) => beginPasskey(app, actor, byPassword)))
  const all = await outcomesOf(
    [ada, eve].map(({ actor }, index) =>
      finishPasskey(app, actor, { name: 'Ours', answer: device.create(asked[index]!) }),
    ),
  )
  assert.deepEqual(all.toSorted(), ['done', 'passkey_known'])
})

test('those a user has are named to the browser, and twenty are enough', async () => {
  const person = await buildPasskeyOwner(app)
  const asked = await beginPasskey(app, person.actor, byPassword)
  assert.deepEqual(
    asked.excludeCredentials?.map(({ id }) => id),
    [person.device.credentialId],
  )
  assert.deepEqual(
    [asked.authenticatorSelection?.residentKey, asked.authenticatorSelection?.userVerification, asked.attestation],
    ['required', 'required', 'none'],
  )
  const { actor, userId } = person
  const open: NewPasskeyAnswer[] = []
  for (let each = 0; each < 3; each += 1)
    open.push(createAuthenticator().create(await beginPasskey(app, actor, await byPasskey(app, person))))
  for (let count = 1; count < 19; count += 1) await buildPasskey(app, userId)
  const all = await outcomesOf(open.map((answer) => finishPasskey(app, actor, { name: 'Last', answer })))
  assert.deepEqual(all.toSorted(), ['done', 'too_many_passkeys', 'too_many_passkeys'])
  await assert.rejects(beginPasskey(app, actor, byPassword), { code: 'too_many_passkeys' })
})

test('who has no password confirms with a passkey they have, and nobody with that of another', async () => {
  const [ada, eve] = [await buildPasskeyOwner(app), await buildPasskeyOwner(app)]
  await withoutPassword(ada)
  await assert.rejects(beginPasskey(app, ada.actor, byPassword), { code: 'password_wrong' })
  const asked = await beginConfirmation(app, ada.actor)
  await assert.rejects(beginPasskey(app, ada.actor, { passkey: eve.device.use(asked) }), refused)
  await addPasskey(app, ada, createAuthenticator(), await byPasskey(app, ada))
  assert.equal((await listPasskeys(app, ada.actor)).length, 2)
})

test('the last way in stays, also when two are removed at once', async () => {
  const ada = await buildPasskeyOwner(app)
  const device = createAuthenticator()
  const both = [ada, { ...ada, device, passkeyId: await addPasskey(app, ada, device) }]
  assert.deepEqual(await app.transaction(anonymous, (tx) => waysIn(tx, ada.userId)), {
    password: 1,
    passkeys: 2,
    identities: 0,
  })
  await withoutPassword(ada)
  // Each proves itself with the one that it leaves.
  const proofs = [await byPasskey(app, both[1]!), await byPasskey(app, both[0]!)]
  const all = await outcomesOf(
    both.map(({ passkeyId }, index) => removePasskey(app, ada.actor, { ...proofs[index]!, passkeyId })),
  )
  assert.equal(all.filter((each) => each === 'done').length, 1, all.join())
  const [left] = await listPasskeys(app, ada.actor)
  const last = both.find(({ passkeyId }) => passkeyId === left?.id)!
  await assert.rejects(removePasskey(app, ada.actor, { ...(await byPasskey(app, last)), passkeyId: last.passkeyId }), {
    code: 'last_way_in',
  })
})

test('a removed passkey opens nothing any more, and its owner is told', async () => {
  const { device, actor, passkeyId, userId, email } = await buildPasskeyOwner(app)
  const answer = device.use(await ask())
  await assert.rejects(removePasskey(app, actor, { currentPassword: 'not this one', passkeyId }), {
    code: 'password_wrong',
  })
  await removePasskey(app, actor, { ...byPassword, passkeyId })
  await assert.rejects(signInWithPasskey(app, { answer }), refused)
  await assert.rejects(removePasskey(app, actor, { ...byPassword, passkeyId }), { code: 'passkey_not_found' })
  const [event] = await eventsOf(app, userId, 'user.passkey_removed')
  assert.deepEqual(event?.before, { passkeyId, name: 'Laptop' })
  await app.work()
  const mails = await app.db.selectFrom('notifications').select('template').where('recipient', '=', email).execute()
  assert.ok(mails.some(({ template }) => template === 'passkey-removed'))
})

test("another's passkey looks as one that does not exist, whatever is done with it", async () => {
  const [ada, eve] = [await buildPasskeyOwner(app), await buildPasskeyOwner(app)]
  for (const passkeyId of [ada.passkeyId, 'pky_00000000000000000000000000']) {
    await assert.rejects(renamePasskey(app, eve.actor, { passkeyId, name: 'Mine' }), { code: 'passkey_not_found' })
    await assert.rejects(removePasskey(app, eve.actor, { currentPassword: 'x', passkeyId }), {
      code: 'passkey_not_found',
    })
  }
  await renamePasskey(app, ada.actor, { passkeyId: ada.passkeyId, name: 'Blue laptop' })
  await renamePasskey(app, ada.actor, { passkeyId: ada.passkeyId, name: 'Blue laptop' })
  assert.equal((await listPasskeys(app, ada.actor))[0]?.name, 'Blue laptop')
  assert.equal((await eventsOf(app, ada.userId, 'user.passkey_renamed')).length, 1)
})

test('nothing a passkey was asked is stored as it is, and what nobody answered is cleared away', async () => {
  const asked = await ask()
  const stored = await app.db.selectFrom('passkeyChallenges').selectAll().execute()
  assert.ok(stored.length > 0)
  assert.ok(!JSON.stringify(stored).includes(asked.challenge))
  app.advance({ minutes: 6 })
  await app.transaction(anonymous, (tx) => tx.enqueue(forgetSignIns, {}))
  await app.work()
  assert.deepEqual(await app.db.selectFrom('passkeyChallenges').selectAll().execute(), [])
  app.clock.setOffsetSeconds(0)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { authenticateApiToken } from './authenticate-api-token.ts'
import { authenticateSession } from './authenticate-session.ts'
import { createApiToken } from './create-api-token.ts'
import { registerCustomer } from './register-customer.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetPassword, ResetPasswordInput } from './reset-password.ts'
import { signIn } from './sign-in.ts'
import { userTokenSecret } from './user-token.ts'
import { verifyEmail } from './verify-email.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const fresh = 'an entirely new one'
const register = (email: string) => registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })

const linkOf = async (email: string, kind: 'reset_password' | 'verify_email'): Promise<string> => {
  const token = await app.db
    .selectFrom('userTokens')
    .selectAll()
    .where('email', '=', email)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return userTokenSecret(app.secrets, token)
}
const askForLink = async (email: string): Promise<string> => {
  await requestPasswordReset(app, anonymous, { email })
  return linkOf(email, 'reset_password')
}

test('a mailed link sets a new password once and signs the user out everywhere', async () => {
  await register('jane@example.com')
  await verifyEmail(app, anonymous, { token: await linkOf('jane@example.com', 'verify_email') })
  const session = await signIn(app, anonymous, { email: 'jane@example.com', password })
  const { token: apiToken } = await createApiToken(app, session.actor, { name: 'backup' })
  const token = await askForLink('jane@example.com')

  await resetPassword(app, anonymous, ResetPasswordInput.parse({ token, password: fresh }))

  assert.equal(await authenticateSession(app, session.token), undefined)
  assert.ok(await authenticateApiToken(app, apiToken), 'programs go on')
  await signIn(app, anonymous, { email: 'jane@example.com', password: fresh })
  await assert.rejects(resetPassword(app, anonymous, { token, password: 'yet another one here' }), {
    code: 'link_invalid',
  })
})

test('one used link ends the others', async () => {
  await register('twice@example.com')
  const [first, second] = [await askForLink('twice@example.com'), await askForLink('twice@example.com')]
  await resetPassword(app, anonymous, { token: second, password: fresh })
  await assert.rejects(resetPassword(app, anonymous, { token: first, password: fresh }), { code: 'link_invalid' })
})

test('two uses of one link at the same moment set one password', async () => {
  await register('race@example.com')
  const token = await askForLink('race@example.com')
  const outcomes = await Promise.allSettled(
    ['first new password', 'second new password'].map((text) =>
      resetPassword(app, anonymous, { token, password: text }),
    ),
  )
  assert.deepEqual(outcomes.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
})

test('asking for an unknown address answers the same and makes no link', async () => {
  await register('known@example.com')
  assert.equal(await requestPasswordReset(app, anonymous, { email: 'known@example.com' }), undefined)
  assert.equal(await requestPasswordReset(app, anonymous, { email: 'unknown@example.com' }), undefined)
  const links = await app.db.selectFrom('userTokens').select('id').where('email', '=', 'unknown@example.com').execute()
  assert.deepEqual(links, [])
})

test('an address gets at most five links an hour, known or not', async () => {
  for (const email of ['flood@example.com', 'nobody@example.com']) {
    for (let n = 0; n < 5; n += 1) await requestPasswordReset(app, anonymous, { email })
    await assert.rejects(requestPasswordReset(app, anonymous, { email }), { code: 'too_many_attempts' })
  }
})

test('a link to verify the address does not set a password', async () => {
  await register('purpose@example.com')
  const token = await linkOf('purpose@example.com', 'verify_email')
  await assert.rejects(resetPassword(app, anonymous, { token, password: fresh }), { code: 'link_invalid' })
})

test('whoever registered an address that is not theirs loses it to the one who reads the mailbox', async () => {
  await register('victim@example.com')
  const intruder = await signIn(app, anonymous, { email: 'victim@example.com', password })
  const { token: apiToken } = await createApiToken(app, intruder.actor, { name: 'stay' })

  await resetPassword(app, anonymous, { token: await askForLink('victim@example.com'), password: fresh })

  assert.equal(await authenticateSession(app, intruder.token), undefined)
  assert.equal(await authenticateApiToken(app, apiToken), undefined)
  const owner = await signIn(app, anonymous, { email: 'victim@example.com', password: fresh })
  assert.ok((await authenticateSession(app, owner.token))?.user.emailVerifiedAt)
})

test('a new password lets in an owner who was locked out', async () => {
  await register('locked@example.com')
  for (let n = 0; n < 10; n += 1)
    await assert.rejects(signIn(app, anonymous, { email: 'locked@example.com', password: 'not this one' }))
  await resetPassword(app, anonymous, { token: await askForLink('locked@example.com'), password: fresh })
  await signIn(app, anonymous, { email: 'locked@example.com', password: fresh })
})

test('a link works for an hour', async () => {
  await register('late@example.com')
  const token = await askForLink('late@example.com')
  app.advance({ minutes: 61 })
  await assert.rejects(resetPassword(app, anonymous, { token, password: fresh }), { code: 'link_invalid' })
})

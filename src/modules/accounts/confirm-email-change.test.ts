import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous } from '#platform/actor.ts'
import type { UserActor } from '#platform/actor.ts'
import { FRESH } from '#test/support/actors.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { confirmEmailChange } from './confirm-email-change.ts'
import { registerCustomer } from './register-customer.ts'
import { requestEmailChange } from './request-email-change.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetPassword } from './reset-password.ts'
import { signIn } from './sign-in.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const over = { code: 'link_invalid' }
let people = 0

async function person(): Promise<{ email: string; actor: UserActor }> {
  const email = `person${(people += 1)}@example.com`
  await registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })
  const { actor } = await signIn(app, anonymous, { email, password })
  assert.ok(actor.kind === 'user')
  return { email, actor: { ...actor, session: { ...FRESH, id: actor.session!.id } } }
}
/** The newest link of a kind that was mailed to an address. */
async function linkTo(email: string, path: 'change-email' | 'reset-password'): Promise<string | undefined> {
  await app.work()
  for (const { recipients, text } of app.mail.messages()) {
    const [, token] = new RegExp(`/${path}\\?token=(\\S+)`).exec(text) ?? []
    if (token && recipients.includes(email)) return decodeURIComponent(token)
  }
  return undefined
}
const subjectsTo = (email: string): string[] =>
  app.mail
    .messages()
    .filter(({ recipients }) => recipients.includes(email))
    .map(({ subject }) => subject)

test('a new address counts when its link is used, and the old one is told', async () => {
  const { email, actor } = await person()
  await requestEmailChange(app, actor, { email: 'new@example.com' })
  const token = (await linkTo('new@example.com', 'change-email'))!
  await signIn(app, anonymous, { email, password })
  await assert.rejects(signIn(app, anonymous, { email: 'new@example.com', password }), { code: 'sign_in_failed' })

  assert.deepEqual(await confirmEmailChange(app, anonymous, { token }), { email: 'new@example.com' })
  await signIn(app, anonymous, { email: 'new@example.com', password })
  await assert.rejects(signIn(app, anonymous, { email, password }), { code: 'sign_in_failed' })
  await assert.rejects(confirmEmailChange(app, anonymous, { token }), over)
  await app.work()
  assert.ok(subjectsTo(email).includes('Your email address was changed'))
  const user = await app.db
    .selectFrom('users')
    .select('emailVerifiedAt')
    .where('id', '=', actor.userId)
    .executeTakeFirstOrThrow()
  assert.notEqual(user.emailVerifiedAt, null)
})

test('an address of somebody else is answered in the same way, gets no mail, and cannot be taken meanwhile either', async () => {
  const [{ actor }, other] = [await person(), await person()]
  await app.work()
  const before = subjectsTo(other.email).length
  assert.equal(await requestEmailChange(app, actor, { email: other.email }), undefined)
  await app.work()
  assert.equal(subjectsTo(other.email).length, before)

  await requestEmailChange(app, actor, { email: 'wanted@example.com' })
  const token = (await linkTo('wanted@example.com', 'change-email'))!
  await registerCustomer(app, anonymous, { email: 'wanted@example.com', password, name: 'Quick', locale: 'en' })
  await assert.rejects(confirmEmailChange(app, anonymous, { token }), over)
})

test('asking again, a day, and a new password by mail end the links of before', async () => {
  const { email, actor } = await person()
  await requestEmailChange(app, actor, { email: 'first@example.com' })
  const first = (await linkTo('first@example.com', 'change-email'))!
  await requestEmailChange(app, actor, { email: 'second@example.com' })
  await assert.rejects(confirmEmailChange(app, anonymous, { token: first }), over)

  const second = (await linkTo('second@example.com', 'change-email'))!
  await requestPasswordReset(app, anonymous, { email })
  await resetPassword(app, anonymous, {
    token: (await linkTo(email, 'reset-password'))!,
    password: 'another quiet stone',
  })
  // Pre-hijacking by an unexpired change of address: whoever proved the mailbox keeps it.
  await assert.rejects(confirmEmailChange(app, anonymous, { token: second }), over)

  await requestEmailChange(app, actor, { email: 'third@example.com' })
  const third = (await linkTo('third@example.com', 'change-email'))!
  app.advance({ hours: 25 })
  await assert.rejects(confirmEmailChange(app, anonymous, { token: third }), over)
})

test('it asks who is there, refuses the present address, and stops after five in an hour', async () => {
  const { email, actor } = await person()
  const stale = { id: actor.session!.id, confirmedAt: app.clock.now().subtract({ minutes: 16 }) }
  await assert.rejects(requestEmailChange(app, { ...actor, session: stale }, { email: 'x@example.com' }), {
    code: 'confirmation_needed',
  })
  await assert.rejects(requestEmailChange(app, actor, { email }), { code: 'email_unchanged' })
  for (let tries = 0; tries < 4; tries += 1) await requestEmailChange(app, actor, { email: `x${tries}@example.com` })
  await assert.rejects(requestEmailChange(app, actor, { email: 'y@example.com' }), { code: 'too_many_attempts' })
  for (const token of ['', 'utk_nothing', 'x.y'])
    await assert.rejects(confirmEmailChange(app, anonymous, { token }), over)
})

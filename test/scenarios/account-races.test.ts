import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { acceptInvitation } from '#modules/accounts/answer-invitation.ts'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { finishSignIn } from '#modules/accounts/finish-sign-in.ts'
import { invitationSecret } from '#modules/accounts/invitation.ts'
import { startSignIn } from '#modules/accounts/sign-in.ts'
import { userTokenSecret } from '#modules/accounts/user-token.ts'
import { closeCustomer } from '#modules/support/close-customer.ts'
import { placeOrder } from '#modules/orders/place-order.ts'
import { isProblem } from '#platform/problem.ts'
import { anonymous } from '#platform/actor.ts'
import { type ApiClient, apiClient, buildCustomer, PASSWORD, type TestCustomer } from '#test/support/api-client.ts'
import { buildCustomer as buildBuyer, quoted } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { codeOf } from '#test/support/totp-app.ts'
import { buildTotpOwner, TOTP_PASSWORD } from '#test/support/totp-owners.ts'

/** What may happen once happens once, however many ask for it at one time, and whoever comes too late is told so, not failed. */
const app = await createTestApp()
after(() => app.close())

const MANY = 32
const AGAINST = 8

type Answer = { status: number; code: string }

/** Lets all of them go at the same moment. */
async function race(asked: (() => Promise<{ status: number; body: unknown }>)[]): Promise<Answer[]> {
  const answers = await Promise.all(asked.map((ask) => ask()))
  for (const { status, body } of answers) assert.ok(status < 500, JSON.stringify(body))
  return answers.map(({ status, body }) => ({
    status,
    code: String((body as { code?: string } | undefined)?.code ?? ''),
  }))
}
const many = <T>(ask: (index: number) => T, count = MANY): (() => T)[] =>
  Array.from({ length: count }, (_each, index) => () => ask(index))
const won = (answers: Answer[]): number => answers.filter(({ status }) => status < 300).length

let jane: TestCustomer
let anyone: ApiClient
before(() => {
  anyone = apiClient(app)
})
beforeEach(async () => {
  await app.db.deleteFrom('rateLimits').execute()
  jane = await buildCustomer(app)
})

/** The secret of the newest link of a kind that was mailed to somebody. */
async function linkOf(userId: string, kind: 'reset_password' | 'change_email'): Promise<string> {
  const token = await app.db
    .selectFrom('userTokens')
    .selectAll()
    .where('userId', '=', userId)
    .where('kind', '=', kind)
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirstOrThrow()
  return userTokenSecret(app.secrets, token)
}

test('one link for a new password sets one, also while others are asked for', async () => {
  await anyone.post('/password-resets', { email: jane.email })
  const token = await linkOf(jane.actor.userId, 'reset_password')
  const answers = await race([
    ...many((index) => anyone.post('/password-resets/use', { token, password: `four random words ${index}` })),
    ...many(() => anyone.post('/password-resets', { email: jane.email }), 4),
  ])
  assert.equal(won(answers.slice(0, MANY)), 1)
})

test('one link for a new address moves it once, also while a new password takes the link away', async () => {
  const asked = await jane.api.post('/me/email-changes', { email: `moved-${jane.email}` })
  assert.ok(asked.status < 300)
  const token = await linkOf(jane.actor.userId, 'change_email')
  const answers = await race(many(() => anyone.post('/email-changes', { token })))
  assert.equal(won(answers), 1)
  const user = await app.db
    .selectFrom('users')
    .select('email')
    .where('id', '=', jane.actor.userId)
    .executeTakeFirstOrThrow()
  assert.equal(user.email, `moved-${jane.email}`)
})

test('one recovery code opens one session, and one code of the app another', async () => {
  const owner = await buildTotpOwner(app)
  const signIn = (code: string) => anyone.post('/sessions', { email: owner.email, password: TOTP_PASSWORD, code })
  await app.db.deleteFrom('rateLimits').execute()
  const answers = await race(many(() => signIn(owner.codes[0]!), 10))
  assert.equal(won(answers), 1)
  await app.db.deleteFrom('rateLimits').execute()
  const codes = await race(many(() => signIn(codeOf(app, owner.secret, 1)), 10))
  assert.equal(won(codes), 1)
})

test('a started log-in ends once, also while wrong codes come in', async () => {
  const owner = await buildTotpOwner(app)
  const started = await startSignIn(app, anonymous, { email: owner.email, password: TOTP_PASSWORD })
  assert.ok(started.step === 'second_factor')
  const tries = await Promise.allSettled([
    ...many(
      () => finishSignIn(app, anonymous, { token: started.token, code: owner.codes[1]!.replace('-', '') }),
      6,
    ).map((go) => go()),
    ...many(() => finishSignIn(app, anonymous, { token: started.token, code: '000000' }), 4).map((go) => go()),
  ])
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
})

test('one invitation makes one member, also while it is taken back', async () => {
  const friend = await buildCustomer(app)
  const invited = await jane.api.post<{ id: string }>('/invitations', { email: friend.email, role: 'support' })
  assert.equal(invited.status, 201)
  const invitation = await app.db
    .selectFrom('invitations')
    .selectAll()
    .where('id', '=', invited.body.id)
    .executeTakeFirstOrThrow()
  const secret = invitationSecret(app.secrets, invitation)
  const accepted = many(() => acceptInvitation(app, friend.actor, secret))
  const revoked = many(() => jane.api.send('DELETE', `/invitations/${invited.body.id}`), AGAINST)
  const outcomes = await Promise.allSettled([...accepted.map((go) => go()), ...revoked.map((go) => go())])
  const members = await app.db
    .selectFrom('members')
    .select('role')
    .where('customerId', '=', jane.actor.customerId)
    .where('userId', '=', friend.actor.userId)
    .execute()
  const successes = outcomes.slice(0, MANY).filter(({ status }) => status === 'fulfilled').length
  assert.equal(successes, members.length, 'who is told that they joined has joined')
  assert.ok(members.length <= 1)
})

test('the fiftieth token is the last, however many are asked for at once', async () => {
  for (let each = 0; each < 47; each += 1) await createApiToken(app, jane.actor, { name: `token ${each}` })
  const answers = await race(many((index) => jane.api.post('/api-tokens', { name: `race ${index}` })))
  assert.equal(won(answers), 3)
  for (const { status, code } of answers.filter(({ status }) => status >= 300))
    assert.deepEqual([status, code], [409, 'too_many_api_tokens'])
})

test('an account that is closed while orders are placed is closed without one, or stays open with them', async () => {
  for (let round = 0; round < 5; round += 1) {
    const buyer = await buildBuyer(app)
    const wanted = await Promise.all(many(() => quoted(app, buyer), AGAINST).map((go) => go()))
    const outcomes = await Promise.allSettled(
      wanted.flatMap((input) => [closeCustomer(app, buyer.actor), placeOrder(app, buyer.actor, input)]),
    )
    const closed = outcomes.filter((outcome, index) => index % 2 === 0 && outcome.status === 'fulfilled').length
    const placed = outcomes.filter((outcome, index) => index % 2 === 1 && outcome.status === 'fulfilled').length
    assert.ok(!(closed > 0 && placed > 0), 'nobody owes in a closed account')
    assert.ok(closed > 0 || placed === AGAINST)
    for (const outcome of outcomes)
      if (outcome.status === 'rejected') assert.ok(isProblem(outcome.reason), String(outcome.reason))
  }
})

test('a password that is changed by many at once is changed once, and everybody else is signed out', async () => {
  const answers = await race(
    many(
      (index) =>
        jane.api.send('PUT', '/me/password', { currentPassword: PASSWORD, newPassword: `four random words ${index}` }),
      8,
    ),
  )
  assert.equal(won(answers), 1)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous, system } from '#platform/actor.ts'
import { hashToken } from '#platform/secrets.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { listSessions } from './accounts-queries.ts'
import { authenticateSession } from './authenticate-session.ts'
import { changePassword } from './change-password.ts'
import { createStaff, CreateStaffInput } from './create-staff.ts'
import { registerCustomer } from './register-customer.ts'
import { signIn } from './sign-in.ts'
import { signOut } from './sign-out.ts'
import { staffAs, memberAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const register = (email: string) => registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })
const failure = { kind: 'unauthenticated', code: 'sign_in_failed', message: 'Email or password is not right.' }

test('the right email and password open a session whose secret is not stored', async () => {
  await register('jane@example.com')
  const session = await signIn(app, anonymous, {
    email: 'jane@example.com',
    password,
    userAgent: 'Firefox',
    address: '192.0.2.1',
  })

  const signedIn = await authenticateSession(app, session.token)
  assert.equal(signedIn?.user.email, 'jane@example.com')
  assert.equal(signedIn.customer?.currency, 'USD')
  const { session: seen, ...actor } = signedIn.actor
  const { session: _fresh, ...member } = memberAs(signedIn.customer.id, session.userId)
  assert.deepEqual(actor, member)
  assert.equal(seen?.id, session.sessionId)
  assert.equal(signedIn.sessionId, session.sessionId)
  assert.ok(!('passwordHash' in signedIn.user))
  const row = await app.db
    .selectFrom('sessions')
    .selectAll()
    .where('id', '=', session.sessionId)
    .executeTakeFirstOrThrow()
  assert.equal(row.tokenHash, hashToken(session.token))
  assert.deepEqual([row.userAgent, row.address], ['Firefox', '192.0.2.1'])
})

test('a wrong password and an unknown address get the same answer and leave the same trace', async () => {
  await register('known@example.com')
  await assert.rejects(signIn(app, anonymous, { email: 'known@example.com', password: 'not this one' }), failure)
  await assert.rejects(signIn(app, anonymous, { email: 'unknown@example.com', password: 'not this one' }), failure)

  const events = await app.db.selectFrom('events').select('after').where('name', '=', 'user.sign_in_failed').execute()
  assert.deepEqual(
    events.map(({ after: told }) => told),
    [{ email: 'k…@example.com' }, { email: 'u…@example.com' }],
  )
})

test('ten wrong passwords lock an account for a while, even for the right one', async () => {
  await register('locked@example.com')
  const attempt = (text: string) => signIn(app, anonymous, { email: 'locked@example.com', password: text })
  for (let n = 0; n < 10; n += 1) await assert.rejects(attempt('not this one'), failure)

  await assert.rejects(attempt(password), (error: { code: string; retryAfterSeconds: number }) => {
    assert.equal(error.code, 'too_many_attempts')
    assert.ok(error.retryAfterSeconds > 0 && error.retryAfterSeconds <= 900)
    return true
  })
})

test('one address cannot try the accounts of many', async () => {
  const address = '192.0.2.77'
  const resetsAt = app.clock.wallClock().add({ minutes: 5 })
  await app.db
    .insertInto('rateLimits')
    .values({ key: `sign-in-from:${address}`, count: 49, resetsAt })
    .execute()
  await signIn(app, anonymous, { email: 'jane@example.com', password, address })
  await assert.rejects(signIn(app, anonymous, { email: 'jane@example.com', password, address }), {
    code: 'too_many_attempts',
  })
})

test('a session is refused from the next request after signing out, and signing out twice is fine', async () => {
  await register('leaving@example.com')
  const session = await signIn(app, anonymous, { email: 'leaving@example.com', password })

  await signOut(app, session.actor, { sessionId: session.sessionId })
  await signOut(app, session.actor, { sessionId: session.sessionId })
  assert.equal(await authenticateSession(app, session.token), undefined)
})

test("another user's session does not exist", async () => {
  await register('mine@example.com')
  await register('theirs@example.com')
  const mine = await signIn(app, anonymous, { email: 'mine@example.com', password })
  const theirs = await signIn(app, anonymous, { email: 'theirs@example.com', password })

  await assert.rejects(signOut(app, mine.actor, { sessionId: theirs.sessionId }), { code: 'session_not_found' })
  assert.deepEqual(
    (await listSessions(app, mine.actor)).map(({ id }) => id),
    [mine.sessionId],
  )
  assert.ok(await authenticateSession(app, theirs.token))
})

test('staff act as staff, by their role, without a customer', async () => {
  const input = CreateStaffInput.parse({ email: 'ops@example.com', name: 'Olga', role: 'operations', password })
  const staff = await createStaff(app, system('test'), input)
  const session = await signIn(app, anonymous, { email: 'ops@example.com', password })

  const signedIn = await authenticateSession(app, session.token)
  assert.ok(signedIn)
  const { session: _session, ...actor } = signedIn.actor
  const { session: _fresh, ...colleague } = staffAs('operations', staff.id)
  assert.deepEqual(actor, colleague)
  assert.equal(signedIn.customer, null)
  await assert.rejects(createStaff(app, system('test'), input), { code: 'email_taken' })
  await assert.rejects(createStaff(app, signedIn.actor, { ...input, email: 'x@example.com' }), {
    code: 'permission_denied',
  })
})

test('changing the password asks for the present one and signs out the other browsers', async () => {
  await register('change@example.com')
  const here = await signIn(app, anonymous, { email: 'change@example.com', password })
  const there = await signIn(app, anonymous, { email: 'change@example.com', password })
  const change = (currentPassword: string) =>
    changePassword(app, here.actor, {
      currentPassword,
      newPassword: 'an entirely new one',
      keepSessionId: here.sessionId,
    })

  await assert.rejects(change('not this one'), {
    code: 'password_wrong',
    issues: [{ path: 'currentPassword', message: 'This is not your present password.' }],
  })
  await change(password)

  assert.ok(await authenticateSession(app, here.token))
  assert.equal(await authenticateSession(app, there.token), undefined)
  await assert.rejects(signIn(app, anonymous, { email: 'change@example.com', password }), failure)
  await signIn(app, anonymous, { email: 'change@example.com', password: 'an entirely new one' })
})

test('a session ends after 30 idle days, and after 90 days however busy', async () => {
  await register('time@example.com')
  const idle = await signIn(app, anonymous, { email: 'time@example.com', password })
  const busy = await signIn(app, anonymous, { email: 'time@example.com', password })
  const seenAt = async () =>
    (
      await app.db
        .selectFrom('sessions')
        .select('lastSeenAt')
        .where('id', '=', busy.sessionId)
        .executeTakeFirstOrThrow()
    ).lastSeenAt

  const first = await seenAt()
  app.advance({ minutes: 4 })
  await authenticateSession(app, busy.token)
  assert.ok(first.equals(await seenAt()), 'a request right after another does not write')
  for (let day = 20; day <= 80; day += 20) {
    app.advance({ days: 20 })
    assert.ok(await authenticateSession(app, busy.token), `day ${day}`)
  }
  assert.ok(!first.equals(await seenAt()))
  assert.equal(await authenticateSession(app, idle.token), undefined)
  app.advance({ days: 10 })
  assert.equal(await authenticateSession(app, busy.token), undefined)
})

test('what is no token signs nobody in', async () => {
  for (const token of ['', 'x', '\0', 'é'.repeat(500)]) assert.equal(await authenticateSession(app, token), undefined)
})

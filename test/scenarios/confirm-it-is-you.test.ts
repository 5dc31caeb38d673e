import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { authenticateSession } from '#modules/accounts/authenticate-session.ts'
import { apiClient, buildCustomer, PASSWORD } from '#test/support/api-client.ts'
import { signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { codeOf, switchOn } from '#test/support/totp-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'
const TOKENS = '/portal/profile/api-tokens'
const SECURITY = '/portal/profile/security'
let people = 0

async function signedIn(): Promise<{ visitor: Visitor; email: string }> {
  const visitor = createVisitor(app)
  const email = `somebody${(people += 1)}@example.com`
  await (await visitor.open('/register')).press('Create account', { name: 'Jane Doe', email, password })
  await (await visitor.open('/login')).press('Log in', { email, password })
  return { visitor, email }
}
const makeToken = async (visitor: Visitor) =>
  (await visitor.open(TOKENS)).press('Create token', { name: 'Deploy script' })

test('right after the log-in dangerous things ask nothing; sixteen minutes later they ask who is there, and lead back', async () => {
  const { visitor } = await signedIn()
  assert.match((await makeToken(visitor)).text, /“Deploy script” is made/)
  app.advance({ minutes: 16 })

  const asked = await makeToken(visitor)
  assert.equal(asked.url.pathname, '/confirm')
  assert.equal(asked.url.searchParams.get('next'), TOKENS)
  assert.match(asked.text, /Confirm it is you/)
  assert.equal(asked.link('Not now'), TOKENS)
  const wrong = await asked.press('Confirm', { currentPassword: 'not this one' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /This is not your present password/)

  const before = visitor.cookie('__Host-session')!
  const back = await wrong.press('Confirm', { currentPassword: password })
  assert.equal(back.url.pathname, TOKENS)
  assert.match(back.text, /Thank you. You can go on now/)
  assert.match((await makeToken(visitor)).text, /“Deploy script” is made/)
  assert.notEqual(visitor.cookie('__Host-session'), before)
  assert.equal(await authenticateSession(app, before), undefined, 'the token of before opens nothing any longer')
})

test('whoever has a second factor shows it here, too', async () => {
  const { visitor } = await signedIn()
  const { secret } = await switchOn(app, visitor, SECURITY, password)
  app.advance({ minutes: 16 })
  const asked = await makeToken(visitor)
  const without = await asked.press('Confirm', { currentPassword: password, code: '000000' })
  assert.equal(without.status, 422)
  assert.match(without.text, /This code is not right/)
  const back = await without.press('Confirm', { currentPassword: password, code: codeOf(app, secret, 1) })
  assert.equal(back.url.pathname, TOKENS)
})

test('nobody is led to another site after confirming, and strangers log in first', async () => {
  const { visitor } = await signedIn()
  const page = await visitor.open('/confirm?next=//evil.example')
  const done = await page.press('Confirm', { currentPassword: password })
  assert.equal(done.url.pathname, '/portal')
  assert.equal((await createVisitor(app).open('/confirm')).url.pathname, '/login')
})

test('inviting, changing a role, lending and acting as a customer are among what is asked about', async () => {
  const { visitor } = await signedIn()
  app.advance({ minutes: 16 })
  const invited = await (
    await visitor.open('/portal/team')
  ).press('Send the invitation', { email: 'friend@example.com', role: 'technical' })
  assert.equal(invited.url.pathname, '/confirm')
  const { count } = await app.db
    .selectFrom('invitations')
    .select((select) => select.fn.countAll<bigint>().as('count'))
    .executeTakeFirstOrThrow()
  assert.equal(count, 0n, 'nothing has happened yet')

  const { actor } = await buildCustomer(app)
  const support = await signedInStaff(app, 'support')
  app.advance({ minutes: 16 })
  const acting = await (
    await support.open(`/staff/customers/${actor.customerId}`)
  ).press('Begin', { reason: 'Ticket 4711' })
  assert.equal(acting.url.pathname, '/confirm')
})

test('a program that signed in confirms by the API and goes on under a new token', async () => {
  const jane = await buildCustomer(app)
  const token = await freshSession(jane.email)
  app.advance({ minutes: 16 })
  const api = apiClient(app, token)
  const refused = await api.post<{ code: string }>('/api-tokens', { name: 'Deploy script' })
  assert.deepEqual([refused.status, refused.body.code], [401, 'confirmation_needed'])
  const wrong = await api.post<{ code: string }>('/sessions/current/confirmations', { currentPassword: 'not this one' })
  assert.equal(wrong.body.code, 'password_wrong')
  const renewed = await api.post<{ token: string }>('/sessions/current/confirmations', { currentPassword: PASSWORD })
  assert.equal(renewed.status, 201)
  assert.equal((await api.get('/me')).status, 401)
  const after16 = apiClient(app, renewed.body.token)
  assert.equal((await after16.post('/api-tokens', { name: 'Deploy script' })).status, 201)
})

test('one button signs out everywhere else', async () => {
  const { visitor, email } = await signedIn()
  const elsewhere = createVisitor(app)
  await (await elsewhere.open('/login')).press('Log in', { email, password })
  assert.equal((await elsewhere.open('/portal')).url.pathname, '/portal')
  const page = await (await visitor.open(SECURITY)).press('Sign out everywhere else')
  assert.match(page.text, /Everything else is signed out/)
  assert.doesNotMatch(page.text, /Sign out everywhere else/)
  assert.equal((await elsewhere.open('/portal')).url.pathname, '/login')
  assert.equal((await visitor.open('/portal')).url.pathname, '/portal')
})

test('somebody sees who came in as them and who tried, page by page', async () => {
  const { visitor, email } = await signedIn()
  for (let tries = 0; tries < 4; tries += 1)
    await (await createVisitor(app).open('/login')).press('Log in', { email, password: 'not this one' })
  for (let times = 0; times < 7; times += 1)
    await (await createVisitor(app).open('/login')).press('Log in', { email, password })
  const newest = await visitor.open(SECURITY)
  assert.equal(newest.text.match(/Logged in/g)?.length, 7)
  assert.equal(newest.text.match(/Wrong password/g)?.length, 3)
  const older = await visitor.open(newest.link('Show older'))
  assert.equal(older.text.match(/Logged in/g)?.length, 1)
  assert.equal(older.text.match(/Wrong password/g)?.length, 1)
  assert.doesNotMatch(older.text, /Show older/)
  const other = await signedIn()
  assert.doesNotMatch((await other.visitor.open(SECURITY)).text, /Wrong password/)
})

async function freshSession(email: string): Promise<string> {
  const { body } = await apiClient(app).post<{ token: string }>('/sessions', { email, password: PASSWORD })
  return body.token
}

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous, system } from '#platform/actor.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getCustomer, findUserByEmail, listMembers } from './accounts-queries.ts'
import { RegisterInput, registerCustomer } from './register-customer.ts'
import { resendVerification } from './resend-verification.ts'
import { signIn } from './sign-in.ts'
import { userTokenSecret } from './user-token.ts'
import { verifyEmail } from './verify-email.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const form = (email: string, rest: object = {}) =>
  RegisterInput.parse({ email, password, name: 'Jane Doe', locale: 'de', ...rest })

const linkOf = async (email: string): Promise<string> => {
  const token = await app.db
    .selectFrom('userTokens')
    .selectAll()
    .where('email', '=', email)
    .orderBy('id', 'desc')
    .executeTakeFirstOrThrow()
  return userTokenSecret(app.secrets, token)
}
const eventsOf = async (subjectId: string): Promise<string[]> =>
  (
    await app.db.selectFrom('events').select('name').where('subjectId', '=', subjectId).orderBy('sequence').execute()
  ).map(({ name }) => name)

test('signing up makes a user and the customer they own, in their language and its usual currency', async () => {
  await registerCustomer(app, anonymous, form(' Jane@Example.com '))

  const user = await findUserByEmail(app, system('test'), 'jane@example.com')
  assert.ok(user)
  assert.equal(user.emailVerifiedAt, null)
  assert.deepEqual(await eventsOf(user.id), ['user.registered'])
  const { customerId } = await app.db
    .selectFrom('members')
    .selectAll()
    .where('userId', '=', user.id)
    .executeTakeFirstOrThrow()
  const customer = await getCustomer(app, system('test'), customerId)
  assert.deepEqual(
    [customer.name, customer.email, customer.currency, customer.locale],
    ['Jane Doe', 'jane@example.com', 'EUR', 'de'],
  )
  const [member] = await listMembers(app, system('test'), customerId)
  assert.equal(member?.role, 'owner')
  assert.ok(!('passwordHash' in member))
})

test('signing up with a known address answers the same, changes nothing and tells the owner', async () => {
  const first = await registerCustomer(app, anonymous, form('known@example.com'))
  const again = await registerCustomer(app, anonymous, form('known@example.com', { password: 'another long password' }))

  assert.deepEqual(Object.keys(again), Object.keys(first))
  assert.equal(again.email, first.email)
  assert.equal(again.claim.length, first.claim.length)
  const user = await findUserByEmail(app, system('test'), 'known@example.com')
  assert.deepEqual(await eventsOf(user!.id), ['user.registered', 'user.registration_repeated'])
  await signIn(app, anonymous, { email: 'known@example.com', password })
})

test('two sign-ups of one address at the same moment make one user', async () => {
  await Promise.all([1, 2, 3].map(() => registerCustomer(app, anonymous, form('race@example.com'))))

  const users = await app.db.selectFrom('users').select('id').where('email', '=', 'race@example.com').execute()
  assert.equal(users.length, 1)
  assert.deepEqual(await eventsOf(users[0]!.id), [
    'user.registered',
    'user.registration_repeated',
    'user.registration_repeated',
  ])
})

test('an address cannot be used to send mail after mail', async () => {
  for (let n = 0; n < 5; n += 1) await registerCustomer(app, anonymous, form('flood@example.com'))
  await assert.rejects(registerCustomer(app, anonymous, form('flood@example.com')), { code: 'too_many_attempts' })
})

test('the link in the mail verifies the address once, and a second click is fine', async () => {
  await registerCustomer(app, anonymous, form('link@example.com'))
  const token = await linkOf('link@example.com')

  const done = await verifyEmail(app, anonymous, { token })
  assert.equal(done.session, undefined)
  assert.equal((await verifyEmail(app, anonymous, { token })).email, 'link@example.com')
  assert.deepEqual(await eventsOf(done.userId), ['user.registered', 'user.email_verified'])
})

test('the browser that signed up is signed in by the link, any other is not', async () => {
  const { claim } = await registerCustomer(app, anonymous, form('claim@example.com'))
  const other = await registerCustomer(app, anonymous, form('other@example.com'))
  const token = await linkOf('claim@example.com')

  const { session } = await verifyEmail(app, anonymous, { token, claim })
  assert.equal(session?.actor.kind, 'user')
  assert.equal((await verifyEmail(app, anonymous, { token, claim })).session, undefined)
  const foreign = await verifyEmail(app, anonymous, { token: await linkOf('other@example.com'), claim })
  assert.equal(foreign.session, undefined)
  assert.notEqual(other.claim, claim)
})

test('a link that was altered, belongs to another purpose or is over does not verify', async () => {
  await registerCustomer(app, anonymous, form('late@example.com'))
  const token = await linkOf('late@example.com')
  const altered = token.slice(0, -1) + (token.endsWith('A') ? 'B' : 'A')

  for (const wrong of ['', 'utk_1.x', altered, `${token}x`, 'utk_00000000000000000000000000.'.padEnd(74, 'a'), '\0'])
    await assert.rejects(verifyEmail(app, anonymous, { token: wrong }), { code: 'link_invalid' }, wrong)
  app.advance({ hours: 73 })
  await assert.rejects(verifyEmail(app, anonymous, { token }), { code: 'link_invalid' })
})

test('a new link is sent to whoever waits for one, and the answer does not tell who does', async () => {
  await registerCustomer(app, anonymous, form('again@example.com'))
  await resendVerification(app, anonymous, { email: 'again@example.com' })
  await resendVerification(app, anonymous, { email: 'nobody@example.com' })

  const links = await app.db
    .selectFrom('userTokens')
    .select('email')
    .where('email', '=', 'nobody@example.com')
    .execute()
  assert.deepEqual(links, [])
  await verifyEmail(app, anonymous, { token: await linkOf('again@example.com') })
  await resendVerification(app, anonymous, { email: 'again@example.com' })
  const sent = await app.db.selectFrom('userTokens').select('id').where('email', '=', 'again@example.com').execute()
  assert.equal(sent.length, 2)
})

test('a form with mistakes says which field and what to do', () => {
  const mistakes = (input: object): string[] => {
    const parsed = RegisterInput.safeParse(input)
    return (parsed.error?.issues ?? []).map((issue) => `${issue.path.join('.')}: ${issue.message}`)
  }
  assert.deepEqual(mistakes({}), [
    'email: Please enter an email address, such as name@example.com.',
    'password: Please choose a password.',
    'name: Please tell us your name.',
  ])
  assert.deepEqual(mistakes({ email: 'jane@', password: 'short', name: ' ', locale: 'fr', currency: 'XYZ' }), [
    'email: Please enter an email address, such as name@example.com.',
    'password: Please use at least 10 characters.',
    'name: Please tell us your name.',
    'locale: Please choose one of our languages: en, de.',
    'currency: Please choose a currency, such as EUR.',
  ])
  assert.match(mistakes({ email: 'a@b.co', password, name: 'Jane\r\nBcc: x@y.z' })[0]!, /^name: Please remove line/)
  assert.match(mistakes({ email: 'a@b.co', password, name: 'J', role: 'admin' })[0]!, /Unrecognized key: "role"/)
})

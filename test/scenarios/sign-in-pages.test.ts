import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'
let people = 0
const newEmail = (): string => `person${(people += 1)}@example.com`

async function register(visitor: Visitor, email: string, next = ''): Promise<VisitedPage> {
  const page = await visitor.open(`/register${next === '' ? '' : `?next=${encodeURIComponent(next)}`}`)
  return page.press('Create account', { name: 'Jane Doe', email, password })
}

async function mailedLink(email: string, kind: 'verify-email' | 'reset-password'): Promise<string> {
  await app.work()
  const mail = await app.mail.waitFor((each) => each.recipients.includes(email) && each.text.includes(`/${kind}?`))
  return new RegExp(`/${kind}\\?token=[\\w.~%-]+`).exec(mail.text)![0]
}

test('whoever registers confirms the address by the mailed link and is signed in where they were', async () => {
  const visitor = createVisitor(app)
  const email = newEmail()
  const sent = await register(visitor, email, '/cart')
  assert.match(sent.text, new RegExp(`Check your mail We have sent a link to ${email}`))
  assert.equal(visitor.cookie('__Host-session'), undefined)

  const link = await mailedLink(email, 'verify-email')
  const page = await visitor.open(link)
  assert.match(page.text, /Confirm your email address/)
  const done = await page.press('Confirm')
  assert.equal(done.url.pathname, '/cart')
  assert.ok(visitor.cookie('__Host-session'))
  assert.equal(visitor.cookie('signed_in'), '1')
})

test('a link opened in another browser confirms the address but signs nobody in; an old one offers a new one', async () => {
  const email = newEmail()
  await register(createVisitor(app), email)
  const link = await mailedLink(email, 'verify-email')
  const elsewhere = createVisitor(app)
  const login = await (await elsewhere.open(link)).press('Confirm')
  assert.equal(login.url.pathname, '/login')
  assert.match(login.text, /Your email address is confirmed/)
  assert.equal(elsewhere.cookie('__Host-session'), undefined)

  const broken = await (await elsewhere.open(`${link}x`)).press('Confirm')
  assert.match(broken.text, /This link no longer works/)
  const again = await broken.press('Send a new link', { email })
  assert.match(again.text, /If this address waits for a link, a new one is on its way/)
})

test('registering an address that is known looks the same as registering a new one', async () => {
  const email = newEmail()
  const first = createVisitor(app)
  const [fresh, known] = [await register(first, email), await register(createVisitor(app), email)]
  assert.equal(known.status, fresh.status)
  assert.equal(known.text, fresh.text)
})

test('signing in leads back to where one was, and refusals say nothing about who is known', async () => {
  const email = newEmail()
  await register(createVisitor(app), email)
  const visitor = createVisitor(app)
  const login = await visitor.open('/login?next=%2Fcart')
  const wrong = await login.press('Log in', { email, password: 'something else entirely' })
  const unknown = await login.press('Log in', { email: 'nobody@example.com', password: 'something else entirely' })
  assert.equal(wrong.status, 422)
  assert.equal(wrong.text, unknown.text)
  assert.match(wrong.html, new RegExp(`value="${email}"`))
  assert.doesNotMatch(wrong.html, /something else entirely/)
  const inside = await wrong.press('Log in', { email, password })
  assert.equal(inside.url.pathname, '/cart')
  assert.equal((await visitor.open('/login')).url.pathname, '/portal')
})

test('a next address that leads elsewhere is not followed', async () => {
  const email = newEmail()
  await register(createVisitor(app), email)
  for (const next of ['https://evil.example', '//evil.example', String.raw`/\evil.example`]) {
    const login = await createVisitor(app).open(`/login?next=${encodeURIComponent(next)}`)
    const inside = await login.press('Log in', { email, password })
    assert.equal(inside.url.pathname, '/portal', next)
  }
})

test('too many tries are slowed down, and the page says for how many seconds', async () => {
  const email = newEmail()
  const login = await createVisitor(app).open('/login')
  let answer = login
  for (let tries = 0; tries < 11; tries += 1)
    answer = await login.press('Log in', { email, password: 'wrong again and again' })
  assert.equal(answer.status, 429)
  assert.match(answer.text, /Too many attempts\. Please try again in \d+ seconds\./)
  assert.match(answer.headers.get('retry-after') ?? '', /^\d+$/)
})

test('a forgotten password is set anew, once', async () => {
  const email = newEmail()
  await register(createVisitor(app), email)
  const visitor = createVisitor(app)
  const forgot = await visitor.open('/forgot-password')
  const sent = await forgot.press('Send the link', { email })
  const unknown = await forgot.press('Send the link', { email: 'nobody@example.com' })
  assert.equal(sent.text.replace(email, ''), unknown.text.replace('nobody@example.com', ''))

  const link = await mailedLink(email, 'reset-password')
  const form = await visitor.open(link)
  assert.match((await form.press('Set password', { password: 'password123456' })).text, /first that are guessed/)
  const changed = await form.press('Set password', { password: 'quite another set of words' })
  assert.match(changed.text, /Your password is changed/)
  assert.match(
    (await form.press('Set password', { password: 'quite another set of words' })).text,
    /This link no longer works/,
  )
  const inside = await changed.press('Log in', { email, password: 'quite another set of words' })
  assert.equal(inside.url.pathname, '/portal')
})

test('signing out ends the session, and a session that ended elsewhere is told of', async () => {
  const email = newEmail()
  await register(createVisitor(app), email)
  const visitor = createVisitor(app)
  await (await visitor.open('/login')).press('Log in', { email, password })
  const ask = await visitor.open('/logout')
  assert.match(ask.text, new RegExp(`Sign out\\? You are signed in as ${email}`))
  const out = await ask.press('Sign out')
  assert.match(out.text, /You are signed out/)
  assert.equal(visitor.cookie('__Host-session'), undefined)
  assert.equal(visitor.cookie('signed_in'), undefined)

  await (await visitor.open('/login')).press('Log in', { email, password })
  await app.db.updateTable('sessions').set({ revokedAt: app.clock.now() }).execute()
  const ended = await visitor.open('/portal')
  assert.equal(ended.url.pathname, '/login')
  assert.match(ended.text, /Your session has ended/)
  assert.equal(ended.url.searchParams.get('next'), '/portal')
})

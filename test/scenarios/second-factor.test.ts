import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { codeOf as appCode, switchOn as switchAppOn } from '#test/support/totp-app.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'
const SSH_KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g jane@laptop'
const SECURITY = '/portal/profile/security'
let people = 0

async function signedIn(): Promise<{ visitor: Visitor; email: string }> {
  const visitor = createVisitor(app)
  const email = `person${(people += 1)}@example.com`
  const page = await visitor.open('/register')
  await page.press('Create account', { name: 'Jane Doe', email, password })
  await logIn(visitor, email)
  return { visitor, email }
}
const logIn = async (visitor: Visitor, email: string, next = ''): Promise<VisitedPage> =>
  (await visitor.open(`/login${next}`)).press('Log in', { email, password })

const switchOn = (visitor: Visitor) => switchAppOn(app, visitor, SECURITY, password)
const codeOf = (secret: string, ahead = 0): string => appCode(app, secret, ahead)

test('somebody switches an authenticator app on, and logs in with it from then on, without a line of script', async () => {
  const { visitor, email } = await signedIn()
  const { secret, codes, page } = await switchOn(visitor)
  assert.match(page.text, /Your recovery codes/)
  assert.equal(new Set(codes).size, 10)
  const later = await visitor.open(SECURITY)
  assert.match(later.text, /10 recovery codes left/)
  assert.ok(!codes.some((code) => later.html.includes(code)) && !later.html.includes(secret))

  const elsewhere = createVisitor(app)
  const asked = await logIn(elsewhere, email, '?next=/portal/invoices')
  assert.equal(asked.url.pathname, '/login/code')
  assert.equal(elsewhere.cookie('__Host-session'), undefined)
  const wrong = await asked.press('Continue', { code: '000000' })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /This code is not right, or was used before/)
  const done = await wrong.press('Continue', { code: codeOf(secret, 1) })
  assert.equal(done.url.pathname, '/portal/invoices')
  assert.equal(elsewhere.cookie('__Host-sign-in'), undefined)

  await app.work()
  await app.mail.waitFor((mail) => mail.recipients.includes(email) && /app is switched on/.test(mail.subject))
})

test('a recovery code serves in place of the phone, as it is printed or typed in one', async () => {
  const { visitor, email } = await signedIn()
  const { codes } = await switchOn(visitor)
  for (const code of [codes[0]!, codes[1]!.replace('-', '').toUpperCase()]) {
    const done = await (await logIn(createVisitor(app), email)).press('Continue', { code })
    assert.equal(done.url.pathname, '/portal')
  }
  assert.match((await visitor.open(SECURITY)).text, /8 recovery codes left/)
})

test('the page of the code opens for nobody who has not given the password, and says what to do', async () => {
  const page = await createVisitor(app).open('/login/code?next=/portal')
  assert.equal(page.url.pathname, '/login')
  assert.match(page.text, /Please log in again/)
})

test('a session that was left open is not enough to switch the app off', async () => {
  const { visitor, email } = await signedIn()
  const { codes } = await switchOn(visitor)
  const page = await visitor.open(SECURITY)
  const refused = await page.press('Switch off', { code: codes[0], currentPassword: 'not this one' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /This is not your present password/)
  const off = await refused.press('Switch off', { code: codes[0], currentPassword: password })
  assert.match(off.text, /The authenticator app is switched off/)
  assert.equal((await logIn(createVisitor(app), email)).url.pathname, '/portal')
  await app.work()
  await app.mail.waitFor((mail) => mail.recipients.includes(email) && /app is switched off/.test(mail.subject))
})

test('who gives up setting it up has changed nothing', async () => {
  const { visitor, email } = await signedIn()
  const offered = await (await visitor.open(SECURITY)).press('Set up')
  const back = await offered.press('Not now')
  assert.match(back.text, /Nothing was changed/)
  assert.equal((await logIn(createVisitor(app), email)).url.pathname, '/portal')
})

test('the checkout asks for the code, too, and the cart waits', async () => {
  const { visitor, email } = await signedIn()
  const { secret } = await switchOn(visitor)
  const buyer = createVisitor(app)
  const configure = await buyer.open('/order/vps-starter')
  const cart = await configure.press('Add to cart', { hostname: 'web1.example.com', sshKey: SSH_KEY })
  assert.equal(cart.url.pathname, '/cart')
  const checkout = await buyer.open('/checkout')
  const asked = await checkout.press('Sign in and continue', { email, password })
  assert.equal(asked.url.pathname, '/login/code')
  const done = await asked.press('Continue', { code: codeOf(secret, 1) })
  assert.equal(done.url.pathname, '/checkout')
  assert.match(done.text, /web1\.example\.com/)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { signIn } from '#modules/accounts/sign-in.ts'
import { anonymous } from '#platform/actor.ts'
import { apiClient, buildCustomer, PASSWORD, type TestCustomer } from '#test/support/api-client.ts'
import { assertSound } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

async function signedIn(): Promise<{ visitor: Visitor; customer: TestCustomer }> {
  const customer = await buildCustomer(app)
  const visitor = createVisitor(app)
  await (await visitor.open('/login')).press('Log in', { email: customer.email, password: PASSWORD })
  return { visitor, customer }
}

test('name and language are saved, and from then on everything is German, refusals included', async () => {
  const { visitor, customer } = await signedIn()
  const page = await visitor.open('/portal/profile')
  assertSound(page)
  const saved = await page.press('Save', { name: 'Jana Müller', locale: 'de' })
  assert.match(saved.html, /<html lang="de"/)
  assert.match(saved.text, /Jana Müller.*Über Sie.*Gespeichert/)
  const me = await customer.api.get<{ name: string; locale: string }>('/me')
  assert.deepEqual([me.body.name, me.body.locale], ['Jana Müller', 'de'])

  for (const address of [
    '',
    '/services',
    '/invoices',
    '/profile/billing',
    '/profile/security',
    '/profile/api-tokens',
  ]) {
    const german = await visitor.open(`/portal${address}`)
    assertSound(german)
    assert.match(german.html, /<html lang="de"/, address)
  }
  const refused = await saved.press('Speichern', { name: '' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Vor- und Nachname: /)
})

test('billing details are kept as typed; what is missing is named by its field and nothing typed is lost', async () => {
  const { visitor } = await signedIn()
  const page = await visitor.open('/portal/profile/billing')
  assert.match(page.html, /<option value="DE" selected="">Germany</)
  assert.match(page.text, /A card is saved when you pay/)
  const refused = await page.press('Save', { city: '', company: 'Kovač & Söhne GmbH' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Please check 1 field Town or city: Please fill this in\./)
  assert.match(refused.html, /value="Kovač &amp; Söhne GmbH"/)
  const saved = await refused.press('Save', { city: 'Ljubljana', country: 'SI', vatId: 'SI12345678' })
  assert.match(saved.text, /Saved/)
  assert.match((await visitor.open('/portal/profile/billing')).html, /value="SI12345678"/)
})

test('the password is changed by whoever knows it, and every other session ends', async () => {
  const { visitor, customer } = await signedIn()
  const page = await visitor.open('/portal/profile/security')
  const wrong = await page.press('Change password', {
    currentPassword: 'not this one',
    newPassword: 'another four words',
  })
  assert.equal(wrong.status, 422)
  assert.match(wrong.text, /This is not your present password/)
  assert.ok(!wrong.html.includes('not this one'), 'passwords never come back')
  const simple = await page.press('Change password', { currentPassword: PASSWORD, newPassword: 'passwordpassword' })
  assert.match(simple.text, /one of the first that are guessed/)

  const changed = await page.press('Change password', { currentPassword: PASSWORD, newPassword: 'another four words' })
  assert.match(changed.text, /Your password is changed/)
  assert.equal((await visitor.open('/portal')).url.pathname, '/portal')
  assert.equal((await customer.api.get('/me')).status, 401)
  await signIn(app, anonymous, { email: customer.email, password: 'another four words' })
})

test('each session is listed and can be signed out, this browser by its menu alone', async () => {
  const { visitor, customer } = await signedIn()
  const { token } = await signIn(app, anonymous, {
    email: customer.email,
    password: PASSWORD,
    userAgent: 'curl/8.5.0',
    address: '192.0.2.7',
  })
  const page = await visitor.open('/portal/profile/security')
  assertSound(page)
  assert.match(page.text, /This browser/)
  assert.match(page.text, /curl\/8\.5\.0 192\.0\.2\.7/)
  const ended = await page.press('Sign out: curl/8.5.0')
  assert.match(ended.text, /It is signed out/)
  assert.ok(!ended.html.includes('Sign out: curl/8.5.0'), 'only the history still knows it')
  assert.equal((await apiClient(app, token).get('/me')).status, 401)
  const again = await page.press('Sign out: curl/8.5.0')
  assert.equal(again.status, 200, 'twice is fine')
})

test('an API token is shown once, works at once, and is refused once revoked', async () => {
  const { visitor } = await signedIn()
  const page = await visitor.open('/portal/profile/api-tokens')
  const nameless = await page.press('Create token', { name: '' })
  assert.equal(nameless.status, 422)
  assert.match(nameless.text, /Please give the token a name/)

  const made = await nameless.press('Create token', { name: 'Deploy script' })
  assertSound(made)
  const token = /ez_[\w-]{20,}/.exec(made.text)?.[0]
  assert.ok(token)
  assert.equal((await apiClient(app, token).get('/services')).status, 200)

  const later = await visitor.open('/portal/profile/api-tokens')
  assert.ok(!later.html.includes(token), 'nobody can read it again')
  assert.match(later.text, new RegExp(`Deploy script ez_… ?${token.slice(-4)}`))
  const revoked = await later.press('Revoke')
  assert.match(revoked.text, /The token is revoked/)
  assert.match(revoked.text, /No tokens yet/)
  assert.equal((await apiClient(app, token).get('/services')).status, 401)
})

test('an address that is not confirmed gets its link again, and too many wishes are refused in words', async () => {
  const { visitor, customer } = await signedIn()
  const profile = await visitor.open('/portal/profile')
  assert.match(profile.text, /Not confirmed yet/)
  const home = await visitor.open('/portal')
  const sent = await home.press('Send the link again')
  assert.equal(sent.url.pathname, '/portal')
  assert.match(sent.text, /The link is on its way to you/)
  await app.work()
  await app.mail.waitFor(
    (each) => each.to.some((to) => to.address === customer.email) && /verify-email\?token=/.test(each.text),
  )

  let last = sent
  for (let wish = 0; wish < 6; wish += 1) last = await profile.press('Send the link again')
  assert.equal(last.status, 429)
  assert.match(last.text, /Too many attempts\. Please try again in \d+ seconds\./)
})

test('light or dark is kept in this browser and told by the server', async () => {
  const { visitor } = await signedIn()
  const dark = await (await visitor.open('/portal/profile')).press('Dark')
  assert.equal(dark.url.pathname, '/portal/profile')
  assert.match(dark.html, /data-theme="dark"/)
})

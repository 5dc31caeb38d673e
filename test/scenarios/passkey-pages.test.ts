import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listPasskeys } from '#modules/accounts/change-passkey.ts'
import { buildPasskeyOwner, type PasskeyOwner } from '#test/support/passkey-owners.ts'
import { assertSound } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const SECURITY = '/portal/profile/security'

async function signedIn(): Promise<PasskeyOwner & { visitor: Visitor }> {
  const owner = await buildPasskeyOwner(app)
  const visitor = createVisitor(app)
  await logIn(visitor, owner)
  return { ...owner, visitor }
}
const logIn = async (visitor: Visitor, { email, password }: PasskeyOwner, next = ''): Promise<VisitedPage> =>
  (await visitor.open(`/login${next}`)).press('Log in', { email, password })

/** What the page's script would read from the answer. */
function questionIn(page: VisitedPage): { challenge: string; allowCredentials?: unknown[] } {
  const [, question = ''] = /data-question="([^"]*)"/.exec(page.html) ?? []
  return JSON.parse(question.replaceAll('&quot;', '"')) as { challenge: string }
}

const LOG_IN = 'Log in with a passkey'

test('a passkey leads to where one was going, by what the page and its script send', async () => {
  const owner = await buildPasskeyOwner(app)
  const visitor = createVisitor(app)
  const page = await visitor.open('/login?next=/portal/invoices')
  assertSound(page)
  assert.match(page.html, /autoComplete="username webauthn"|autocomplete="username webauthn"/)
  const asked = await page.press(LOG_IN, { intent: 'passkey-begin' })
  const answer = owner.device.use(questionIn(asked))
  const done = await page.press(LOG_IN, { passkey: JSON.stringify(answer) })
  assert.equal(done.url.pathname, '/portal/invoices')
  assert.ok(visitor.cookie('__Host-session'))
  const again = await (await createVisitor(app).open('/login')).press(LOG_IN, { passkey: JSON.stringify(answer) })
  assert.equal(again.status, 422)
  assert.match(again.text, /That took too long\. Please try again\./)
})

test('what is no answer at all is refused in words, and leads nowhere', async () => {
  const visitor = createVisitor(app)
  for (const passkey of ['', 'nonsense', '{}', '[1,2]', JSON.stringify({ id: 'x', type: 'public-key' })]) {
    const page = await (await visitor.open('/login')).press(LOG_IN, { passkey })
    assert.equal(page.status, 422, passkey)
    assert.match(page.text, /This passkey does not open an account here/)
  }
  assert.equal(visitor.cookie('__Host-session'), undefined)
})

test('after the password a passkey is asked for, and nothing opens before', async () => {
  const owner = await signedIn()
  const panel = await owner.visitor.open(`${SECURITY}?passkey=ask`)
  const codes = await panel.press('Continue', { currentPassword: owner.password })
  assert.match(codes.text, /we ask for a passkey from now on/)
  const visitor = createVisitor(app)
  const asked = await logIn(visitor, owner, '?next=/portal/services')
  assert.equal(asked.url.pathname, '/login/code')
  assert.equal(visitor.cookie('__Host-session'), undefined)
  assert.match(asked.text, /Use one of your passkeys, or enter a recovery code\./)
  const question = questionIn(await asked.press('Use a passkey', { intent: 'passkey-begin' }))
  assert.equal(question.allowCredentials?.length, 1)
  // A passkey of somebody else, then the right one.
  const other = await buildPasskeyOwner(app)
  const wrong = await asked.press('Use a passkey', { passkey: JSON.stringify(other.device.use(question)) })
  assert.equal(wrong.status, 422)
  assert.equal(visitor.cookie('__Host-session'), undefined)
  const next = questionIn(await asked.press('Use a passkey', { intent: 'passkey-begin' }))
  const done = await asked.press('Use a passkey', { passkey: JSON.stringify(owner.device.use(next)) })
  assert.equal(done.url.pathname, '/portal/services')
  assert.equal(visitor.cookie('__Host-sign-in'), undefined)
})

test('a passkey is renamed and removed without a line of script, and the password is asked for', async () => {
  const owner = await signedIn()
  const page = await owner.visitor.open(SECURITY)
  assertSound(page)
  const change = await owner.visitor.open(page.link('Change Laptop'))
  assertSound(change)
  const unnamed = await change.press('Save name', { name: '' })
  assert.equal(unnamed.status, 422)
  assert.match(unnamed.text, /Please give the passkey a name\./)
  const renamed = await change.press('Save name', { name: 'Blue <laptop>' })
  assert.match(renamed.text, /Blue <laptop>/)
  const remove = await owner.visitor.open(renamed.link('Change Blue <laptop>'))
  const missing = await remove.press('Remove passkey')
  assert.equal(missing.status, 422)
  assert.match(missing.text, /Present password: Please fill this in\./)
  const wrong = await remove.press('Remove passkey', { currentPassword: 'not this one' })
  assert.match(wrong.text, /This is not your present password\./)
  const gone = await remove.press('Remove passkey', { currentPassword: owner.password })
  assert.match(gone.text, /The passkey is removed/)
  assert.match(gone.text, /You have no passkey yet\./)
})

test("another's passkey is not on the page, and a form that names it does nothing", async () => {
  const [ada, eve] = [await signedIn(), await signedIn()]
  const page = await eve.visitor.open(`${SECURITY}?passkey=${ada.passkeyId}`)
  assert.ok(!page.html.includes('Remove passkey'))
  const own = await eve.visitor.open(`${SECURITY}?passkey=${eve.passkeyId}`)
  for (const passkeyId of [ada.passkeyId, 'pky_00000000000000000000000000']) {
    const answer = await own.press('Remove passkey', { passkeyId, currentPassword: eve.password })
    assert.equal(answer.url.pathname, SECURITY)
  }
  assert.equal((await listPasskeys(app, ada.actor)).length, 1)
  assert.equal((await listPasskeys(app, eve.actor)).length, 1)
})

test('who has no password is asked for none, and only a passkey confirms', async () => {
  const owner = await signedIn()
  await app.db.updateTable('users').set({ passwordHash: null }).where('id', '=', owner.userId).execute()
  const page = await owner.visitor.open(`${SECURITY}?passkey=${owner.passkeyId}`)
  assert.ok(!page.html.includes('Remove passkey<'))
  const form = /<form[^>]*id="passkey-proof"[\s\S]*?<\/form>/.exec(page.html)![0]
  assert.ok(!form.includes('currentPassword'))
})

test('at a bare address there are no passkeys, and the pages say so', async () => {
  const bare = await createTestApp({ PUBLIC_URL: 'http://127.0.0.1:8080' }, { web: true })
  try {
    const visitor = createVisitor(bare)
    const login = await visitor.open('/login')
    assert.ok(!login.text.includes(LOG_IN))
    const email = 'bare@example.com'
    const password = 'a quiet river stone'
    await (await visitor.open('/register')).press('Create account', { name: 'Ada', email, password })
    await (await visitor.open('/login')).press('Log in', { email, password })
    const page = await visitor.open(SECURITY)
    assert.match(page.text, /Passkeys are bound to a host name reached by https/)
    assert.ok(!page.text.includes('Add a passkey'))
  } finally {
    await bare.close()
  }
})

test('a passkey shows that it is still them before something dangerous, and another one does not', async () => {
  const { visitor, device } = await signedIn()
  app.advance({ minutes: 16 })
  const page = await visitor.open('/portal/profile/api-tokens')
  const asked = await page.press('Create token', { name: 'Deploy script' })
  assert.equal(asked.url.pathname, '/confirm')
  assertSound(asked)
  const confirm = 'Use a passkey instead'
  const question = questionIn(await asked.press(confirm, { intent: 'passkey-begin' }))
  const stranger = await buildPasskeyOwner(app)
  const refused = await asked.press(confirm, { passkey: JSON.stringify(stranger.device.use(question)) })
  assert.equal(refused.status, 422)
  const again = questionIn(await asked.press(confirm, { intent: 'passkey-begin' }))
  const back = await asked.press(confirm, { passkey: JSON.stringify(device.use(again)) })
  assert.equal(back.url.pathname, '/portal/profile/api-tokens')
  assert.match((await back.press('Create token', { name: 'Deploy script' })).text, /“Deploy script” is made/)
})

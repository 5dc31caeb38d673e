import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type { OutsidePerson } from '#test/support/outside-login.ts'
import { isIn, openOutside, password, security } from '#test/support/outside-people.ts'
import { codeOf, switchOn } from '#test/support/totp-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

/** Logging in as whom one is at a real OpenID Connect provider, which begins as one that cannot be reached. */
const outside = await openOutside()
const { app, provider, newPerson, visitorAs, logIn, usersWith, registered, withPassword, connect } = outside
after(async () => {
  await app.close()
  await provider.stop()
})

test('a provider that is away at the start stops nothing; the page says so, and other ways in go on', async () => {
  const visitor = visitorAs(newPerson())
  const page = await logIn(visitor)
  assert.equal(page.url.pathname, '/login')
  assert.match(page.text, /cannot be reached just now/)
  assert.ok(page.link('Continue with Example ID'))
  const jane = await registered('way-in@example.com')
  assert.ok(isIn(jane))
})

test('once it is back it works, without a restart: somebody new gets an account, and is led where they wanted', async () => {
  await provider.start()
  const ada = newPerson()
  const visitor = visitorAs(ada)
  const page = await logIn(visitor, '/portal/invoices')
  assert.equal(page.url.pathname, '/portal/invoices')
  const [user, ...more] = await usersWith(ada.email)
  assert.deepEqual(more, [])
  assert.ok(user?.emailVerifiedAt)
  assert.deepEqual([user.passwordHash, user.name], [null, 'Ada Byron'])

  const again = visitorAs(ada)
  assert.equal((await logIn(again)).url.pathname, '/portal')
  assert.equal((await usersWith(ada.email)).length, 1)
})

test('it is the same person after their address changed there, and another under the same address', async () => {
  const ada = newPerson()
  await logIn(visitorAs(ada))
  const moved = visitorAs({ ...ada, email: 'moved@example.com' })
  await logIn(moved)
  assert.ok(isIn(moved))
  assert.deepEqual(await usersWith('moved@example.com'), [])
  const other = visitorAs(newPerson({ email: ada.email }))
  const page = await logIn(other)
  assert.ok(!isIn(other))
  assert.match(page.text, /You have an account with this address already/)
})

test('a second factor of ours is asked for all the same', async () => {
  const email = newPerson().email
  await registered(email)
  const person = newPerson({ email })
  const own = createVisitor(app, provider.browse(person))
  await withPassword(own, email)
  await connect(own)
  const { secret } = await switchOn(app, own, security, password)
  const visitor = visitorAs(person)
  const asked = await logIn(visitor)
  assert.equal(asked.url.pathname, '/login/code')
  assert.ok(!isIn(visitor))
  assert.equal((await visitor.open('/portal')).url.pathname, '/login', 'nothing is open before')
  const done = await (await visitor.open('/login/code')).press('Continue', { code: codeOf(app, secret, 1) })
  assert.equal(done.url.pathname, '/portal')
})

test('whoever says no there is told that nothing was changed', async () => {
  const page = await logIn(visitorAs(undefined))
  assert.equal(page.status, 422)
  assert.match(page.text, /You did not agree there, so nothing was changed/)
})

test('an address that is not vouched for, or none at all, makes no account; the page says what to do', async () => {
  for (const person of [newPerson({ email_verified: false }), { sub: 'nameless' }]) {
    const visitor = visitorAs(person)
    const page = await logIn(visitor)
    assert.ok(!isIn(visitor))
    assert.match(page.text, /They do not vouch for your email address/)
    assert.ok(page.link('Create an account'))
  }
})

test('keys the provider has just changed are known', async () => {
  const ada = newPerson()
  await logIn(visitorAs(ada))
  await provider.rotateKeys()
  const visitor = visitorAs(ada)
  await logIn(visitor)
  assert.ok(isIn(visitor))
})

test('a provider that goes away on the way is told of, and the same account opens when it is back', async () => {
  const ada = newPerson()
  await logIn(visitorAs(ada))
  const visitor = createVisitor(app, async (url) => {
    const back = await provider.browse(ada)(url)
    await provider.stop()
    return back
  })
  const page = await logIn(visitor)
  assert.equal(page.status, 503)
  assert.match(page.text, /We cannot reach them just now/)
  await provider.start()
  const again = visitorAs(ada)
  await logIn(again)
  assert.ok(isIn(again))
})

/** Goes to the provider and holds the answer that leads back, which the test then takes elsewhere. */
async function caughtCallback(visitor: Visitor, held: { url?: string }): Promise<string> {
  await logIn(visitor)
  return held.url!
}
const holding = (person: OutsidePerson, held: { url?: string }): Visitor =>
  createVisitor(app, async (url) => {
    held.url = (await provider.browse(person)(url)).headers.get('location')!
    return new Response('held', { status: 200, headers: { 'content-type': 'text/html' } })
  })

test('an answer of the provider opens nothing in another browser, without its cookie, a second time, or too late', async () => {
  const held: { url?: string } = {}
  const ada = newPerson()
  const url = await caughtCallback(holding(ada, held), held)
  const thief = createVisitor(app)
  assert.match((await thief.open(url)).text, /began in another browser/)
  assert.ok(!isIn(thief))

  const victim = holding(newPerson(), held)
  const own = await caughtCallback(victim, held)
  // A thief who leads a victim to the thief's own answer would have them use the thief's account.
  assert.match((await victim.open(url)).text, /began in another browser/)
  assert.ok(!isIn(victim))
  assert.equal((await victim.open(own)).url.pathname, '/portal')
  assert.match((await victim.open(own)).text, /was done before/)

  const slow = holding(newPerson(), held)
  const late = await caughtCallback(slow, held)
  app.advance({ minutes: 16 })
  assert.match((await slow.open(late)).text, /This took too long/)
})

test('an answer that was tampered with opens nothing', async () => {
  const held: { url?: string } = {}
  const changes: [string, (url: URL) => void][] = [
    ['no state', (url) => url.searchParams.delete('state')],
    ['another state', (url) => url.searchParams.set('state', 'x'.repeat(43))],
    ['no code', (url) => url.searchParams.delete('code')],
    ['a made-up code', (url) => url.searchParams.set('code', 'made-up')],
    ['another issuer', (url) => url.searchParams.set('iss', 'https://evil.example')],
    ['no issuer', (url) => url.searchParams.delete('iss')],
  ]
  for (const [name, change] of changes) {
    const visitor = holding(newPerson(), held)
    const url = new URL(await caughtCallback(visitor, held))
    change(url)
    const page = await visitor.open(url.href)
    assert.ok(!isIn(visitor), name)
    assert.equal(page.status, 422, name)
  }
})

test('the code of somebody else does not open their account: it was made for another round', async () => {
  const [heldA, heldB]: { url?: string }[] = [{}, {}]
  const victim = newPerson()
  const theirs = new URL(await caughtCallback(holding(victim, heldA!), heldA!))
  const thief = holding(newPerson(), heldB!)
  const own = new URL(await caughtCallback(thief, heldB!))
  own.searchParams.set('code', theirs.searchParams.get('code')!)
  const page = await thief.open(own.href)
  assert.equal(page.status, 422)
  assert.ok(!isIn(thief))
})

test('a way back that leads to another site is not followed', async () => {
  const page = await logIn(visitorAs(newPerson()), 'https://evil.example/portal')
  assert.equal(page.url.pathname, '/portal')
  assert.equal(page.url.origin, 'http://localhost:8080')
})

test('two tabs may be on the way at one time', async () => {
  const held: { url?: string } = {}
  const visitor = holding(newPerson(), held)
  const first = await caughtCallback(visitor, held)
  const second = await caughtCallback(visitor, held)
  assert.notEqual(first, second)
  assert.equal((await visitor.open(first)).url.pathname, '/portal')
})

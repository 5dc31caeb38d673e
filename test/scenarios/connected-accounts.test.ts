import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { isIn, openOutside, security } from '#test/support/outside-people.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

/** An outside log-in and an account become one only by whoever owns both. */
const outside = await openOutside()
const { app, provider, newPerson, visitorAs, logIn, usersWith, identitiesOf, registered, withPassword, connect } =
  outside
await provider.start()
after(async () => {
  await app.close()
  await provider.stop()
})

test('somebody connects and disconnects it on the security page; both are told by mail', async () => {
  const email = newPerson().email
  const person = newPerson()
  const jane = createVisitor(app, provider.browse(person))
  await registered(email)
  await withPassword(jane, email)
  const done = await connect(jane)
  assert.equal(done.url.pathname, security)
  assert.match(done.text, /The two are connected/)
  assert.match(done.text, new RegExp(`Example ID ${person.email} Connected`))
  const elsewhere = visitorAs(person)
  assert.equal((await logIn(elsewhere)).url.pathname, '/portal')

  const gone = await (await jane.open(security)).press('Disconnect')
  assert.match(gone.text, /It is disconnected/)
  const after = visitorAs({ ...person, email })
  assert.match((await logIn(after)).text, /You have an account with this address already/)
  await app.work()
  const subjects = app.mail
    .messages()
    .filter((each) => each.recipients.includes(email))
    .map((each) => each.subject)
  for (const subject of [/was connected with your account/, /was disconnected from your account/])
    assert.ok(
      subjects.some((each) => subject.test(each)),
      String(subject),
    )
})

test('the only way in cannot be disconnected', async () => {
  const ada = newPerson()
  const visitor = visitorAs(ada)
  await logIn(visitor)
  const page = await (await visitor.open(security)).press('Disconnect')
  assert.match(page.text, /This is the only way into your account/)
  assert.equal(await identitiesOf(ada.email), 1)
})

test('what is connected with one account is not connected with another, and one account not with two there', async () => {
  const ada = newPerson()
  await logIn(visitorAs(ada))
  const email = newPerson().email
  await registered(email)
  const taker = createVisitor(app, provider.browse(ada))
  await withPassword(taker, email)
  assert.match((await connect(taker)).text, /connected with another account/)
  assert.equal(await identitiesOf(email), 0)
})

test('connecting asks first that it is them, when they have been signed in for a while', async () => {
  const email = newPerson().email
  await registered(email)
  const jane = createVisitor(app, provider.browse(newPerson()))
  await withPassword(jane, email)
  app.advance({ minutes: 16 })
  const asked = await (await jane.open(security)).press('Connect')
  assert.equal(asked.url.pathname, '/confirm')
  assert.equal(await identitiesOf(email), 0)
})

test('whoever has no password confirms with whom they are elsewhere', async () => {
  const ada = newPerson()
  const visitor = visitorAs(ada)
  await logIn(visitor)
  app.advance({ minutes: 16 })
  const before = visitor.cookie('__Host-session')
  const page = await visitor.open('/confirm?next=%2Fportal%2Fteam')
  const asked = await page.press('Confirm with Example ID')
  const done = await visitor.open(asked.link('Go on to Example ID'))
  assert.equal(done.url.pathname, '/portal/team')
  assert.match(done.text, /You can go on now/)
  assert.notEqual(visitor.cookie('__Host-session'), before, 'the session has a new token')
})

test('somebody else who comes back does not confirm for them', async () => {
  const ada = newPerson()
  const own = visitorAs(ada)
  await logIn(own)
  app.advance({ minutes: 16 })
  const other = newPerson()
  await logIn(visitorAs(other))
  const page = await own.open('/confirm')
  const url = new URL((await page.press('Confirm with Example ID')).link('Go on to Example ID'))
  const back = (await provider.browse(other)(url)).headers.get('location')!
  assert.match((await own.open(back)).text, /We could not check their answer/)
})

/** The five ways to be in an account before its owner is (Sudhodanan and Paverd, USENIX Security 2022). */
test('pre-hijacking 1, classic-federated merge: an account made in somebody’s name does not swallow their log-in', async () => {
  const victim = newPerson()
  const attacker = await registered(victim.email, { confirmed: false })
  await withPassword(attacker, victim.email)
  const visitor = visitorAs(victim)
  const page = await logIn(visitor)
  assert.ok(!isIn(visitor))
  assert.match(page.text, /You have an account with this address already/)
  assert.equal(await identitiesOf(victim.email), 0)
})

/** The victim takes the account over by the mailbox, as the page tells them to. */
async function recover(email: string): Promise<Visitor> {
  const victim = createVisitor(app)
  await (await victim.open('/forgot-password')).press('Send the link', { email })
  await app.work()
  const mail = await app.mail.waitFor(
    (each) => each.recipients.includes(email) && each.text.includes('/reset-password?'),
  )
  const link = /\/reset-password\?token=[\w.~%-]+/.exec(mail.text)![0]
  const own = 'the words of the victim'
  await (await victim.open(link)).press('Set password', { password: own })
  await withPassword(victim, email, own)
  assert.ok(isIn(victim))
  return victim
}

test('pre-hijacking 2, unexpired session: whoever waits in the account is out when its owner comes', async () => {
  const victim = newPerson()
  const attacker = await registered(victim.email, { confirmed: false })
  await withPassword(attacker, victim.email)
  assert.equal((await attacker.open('/portal')).url.pathname, '/portal')
  await recover(victim.email)
  assert.equal((await attacker.open('/portal')).url.pathname, '/login')
})

test('pre-hijacking 3, trojan identifier: a log-in of the attacker is not connected before the address is confirmed', async () => {
  const victim = newPerson()
  const attackersOwn = newPerson()
  await registered(victim.email, { confirmed: false })
  const attacker = createVisitor(app, provider.browse(attackersOwn))
  await withPassword(attacker, victim.email)
  const page = await connect(attacker)
  assert.match(page.text, /confirm your email address first/)
  await recover(victim.email)
  const back = visitorAs(attackersOwn)
  await logIn(back)
  const [user] = await usersWith(victim.email)
  const entered = await app.db
    .selectFrom('sessions')
    .select('id')
    .where('method', '=', 'identity')
    .where('userId', '=', user!.id)
    .execute()
  assert.deepEqual(entered, [])
})

test('pre-hijacking 4, unexpired email change: one the attacker asked for does not move the account later', async () => {
  const attackers = newPerson().email
  const victim = newPerson()
  const attacker = await registered(attackers)
  const asked = await (await attacker.open('/portal/profile')).press('Change address', { email: victim.email })
  assert.match(asked.text, /a link is on its way/)
  // The victim gets a mail they did not ask for, ignores it and registers.
  const visitor = visitorAs(victim)
  await logIn(visitor)
  assert.ok(isIn(visitor))
  const [user] = await usersWith(victim.email)
  await app.work()
  const mail = app.mail
    .messages()
    .find((each) => each.recipients.includes(victim.email) && each.text.includes('/change-email?'))
  const link = /\/change-email\?token=[\w.~%-]+/.exec(mail!.text)![0]
  const page = await (await attacker.open(link)).press('Use this address')
  assert.match(page.text, /no longer works/)
  assert.deepEqual(
    (await usersWith(victim.email)).map(({ id }) => id),
    [user!.id],
  )
})

test('pre-hijacking 5, non-verifying provider: an address nobody checked opens and prepares nothing', async () => {
  const victim = newPerson()
  const attacker = visitorAs(newPerson({ email: victim.email, email_verified: false }))
  await logIn(attacker)
  assert.ok(!isIn(attacker))
  assert.deepEqual(await usersWith(victim.email), [])
  const visitor = visitorAs(victim)
  await logIn(visitor)
  assert.ok(isIn(visitor))
  await logIn(attacker)
  assert.ok(!isIn(attacker))
})

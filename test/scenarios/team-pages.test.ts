import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { buildActiveService } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type VisitedPage, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'
let people = 0

type Person = { visitor: Visitor; email: string; name: string; customerId: string }

async function person(name: string): Promise<Person> {
  const visitor = createVisitor(app)
  const email = `person${(people += 1)}@example.com`
  await (await visitor.open('/register')).press('Create account', { name, email, password })
  await logIn(visitor, email)
  const { id } = await app.db.selectFrom('customers').select('id').where('email', '=', email).executeTakeFirstOrThrow()
  return { visitor, email, name, customerId: id }
}
const logIn = async (visitor: Visitor, email: string): Promise<VisitedPage> =>
  (await visitor.open('/login')).press('Log in', { email, password })

/** Where the latest mail to somebody leads that invites them. */
async function invitationTo(email: string, subject: RegExp): Promise<string> {
  await app.work()
  const mail = await app.mail.waitFor((each) => each.recipients.includes(email) && subject.test(each.subject))
  const [link] = /http:\/\/localhost:8080\/invitation\S+/.exec(mail.text)!
  return link.slice('http://localhost:8080'.length)
}

test('an owner invites a colleague, who logs in, accepts, and sees what their role lets them see', async () => {
  const [owner, colleague] = [await person('Olga Owner'), await person('Tom Technical')]
  const sent = await (
    await owner.visitor.open('/portal/team')
  ).press('Send the invitation', { email: colleague.email, role: 'technical' })
  assert.match(sent.text, /Open invitations.*person2@example.com.*as Technical/)

  const link = await invitationTo(colleague.email, /invited to share the account of Olga Owner/)
  const stranger = createVisitor(app)
  const asked = await stranger.open(link)
  assert.match(asked.text, /Olga Owner invites you to share the account of Olga Owner as Technical/)
  const login = await stranger.open(asked.link('Log in to accept'))
  const back = await login.press('Log in', { email: colleague.email, password })
  assert.equal(back.url.pathname, '/invitation')
  const home = await back.press('Accept')
  assert.equal(home.url.pathname, '/portal')
  assert.match(home.text, /Olga Owner/)
  assert.doesNotMatch(home.html, /href="\/portal\/invoices"/)
  const refused = await stranger.open('/portal/invoices')
  assert.equal(refused.status, 403)
  assert.match(refused.text, /Your role does not include this/)
  assert.match((await stranger.open(link)).text, /This invitation no longer works/)

  const choose = await stranger.open('/portal/accounts')
  assert.match(choose.text, /Olga Owner Technical You are here/)
  const own = await choose.press('Act for Tom Technical')
  assert.equal(own.url.pathname, '/portal')
  assert.equal((await stranger.open('/portal/invoices')).status, 200)

  const team = await owner.visitor.open('/portal/team')
  assert.match(team.text, /Tom Technical/)
  const changed = await team.press('Change role', { role: 'billing' })
  assert.match(changed.text, /Tom Technical/)
  await changed.press('Remove')
  const left = await owner.visitor.open('/portal/team')
  assert.doesNotMatch(left.text, /Tom Technical/)
  assert.match(left.text, /Olga Owner You Owner/)
})

test('somebody new makes their login on the invitation, in their own words', async () => {
  const owner = await person('Otto Owner')
  await (
    await owner.visitor.open('/portal/team')
  ).press('Send the invitation', { email: 'new.colleague@example.com', role: 'read_only' })
  const link = await invitationTo('new.colleague@example.com', /invited/)
  const visitor = createVisitor(app)
  const weak = await (await visitor.open(link)).press('Create login and accept', { name: 'Nina', password: 'short' })
  assert.equal(weak.status, 422)
  const home = await weak.press('Create login and accept', { name: 'Nina New', password })
  assert.equal(home.url.pathname, '/portal')
  const team = await visitor.open('/portal/team')
  assert.match(team.text, /Nina New You Read only/)
  assert.doesNotMatch(team.text, /Send the invitation/)
  const billing = await visitor.open('/portal/profile/billing')
  assert.match(billing.text, /Your role lets you read this and not change it/)
  assert.equal((await visitor.open('/portal/profile/security')).status, 200)
})

test('an invitation can be declined, and whoever is logged in as somebody else is told', async () => {
  const [owner, other] = [await person('Omar Owner'), await person('Una Other')]
  await (
    await owner.visitor.open('/portal/team')
  ).press('Send the invitation', { email: 'somebody@example.com', role: 'billing' })
  const link = await invitationTo('somebody@example.com', /invited/)
  assert.match((await other.visitor.open(link)).text, new RegExp(`You are logged in as ${other.email}`))
  const declined = await (await createVisitor(app).open(link)).press('Decline')
  assert.match(declined.text, /You have declined/)
  assert.match((await createVisitor(app).open(link)).text, /This invitation no longer works/)
  assert.doesNotMatch((await owner.visitor.open('/portal/team')).text, /somebody@example.com/)
})

test('a server is lent for a day, used, looked after, and taken back', async () => {
  const [owner, friend] = [await person('Oscar Owner'), await person('Fred Friend')]
  const service = await buildActiveService(app, { customerId: owner.customerId, hostname: 'lent.example.com' })
  const page = await owner.visitor.open(`/portal/services/${service.id}`)
  const form = await owner.visitor.open(page.link('Lend'))
  assert.match(form.text, /Lend lent.example.com/)
  await form.press('Lend it', { email: friend.email, days: '1' })

  const home = await (
    await friend.visitor.open(await invitationTo(friend.email, /You may use the server lent.example.com/))
  ).press('Accept')
  assert.match(home.text, /lent.example.com/)
  assert.equal((await friend.visitor.open('/portal/team')).status, 403)
  const server = await friend.visitor.open(`/portal/services/${service.id}`)
  const asked = await server.press('Shut down')
  assert.equal(asked.status, 200, asked.text)
  await app.work()

  const team = await owner.visitor.open('/portal/team')
  assert.match(team.text, /lent.example.com to Fred Friend/)
  const report = await owner.visitor.open(team.link('What they did'))
  assert.match(report.text, /Power action asked for ?: Shut down/)
  await team.press('Take back')
  assert.equal((await friend.visitor.open(`/portal/services/${service.id}`)).status, 404)
  assert.match((await owner.visitor.open('/portal/team')).text, /ended/)
})

test('the last owner stays, and is told why', async () => {
  const owner = await person('Ona Owner')
  const guest = await person('Gus Guest')
  await (await owner.visitor.open('/portal/team')).press('Send the invitation', { email: guest.email, role: 'admin' })
  await (await guest.visitor.open(await invitationTo(guest.email, /invited/))).press('Accept')
  const refused = await (await owner.visitor.open('/portal/team')).press('Leave')
  assert.equal(refused.status, 409)
  assert.match(refused.text, /An account needs an owner/)
  const demand = await owner.visitor.open('/portal/team')
  assert.match(demand.text, /Set up a second factor for yourself first/)
  const left = await (await guest.visitor.open('/portal/team')).press('Leave')
  assert.equal(left.url.pathname, '/portal')
  assert.match(left.text, /Gus Guest/)
})

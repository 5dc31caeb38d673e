import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { postByHand, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

const password = 'four random words here'

test('a colleague is invited, joins by the link, gets another role, and is ended, all without scripts', async () => {
  const boss = await signedInStaff(app, 'admin')
  const people = await boss.open('/staff/people')
  const refused = await people.press('Send invitation', { name: 'Kim Park', email: 'nonsense', role: 'support' })
  assert.equal(refused.status, 422)
  assert.match(refused.html, /value="Kim Park"/)
  const invited = await refused.press('Send invitation', { email: 'kim@example.com' })
  assert.match(invited.url.pathname, /^\/staff\/people\/usr_/)
  assert.match(invited.text, /Invited/)

  await app.work()
  const mail = app.mail.messages().find(({ recipients }) => recipients.includes('kim@example.com'))
  const [, link = ''] = /(\/join\?token=\S+)/.exec(mail?.text ?? '') ?? []
  const kim = createVisitor(app)
  const joined = await (await kim.open(link)).press('Join the team', { password })
  assert.equal(joined.url.pathname, '/login')
  const home = await joined.press('Log in', { email: 'kim@example.com', password })
  assert.equal(home.url.pathname, '/staff')
  assert.match(
    (await (await createVisitor(app).open(link)).press('Join the team', { password })).text,
    /no longer works/,
  )
  assert.equal((await kim.open('/staff/people')).status, 404)

  const changed = await (await boss.open(invited.url.pathname)).press('Change role', { role: 'operations' })
  assert.match(changed.text, /Your colleague was told|your colleague was told/)
  assert.equal((await kim.open('/staff/people')).status, 200)

  const mistyped = await changed.press('End access', { confirmation: 'kim' })
  assert.equal(mistyped.status, 422)
  assert.equal((await kim.open('/staff')).url.pathname, '/staff')
  const ended = await mistyped.press('End access', { confirmation: 'kim@example.com' })
  assert.match(ended.text, /Left/)
  assert.equal((await kim.open('/staff')).url.pathname, '/login')
})

test('a colleague is signed out from their page, and sees themselves without buttons', async () => {
  const boss = await signedInStaff(app, 'admin')
  const sam = await signedInStaff(app, 'operations')
  const list = await boss.open('/staff/people?role=operations&state=active&q=sam')
  const page = await boss.open(list.link('Sam operations'))
  await page.press('Sign out everywhere')
  assert.equal((await sam.open('/staff')).url.pathname, '/login')
  const own = await boss.open((await boss.open('/staff/people?role=admin&sort=-created')).link('Sam admin'))
  assert.ok(!/value="end"|value="sign-out"|value="role"/.test(own.html))
})

test('a role is made, its change is shown as a difference first, saved, and deleted', async () => {
  const boss = await signedInStaff(app, 'admin')
  const made = await (await boss.open('/staff/roles')).press('Create role', { name: 'Night shift' })
  assert.equal(made.url.pathname, '/staff/roles/night_shift')
  const review = await made.press('Review changes', { name: 'Night watch', permissions: 'job.read' })
  assert.match(review.text, /Renamed from Night shift to Night watch/)
  assert.match(review.text, /May from now on \+ See jobs/)
  const unsaved = await app.db.selectFrom('staffRoles').select('name').where('id', '=', 'night_shift').execute()
  assert.deepEqual(unsaved, [{ name: 'Night shift' }])
  const saved = await review.press('Save changes')
  assert.match(saved.text, /The role is saved/)
  const role = await app.db
    .selectFrom('staffRoles')
    .selectAll()
    .where('id', '=', 'night_shift')
    .executeTakeFirstOrThrow()
  assert.deepEqual([role.name, role.permissions], ['Night watch', ['job.read']])
  assert.match((await boss.open('/staff/roles')).text, /Night watch/)
  const gone = await saved.press('Delete role')
  assert.equal(gone.url.pathname, '/staff/roles')
  assert.doesNotMatch(gone.text, /Night watch/)
})

test('who may only look at our people is offered nothing, and forms made by hand are refused', async () => {
  const sam = await signedInStaff(app, 'operations')
  const list = await sam.open('/staff/people')
  assert.doesNotMatch(list.text, /Send invitation/)
  const id = (await sam.open('/staff/people?role=admin')).link('Sam admin').split('/').at(-1)!
  const before = await app.db.selectFrom('events').select('id').execute()
  for (const [address, body] of [
    ['/staff/people', 'name=X&email=x@example.com&role=admin&locale=en'],
    [`/staff/people/${id}`, 'do=end&confirmation=x'],
    [`/staff/people/${id}`, 'do=role&role=support'],
    [`/staff/people/${id}`, 'do=reset'],
    [`/staff/people/${id}`, 'do=sign-out'],
    ['/staff/roles', 'name=Mine'],
    ['/staff/roles/support', 'do=save&name=Support&permissions=job.read'],
    ['/staff/roles/support', 'do=delete'],
    ['/staff/roles/operations', 'do=save&name=Operations&permissions=staff.manage'],
  ] as const) {
    const refused = await postByHand(app, sam, address, body)
    assert.ok(refused.status === 403 || refused.status === 422, `${address} ${body} was ${refused.status}`)
  }
  assert.equal((await app.db.selectFrom('events').select('id').execute()).length, before.length)
})

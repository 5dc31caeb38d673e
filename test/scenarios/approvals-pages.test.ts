import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { assertSound, boughtServer, postByHand, serviceState, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

test('two of us agree before a server is terminated, all on pages and without scripts', async () => {
  const [boss, second] = [await signedInStaff(app, 'admin'), await signedInStaff(app, 'admin')]
  const page = await boss.open('/staff/approvals')
  assertSound(page)
  assert.match((await page.press('Save', { acts: 'service.terminate' })).text, /Saved/)

  const { serviceId, hostname } = await boughtServer(app)
  const operations = await signedInStaff(app, 'operations')
  const asked = await (
    await operations.open(`/staff/services/${serviceId}`)
  ).press('Terminate', { confirmation: hostname })
  assert.match(asked.text, /A second colleague has to agree/)
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'active')

  const own = await operations.open('/staff/approvals')
  assert.match(own.text, /Terminate a server .* A colleague has to decide this/)
  const id = /value="(apr_\w+)"/.exec(own.html)?.[1]
  assert.equal((await postByHand(app, operations, '/staff/approvals', `do=approve&id=${id}`)).status, 403)

  const done = await (await second.open('/staff/approvals')).press('Approve')
  assert.match(done.text, /It is done/)
  await app.work()
  assert.equal(await serviceState(app, serviceId), 'terminated')
  assert.equal((await postByHand(app, boss, '/staff/approvals', `do=approve&id=${id}`)).status, 409)
  assert.match((await second.open('/staff/approvals?view=over')).text, /Terminate a server Done/)

  const lifting = await (await boss.open('/staff/approvals')).press('Save', { acts: undefined })
  assert.match(lifting.text, /A second colleague has to agree/)
  assert.match((await lifting.press('Withdraw')).text, /Your request is withdrawn/)
})

test('support asks to look as a customer, and sees nothing but what they asked for', async () => {
  const [boss, support, billing] = [
    await signedInStaff(app, 'admin'),
    await signedInStaff(app, 'support'),
    await signedInStaff(app, 'billing'),
  ]
  await (await boss.open('/staff/approvals')).press('Save', { acts: 'customer.impersonate' })
  const { customerId } = await boughtServer(app)
  const asked = await (await support.open(`/staff/customers/${customerId}`)).press('Begin', { reason: 'Ticket 4711' })
  assert.equal(asked.url.pathname, '/staff/approvals')
  assert.match(asked.text, /Look as a customer Pending .* Reason: Ticket 4711/)
  assert.ok(!asked.html.includes('value="approve"'))
  // Billing may decide, but not this, which its own role does not have.
  const id = /value="(apr_\w+)"/.exec(asked.html)?.[1]
  assert.equal((await postByHand(app, billing, '/staff/approvals', `do=approve&id=${id}`)).status, 403)
  const refused = await (await boss.open('/staff/approvals')).press('Refuse')
  assert.match(refused.text, /It is refused/)
  assert.equal((await support.open('/portal')).url.pathname, '/staff')
})

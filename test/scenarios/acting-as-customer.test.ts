import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { authenticateSession } from '#modules/accounts/authenticate-session.ts'
import { beginImpersonation } from '#modules/accounts/begin-impersonation.ts'
import { changeStaffRole } from '#modules/accounts/change-staff-role.ts'
import { endImpersonations } from '#modules/accounts/end-impersonation.ts'
import { actingAs } from '#modules/accounts/impersonation.ts'
import { updateStaffRole } from '#modules/accounts/edit-staff-roles.ts'
import { changePassword } from '#modules/accounts/change-password.ts'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { beginTotp } from '#modules/accounts/enrol-totp.ts'
import { requestVatCheck } from '#modules/billing/request-vat-check.ts'
import { updateBillingDetails } from '#modules/accounts/update-billing-details.ts'
import { updateProfile } from '#modules/accounts/update-profile.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { requestPowerAction } from '#modules/provisioning/request-power-action.ts'
import { staffAs } from '#test/support/actors.ts'
import { apiClient, buildCustomer, buildOrder, payOnHostedPage, type TestCustomer } from '#test/support/api-client.ts'
import { tester } from '#test/support/builders.ts'
import { assertSound, postByHand, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { VisitedPage, Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

let jane: TestCustomer
let owned: { serviceId: string; invoiceId: string; orderId: string }
before(async () => {
  jane = await buildCustomer(app)
  const { api } = jane
  const delivered = await buildOrder({ api })
  const { body } = await api.post<{ url: string }>(`/invoices/${delivered.invoiceId}/payments`)
  await payOnHostedPage(app, body.url)
  await app.work()
  const order = await api.get<{ items: { serviceId: string }[] }>(`/orders/${delivered.id}`)
  const pending = await buildOrder({ api })
  owned = { serviceId: order.body.items[0]!.serviceId, invoiceId: pending.invoiceId, orderId: pending.id }
})

/** Somebody of support who looks at Jane's pages, and the page they came to. */
async function looking(role: 'support' | 'operations' | 'admin' = 'support'): Promise<[Visitor, VisitedPage]> {
  const visitor = await signedInStaff(app, role)
  const page = await visitor.open(`/staff/customers/${jane.actor.customerId}`)
  return [visitor, await page.press('Begin', { reason: 'Ticket 4711' })]
}

const sessionOf = async (visitor: Visitor) => {
  const signedIn = await authenticateSession(app, visitor.cookie('__Host-session')!)
  assert.ok(signedIn?.actor.kind === 'staff')
  return { ...signedIn, actor: signedIn.actor }
}
const namesOf = async (subjectId: string): Promise<string[]> =>
  (
    await app.db.selectFrom('events').select('name').where('subjectId', '=', subjectId).orderBy('sequence').execute()
  ).map(({ name }) => name)
const events = async (): Promise<number> => (await app.db.selectFrom('events').select('id').execute()).length

test('support says why, sees the portal as the customer does, and leaves again', async () => {
  const support = await signedInStaff(app, 'support')
  const address = `/staff/customers/${jane.actor.customerId}`
  const refused = await (await support.open(address)).press('Begin', { reason: '' })
  assert.equal(refused.status, 422)
  assert.equal((await support.open('/portal')).url.pathname, '/staff')

  const portal = await refused.press('Begin', { reason: 'Ticket 4711' })
  assert.equal(portal.url.pathname, '/portal')
  assertSound(portal)
  assert.match(portal.text, /You look at the pages of .* · 30 minutes left/)
  for (const path of [
    '/portal/services',
    `/portal/services/${owned.serviceId}`,
    `/portal/invoices/${owned.invoiceId}`,
  ]) {
    const page = await support.open(path)
    assertSound(page)
    assert.match(page.text, /You look at the pages of/)
  }
  const staffPage = await support.open('/staff/customers')
  assert.match(staffPage.text, /You look at the pages of/)
  const left = await staffPage.press('Leave')
  assert.equal(left.url.pathname, address)
  assert.match(left.text, /You are yourself again/)
  assert.equal((await support.open('/portal')).url.pathname, '/staff')
})

test('it is written down on both sides: who, whom, why, how long, and every page that was opened', async () => {
  const [support, portal] = await looking()
  const { actor, acting } = await sessionOf(support)
  await support.open('/portal/invoices')
  await support.open('/portal/invoices')
  await portal.press('Leave')
  const begun = await app.db
    .selectFrom('events')
    .selectAll()
    .where('name', '=', 'customer.impersonated')
    .orderBy('sequence', 'desc')
    .executeTakeFirstOrThrow()
  assert.deepEqual(
    [begun.subjectId, begun.customerId, begun.actorKind, begun.actorId],
    [jane.actor.customerId, jane.actor.customerId, 'staff', actor.userId],
  )
  assert.deepEqual(begun.after, { impersonationId: acting!.id, staffId: actor.userId, reason: 'Ticket 4711' })
  const opened = await app.db
    .selectFrom('events')
    .selectAll()
    .where('subjectId', '=', acting!.id)
    .orderBy('sequence')
    .execute()
  assert.deepEqual(
    opened.map(({ name }) => name),
    ['impersonation.page_opened', 'impersonation.page_opened', 'impersonation.ended'],
  )
  for (const { actorKind, actorId, customerId } of opened)
    assert.deepEqual([actorKind, actorId, customerId], ['staff', actor.userId, jane.actor.customerId])
  const boss = await signedInStaff(app, 'admin')
  const log = await boss.open(`/staff/impersonations?customer=${jane.actor.customerId}&who=${actor.userId}&state=over`)
  assertSound(log)
  assert.match(log.text, /Sam support As whom Jane Doe Why Ticket 4711 State Over Took under a minute/)
})

test('after 30 minutes it is over by itself, and the log says so', async () => {
  const [support] = await looking()
  const { acting } = await sessionOf(support)
  app.advance({ minutes: 29 })
  assert.ok((await sessionOf(support)).acting)
  app.advance({ minutes: 1, seconds: 1 })
  assert.equal((await sessionOf(support)).acting, null)
  assert.equal((await support.open('/portal')).url.pathname, '/staff')
  for (let run = 0; run < 2; run += 1) await endImpersonations.run(app, {}, new AbortController().signal)
  assert.deepEqual(await namesOf(acting!.id), ['impersonation.page_opened', 'impersonation.ended'])
})

test('whoever loses the right to it, or their session, looks no longer with the next request', async () => {
  const [support] = await looking('operations')
  const { actor } = await sessionOf(support)
  await changeStaffRole(app, tester, { userId: actor.userId, role: 'billing' })
  assert.equal((await sessionOf(support)).acting, null)
  assert.equal((await support.open('/portal')).url.pathname, '/staff')
  await changeStaffRole(app, tester, { userId: actor.userId, role: 'operations' })
  const { acting } = await sessionOf(support)
  await (await support.open('/logout')).press('Sign out')
  await endImpersonations.run(app, {}, new AbortController().signal)
  assert.deepEqual((await namesOf(acting!.id)).at(-1), 'impersonation.ended')
})

test('with one customer at a time, and never as one of us, by no program and without the right never', async () => {
  const [support] = await looking()
  const { actor } = await sessionOf(support)
  const tom = await buildCustomer(app)
  await beginImpersonation(app, actor, { customerId: tom.actor.customerId, reason: 'Another ticket' })
  assert.equal((await sessionOf(support)).acting?.actor.customerId, tom.actor.customerId)
  const open = await app.db
    .selectFrom('impersonations')
    .select('id')
    .where('staffId', '=', actor.userId)
    .where('endedAt', 'is', null)
    .execute()
  assert.equal(open.length, 1)
  const input = { customerId: jane.actor.customerId, reason: 'Because' }
  await assert.rejects(beginImpersonation(app, actor, { ...input, customerId: actor.userId }), {
    code: 'customer_not_found',
  })
  const { session: _session, ...program } = staffAs('admin')
  await assert.rejects(beginImpersonation(app, program, input), { code: 'session_required' })
  await assert.rejects(beginImpersonation(app, staffAs('billing'), input), { code: 'permission_denied' })
  await assert.rejects(beginImpersonation(app, jane.actor, input), { code: 'permission_denied' })
  await assert.rejects(beginImpersonation(app, tester, input), { code: 'session_required' })
})

test('who looks as a customer sees no more than they may see as one of us', async () => {
  await updateStaffRole(app, tester, {
    role: 'billing',
    name: 'Billing',
    permissions: ['customer.read', 'customer.impersonate', 'invoice.read', 'payment.refund'],
  })
  const actor = { ...staffAs('billing'), may: new Set(['customer.read', 'customer.impersonate', 'invoice.read']) }
  assert.deepEqual([...actingAs(actor, 'cus_1').may].toSorted(), ['customer.read', 'invoice.read', 'member.read'])
})

const FORMS = {
  'pay an invoice': () => [`/portal/invoices/${owned.invoiceId}/pay`, ''],
  'change the password': () => ['/portal/profile/security', 'currentPassword=x&newPassword=a+new+river+stone'],
  'set up a second factor': () => ['/portal/profile/security', 'intent=begin-totp'],
  'end a session': () => ['/portal/profile/security', 'intent=end&session=ses_00000000000000000000000000'],
  'change the name': () => ['/portal/profile', 'name=Mallory&locale=en'],
  'make a token': () => ['/portal/profile/api-tokens', 'name=Mine'],
  'change billing details': () => ['/portal/profile/billing', 'name=M&addressLine1=A&postalCode=1&city=B&country=DE'],
  'stop a server': () => [`/portal/services/${owned.serviceId}`, 'action=stop'],
} satisfies Record<string, () => [string, string]>

test('acting staff cannot pay, nor change passwords, second factors, tokens, people, details or servers by a form', async () => {
  const [support] = await looking('admin')
  const before = await events()
  for (const [what, form] of Object.entries(FORMS)) {
    const [address, body] = form()
    const { status } = await postByHand(app, support, address, body)
    assert.ok(status === 403 || status === 405 || status === 422, `${what} was answered ${status}`)
  }
  assert.equal(await events(), before)
})

test('pages of a person’s own are refused in plain words', async () => {
  const [support] = await looking('admin')
  for (const path of [
    '/portal/profile',
    '/portal/profile/security',
    '/portal/profile/api-tokens',
    `/portal/invoices/${owned.invoiceId}/pay`,
  ]) {
    const page = await support.open(path)
    assert.equal(page.status, 403, path)
    assert.match(page.text, /You look at this account as our staff/)
  }
})

test('acting staff cannot do by the API what they cannot do by a page', async () => {
  const [support] = await looking('admin')
  const api = apiClient(app, support.cookie('__Host-session'))
  const before = await events()
  for (const [method, path, body] of [
    ['POST', `/invoices/${owned.invoiceId}/payments`, undefined],
    ['POST', `/orders/${owned.orderId}/cancellation`, undefined],
    ['POST', `/services/${owned.serviceId}/actions`, { action: 'stop' }],
    ['POST', '/api-tokens', { name: 'Mine' }],
    ['PUT', '/me/billing-details', {}],
  ] as const) {
    const { status } = await api.send(method, path, body)
    assert.ok([403, 404].includes(status), `${method} ${path} was ${status}`)
  }
  assert.equal(await events(), before)
  // What they see there they see as one of us, in no customer's name.
  assert.equal((await api.get('/invoices')).status, 403)
})

test('commands refuse who acts as a customer, whatever led them there', async () => {
  const actor = actingAs(staffAs('admin'), jane.actor.customerId)
  const { serviceId, invoiceId, orderId } = owned
  const denied = { kind: 'forbidden', code: 'permission_denied' }
  const personal = { kind: 'forbidden', code: 'acting_refused' }
  await assert.rejects(openPaymentPage(app, actor, { invoiceId, returnPath: '/', cancelPath: '/' }), denied)
  await assert.rejects(cancelOrder(app, actor, { orderId, reason: 'by_customer' }), denied)
  await assert.rejects(requestPowerAction(app, actor, { serviceId, action: 'stop' }), denied)
  await assert.rejects(updateBillingDetails(app, actor, {} as never), denied)
  await assert.rejects(requestVatCheck(app, actor), denied)
  await assert.rejects(createApiToken(app, actor, { name: 'Mine' }), /./)
  await assert.rejects(updateProfile(app, actor, { name: 'M', locale: 'en' }), personal)
  await assert.rejects(beginTotp(app, actor), personal)
  await assert.rejects(
    changePassword(app, actor, { currentPassword: 'x', newPassword: 'a new river stone', keepSessionId: undefined }),
    personal,
  )
})

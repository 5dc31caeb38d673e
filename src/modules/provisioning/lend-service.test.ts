import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { acceptInvitation } from '#modules/accounts/answer-invitation.ts'
import { authenticateSession } from '#modules/accounts/authenticate-session.ts'
import { invitationSecret } from '#modules/accounts/invitation.ts'
import { getGrantReport, listGrants } from '#modules/accounts/members-queries.ts'
import { registerCustomer } from '#modules/accounts/register-customer.ts'
import { revokeGrant } from '#modules/accounts/revoke-grant.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { switchCustomer } from '#modules/accounts/switch-customer.ts'
import { listInvoices } from '#modules/billing/billing-queries.ts'
import { anonymous, type UserActor } from '#platform/actor.ts'
import { memberAs } from '#test/support/actors.ts'
import { buildActiveService } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { countServices } from './count-services.ts'
import { lendService, type LendServiceInput } from './lend-service.ts'
import { getService, getServiceDetail, listServices } from './provisioning-queries.ts'
import { requestPowerAction } from './request-power-action.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
let people = 0

async function person(): Promise<{ email: string; token: string; actor: UserActor }> {
  const email = `person${(people += 1)}@example.com`
  await registerCustomer(app, anonymous, { email, password, name: 'Jane', locale: 'en' })
  const { actor, token } = await signIn(app, anonymous, { email, password })
  assert.ok(actor.kind === 'user')
  return { email, token, actor }
}

async function now(token: string): Promise<UserActor> {
  const actor = (await authenticateSession(app, token))?.actor
  assert.ok(actor?.kind === 'user')
  return actor
}

/** Two servers of an owner, the first of which a friend has borrowed and acts for. */
async function borrowed(overrides: Partial<LendServiceInput> = {}) {
  const [owner, friend] = [await person(), await person()]
  const { customerId } = owner.actor
  const [lent, kept] = [await buildActiveService(app, { customerId }), await buildActiveService(app, { customerId })]
  const terms: LendServiceInput = {
    email: friend.email,
    actions: ['service.read', 'service.operate'],
    days: 7,
    ...overrides,
  }
  const invitation = await lendService(app, owner.actor, { serviceId: lent.id, ...terms })
  await acceptInvitation(app, friend.actor, invitationSecret(app.secrets, invitation))
  const { token } = await switchCustomer(app, friend.actor, { customerId })
  return { owner, friend: { ...friend, token }, lent, kept, borrower: await now(token) }
}

test('who borrows a server sees and operates that one, and nothing else of the account', async () => {
  const { owner, lent, kept, borrower } = await borrowed()
  assert.deepEqual(
    (await listServices(app, borrower, { limit: 10 })).rows.map(({ id }) => id),
    [lent.id],
  )
  assert.deepEqual(await countServices(app, borrower), { total: 1, running: 1 })
  assert.ok((await getServiceDetail(app, borrower, lent.id)).powerActions.length > 0)
  await requestPowerAction(app, borrower, { serviceId: lent.id, action: 'restart' })
  await app.work()
  await assert.rejects(getService(app, borrower, kept.id), { code: 'service_not_found' })
  await assert.rejects(requestPowerAction(app, borrower, { serviceId: kept.id, action: 'stop' }), {
    code: 'service_not_found',
  })
  await assert.rejects(listInvoices(app, borrower, { limit: 10 }), { code: 'permission_denied' })
  await assert.rejects(
    lendService(app, borrower, { serviceId: lent.id, email: 'x@example.com', actions: [], days: 1 }),
    {
      code: 'permission_denied',
    },
  )

  const [grant] = (await listGrants(app, owner.actor, { limit: 10 })).rows
  const { acts } = await getGrantReport(app, owner.actor, grant!.id, { limit: 10 })
  assert.deepEqual(
    acts.rows.map(({ name, action }) => [name, action]),
    [['service.action_requested', 'restart']],
  )
})

test('who may only look is refused the buttons, and is not shown them', async () => {
  const { lent, borrower } = await borrowed({ actions: [] })
  assert.deepEqual((await getServiceDetail(app, borrower, lent.id)).powerActions, [])
  await assert.rejects(requestPowerAction(app, borrower, { serviceId: lent.id, action: 'stop' }), {
    code: 'permission_denied',
  })
})

test('a loan is over after its days, from one request to the next, also where there was nothing else', async () => {
  const { friend, lent, owner } = await borrowed({ days: 7 })
  app.advance({ hours: 24 * 7 - 1 })
  assert.ok((await now(friend.token)).lent?.has(lent.id))
  app.advance({ hours: 2 })
  const home = await now(friend.token)
  assert.equal(home.customerId, friend.actor.customerId)
  await assert.rejects(getService(app, home, lent.id), { code: 'service_not_found' })
  await assert.rejects(switchCustomer(app, home, { customerId: owner.actor.customerId }), {
    code: 'customer_not_found',
  })
})

test('a loan is taken back or given back, and only by those it concerns', async () => {
  const { owner, friend, borrower } = await borrowed({ days: null })
  const [grant] = (await listGrants(app, owner.actor, { limit: 10 })).rows
  const grantId = grant!.id
  await assert.rejects(revokeGrant(app, friend.actor, { grantId }), { code: 'service_grant_not_found' })
  const reader = memberAs(owner.actor.customerId, 'usr_reader', 'read_only')
  await assert.rejects(revokeGrant(app, reader, { grantId }), { code: 'permission_denied' })
  await revokeGrant(app, borrower, { grantId })
  await revokeGrant(app, owner.actor, { grantId })
  assert.equal((await now(friend.token)).customerId, friend.actor.customerId)
  await assert.rejects(getGrantReport(app, friend.actor, grantId, { limit: 1 }), { code: 'service_grant_not_found' })
})

test('nobody lends what is not theirs, has ended, or what they may not do themselves', async () => {
  const { owner, kept, friend } = await borrowed()
  const terms = { email: 'other@example.com', actions: ['service.operate' as const], days: 1 }
  await assert.rejects(lendService(app, friend.actor, { serviceId: kept.id, ...terms }), { code: 'service_not_found' })
  const technical = memberAs(owner.actor.customerId, owner.actor.userId, 'technical')
  const lookingOnly = { ...technical, may: new Set(['service.read', 'service.lend']) }
  await assert.rejects(lendService(app, lookingOnly, { serviceId: kept.id, ...terms }), { code: 'permission_denied' })
  await app.db
    .updateTable('services')
    .set({ state: 'terminated', terminatedAt: app.clock.now() })
    .where('id', '=', kept.id)
    .execute()
  await assert.rejects(lendService(app, technical, { serviceId: kept.id, ...terms }), { code: 'service_terminated' })
})

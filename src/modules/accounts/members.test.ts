import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous, type UserActor } from '#platform/actor.ts'
import type { MemberRole } from '#platform/schema.ts'
import { FRESH } from '#test/support/actors.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { acceptInvitation, declineInvitation, getInvitation, joinByInvitation } from './answer-invitation.ts'
import { authenticateApiToken } from './authenticate-api-token.ts'
import { authenticateSession } from './authenticate-session.ts'
import { changeMemberRole } from './change-member-role.ts'
import { createApiToken } from './create-api-token.ts'
import { demandSecondFactor } from './demand-second-factor.ts'
import { invitationSecret } from './invitation.ts'
import { inviteMember } from './invite-member.ts'
import { listInvitations, listTeam } from './members-queries.ts'
import { registerCustomer } from './register-customer.ts'
import { leaveCustomer, removeMember } from './remove-member.ts'
import { revokeInvitation } from './revoke-invitation.ts'
import { signIn } from './sign-in.ts'
import { listChoices, switchCustomer } from './switch-customer.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
let people = 0
type Person = { email: string; actor: UserActor; token: string }

async function person(): Promise<Person> {
  const email = `person${(people += 1)}@example.com`
  await registerCustomer(app, anonymous, { email, password, name: `Person ${people}`, locale: 'en' })
  return logIn(email)
}
async function logIn(email: string): Promise<Person> {
  const { token, actor } = await signIn(app, anonymous, { email, password })
  assert.ok(actor.kind === 'user')
  return { email, token, actor }
}
/** How somebody acts now, as their next request would. */
async function now({ token }: Pick<Person, 'token'>): Promise<UserActor> {
  const actor = (await authenticateSession(app, token))?.actor
  assert.ok(actor?.kind === 'user')
  return actor
}
const invite = async (by: UserActor, email: string, role: MemberRole): Promise<string> =>
  invitationSecret(app.secrets, await inviteMember(app, by, { email, role }))

/** Somebody with a user of their own who shares the owner's customer in a role, and acts for it. */
async function memberOf(owner: Person, role: MemberRole): Promise<Person> {
  const they = await person()
  const { customerId } = await acceptInvitation(app, they.actor, await invite(owner.actor, they.email, role))
  const { token } = await switchCustomer(app, they.actor, { customerId })
  return { ...they, token, actor: await now({ token }) }
}
const rolesOf = async (owner: Person): Promise<string[]> =>
  (await listTeam(app, owner.actor)).map(({ role }) => role).toSorted()

test('an invitation is mailed, shown, accepted by its user, and gives the role it names', async () => {
  const [owner, guest] = [await person(), await person()]
  await inviteMember(app, owner.actor, { email: guest.email, role: 'billing' })
  await app.work()
  const mail = await app.mail.waitFor(
    ({ recipients, subject }) => recipients.includes(guest.email) && /invited/.test(subject),
  )
  const secret = decodeURIComponent(/token=([^\s"&]+)/.exec(mail.text)![1]!)
  const shown = await getInvitation(app, secret)
  assert.deepEqual([shown.email, shown.role, shown.known], [guest.email, 'billing', true])

  const { customerId } = await acceptInvitation(app, guest.actor, secret)
  assert.equal(customerId, owner.actor.customerId)
  assert.deepEqual(await rolesOf(owner), ['billing', 'owner'])
  await assert.rejects(acceptInvitation(app, guest.actor, secret), { code: 'invitation_over' })
  assert.equal((await now(guest)).customerId, guest.actor.customerId, 'nobody is moved to another account by accepting')
  const acting = await now(await switchCustomer(app, guest.actor, { customerId }))
  assert.equal(await authenticateSession(app, guest.token), undefined, 'the session goes on under a new token')
  assert.ok(acting.may.has('invoice.pay') && !acting.may.has('member.manage'))
  assert.equal((await listChoices(app, acting)).length, 2)
})

test('somebody new joins by the link alone, which proves their address', async () => {
  const owner = await person()
  const secret = await invite(owner.actor, 'new@example.com', 'technical')
  assert.equal((await getInvitation(app, secret)).known, false)
  const input = { name: 'Nina', password, locale: 'en' as const }
  const session = await joinByInvitation(app, secret, input)
  const signedIn = await authenticateSession(app, session.token)
  assert.equal(signedIn?.customer?.id, owner.actor.customerId)
  assert.ok(signedIn.user.emailVerifiedAt)
  await assert.rejects(joinByInvitation(app, secret, input), { code: 'invitation_over' })
})

test('an invitation is for whom it was sent to, once, for a week, and its latest link', async () => {
  const [owner, guest, thief] = [await person(), await person(), await person()]
  const first = await invite(owner.actor, guest.email, 'admin')
  await assert.rejects(acceptInvitation(app, thief.actor, first), { code: 'invitation_for_another' })
  const second = await invite(owner.actor, guest.email, 'read_only')
  await assert.rejects(getInvitation(app, first), { code: 'invitation_over' })
  await assert.rejects(getInvitation(app, `${second.slice(0, -2)}xx`), { code: 'invitation_over' })
  await assert.rejects(getInvitation(app, 'ivt_nothing'), { code: 'invitation_over' })
  app.advance({ hours: 24 * 7 + 1 })
  await assert.rejects(acceptInvitation(app, guest.actor, second), { code: 'invitation_over' })

  const third = await invite({ ...owner.actor, session: FRESH }, guest.email, 'read_only')
  await declineInvitation(app, anonymous, third)
  await assert.rejects(acceptInvitation(app, guest.actor, third), { code: 'invitation_over' })
  const fourth = await inviteMember(app, { ...owner.actor, session: FRESH }, { email: guest.email, role: 'read_only' })
  await assert.rejects(revokeInvitation(app, thief.actor, { invitationId: fourth.id }), {
    code: 'invitation_not_found',
  })
  await revokeInvitation(app, owner.actor, { invitationId: fourth.id })
  assert.deepEqual(await listInvitations(app, owner.actor), [])
  assert.deepEqual(await rolesOf(owner), ['owner'])
})

test('one invitation accepted twenty times at once makes one member', async () => {
  const [owner, guest] = [await person(), await person()]
  const secret = await invite(owner.actor, guest.email, 'support')
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => acceptInvitation(app, guest.actor, secret)))
  assert.equal(tries.filter(({ status }) => status === 'fulfilled').length, 1)
  assert.deepEqual(await rolesOf(owner), ['owner', 'support'])
})

test('nobody gives, takes or changes a role beyond their own', async () => {
  const owner = await person()
  const [admin, billing, other] = [await memberOf(owner, 'admin'), await memberOf(owner, 'billing'), await person()]
  const beyond = { code: 'role_beyond_own' }
  await assert.rejects(inviteMember(app, admin.actor, { email: other.email, role: 'owner' }), beyond)
  await assert.rejects(changeMemberRole(app, admin.actor, { userId: admin.actor.userId, role: 'owner' }), beyond)
  await assert.rejects(changeMemberRole(app, admin.actor, { userId: owner.actor.userId, role: 'read_only' }), beyond)
  await assert.rejects(removeMember(app, admin.actor, { userId: owner.actor.userId }), beyond)
  const denied = { code: 'permission_denied' }
  await assert.rejects(inviteMember(app, billing.actor, { email: other.email, role: 'read_only' }), denied)
  await assert.rejects(changeMemberRole(app, billing.actor, { userId: billing.actor.userId, role: 'admin' }), denied)
  // What they were allowed a moment ago does not count.
  await changeMemberRole(app, owner.actor, { userId: admin.actor.userId, role: 'read_only' })
  await assert.rejects(inviteMember(app, admin.actor, { email: other.email, role: 'read_only' }), beyond)
  await removeMember(app, owner.actor, { userId: admin.actor.userId })
  await assert.rejects(inviteMember(app, admin.actor, { email: other.email, role: 'read_only' }), denied)
})

test("another customer's members are nobody", async () => {
  const [owner, stranger] = [await person(), await person()]
  const member = await memberOf(owner, 'support')
  for (const userId of [member.actor.userId, owner.actor.userId, 'usr_nobody']) {
    await assert.rejects(removeMember(app, stranger.actor, { userId }), { code: 'member_not_found' })
    await assert.rejects(changeMemberRole(app, stranger.actor, { userId, role: 'admin' }), { code: 'member_not_found' })
  }
  await assert.rejects(switchCustomer(app, stranger.actor, { customerId: owner.actor.customerId }), {
    code: 'customer_not_found',
  })
  assert.equal((await now(stranger)).customerId, stranger.actor.customerId)
})

test('an account keeps an owner, also when two owners leave or end each other at once', async () => {
  const owner = await person()
  await assert.rejects(leaveCustomer(app, owner.actor), { code: 'last_owner' })
  await assert.rejects(changeMemberRole(app, owner.actor, { userId: owner.actor.userId, role: 'admin' }), {
    code: 'last_owner',
  })
  const second = await memberOf(owner, 'owner')
  const both = await Promise.allSettled([
    removeMember(app, owner.actor, { userId: second.actor.userId }),
    removeMember(app, second.actor, { userId: owner.actor.userId }),
    leaveCustomer(app, owner.actor),
    changeMemberRole(app, second.actor, { userId: second.actor.userId, role: 'billing' }),
  ])
  assert.ok(both.some(({ status }) => status === 'rejected'))
  const owners = await app.db
    .selectFrom('members')
    .select('userId')
    .where('customerId', '=', owner.actor.customerId)
    .where('role', '=', 'owner')
    .execute()
  assert.equal(owners.length, 1)
})

test('who is removed is out at once, with their sessions and tokens, and does not come back with old ones', async () => {
  const owner = await person()
  const member = await memberOf(owner, 'technical')
  const { token } = await createApiToken(app, member.actor, { name: 'Script' })
  await removeMember(app, owner.actor, { userId: member.actor.userId })
  assert.equal(await authenticateSession(app, member.token), undefined)
  assert.equal(await authenticateApiToken(app, token), undefined)
  const again = await logIn(member.email)
  assert.notEqual(again.actor.customerId, owner.actor.customerId)
  await acceptInvitation(app, again.actor, await invite(owner.actor, member.email, 'technical'))
  assert.equal(await authenticateApiToken(app, token), undefined)
})

test('another role ends what goes on with the rights of the old one', async () => {
  const owner = await person()
  const member = await memberOf(owner, 'admin')
  const { token } = await createApiToken(app, member.actor, { name: 'Script' })
  await changeMemberRole(app, owner.actor, { userId: member.actor.userId, role: 'read_only' })
  assert.equal(await authenticateSession(app, member.token), undefined)
  assert.ok(!(await authenticateApiToken(app, token))?.actor.may.has('order.place'))
})

test('where a second factor is demanded, members without one may do nothing but set it up', async () => {
  const owner = await person()
  const member = await memberOf(owner, 'billing')
  await assert.rejects(demandSecondFactor(app, owner.actor, { needed: true }), { code: 'second_factor_missing' })
  await assert.rejects(demandSecondFactor(app, member.actor, { needed: true }), { code: 'permission_denied' })
  await app.db
    .insertInto('totpFactors')
    .values({ userId: owner.actor.userId, sealedSecret: 'x', createdAt: app.clock.now(), confirmedAt: app.clock.now() })
    .execute()
  await demandSecondFactor(app, owner.actor, { needed: true })
  const signedIn = await authenticateSession(app, member.token)
  assert.equal(signedIn?.owesSecondFactor, true)
  assert.equal(signedIn.actor.may.size, 0)
  const renewed = await switchCustomer(app, signedIn.actor, {
    customerId: (await listChoices(app, signedIn.actor)).find(
      ({ customerId }) => customerId !== owner.actor.customerId,
    )!.customerId,
  })
  assert.ok((await now(renewed)).may.has('order.place'), 'their own account does not demand it')
  assert.ok((await now(owner)).may.has('order.place'))
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { anonymous, type StaffActor } from '#platform/actor.ts'
import { findActor } from './find-actor.ts'
import { tester } from '#test/support/builders.ts'
import { FRESH } from '#test/support/actors.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { authenticateSession } from './authenticate-session.ts'
import { changeStaffRole } from './change-staff-role.ts'
import { createStaff } from './create-staff.ts'
import { createStaffRole, deleteStaffRole, updateStaffRole } from './edit-staff-roles.ts'
import { endStaff } from './end-staff.ts'
import { endStaffSessions } from './end-staff-sessions.ts'
import { beginTotp, confirmTotp, getTotpStatus } from './enrol-totp.ts'
import { inviteStaff, resendStaffInvitation } from './invite-staff.ts'
import { joinStaff } from './join-staff.ts'
import type { StaffPermission } from './permissions.ts'
import { registerCustomer } from './register-customer.ts'
import { requestPasswordReset } from './request-password-reset.ts'
import { resetStaffSecondFactor } from './reset-staff-second-factor.ts'
import { signIn } from './sign-in.ts'
import { getStaff, listStaff } from './staff-queries.ts'
import { totpCode, totpStep } from './totp.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
let people = 0

async function colleague(role: string): Promise<StaffActor & { email: string }> {
  const email = `${role}${(people += 1)}@example.com`
  const { id } = await createStaff(app, tester, { email, name: `Sam ${people}`, role, password, locale: 'en' })
  return { ...(await again(id)), email }
}

/** Somebody as their next request finds them. */
async function again(userId: string): Promise<StaffActor> {
  const actor = await findActor(app, app.db, app.clock.now(), { userId, session: FRESH })
  assert.ok(actor?.kind === 'staff')
  return actor
}

const roleWith = async (name: string, ...permissions: StaffPermission[]): Promise<string> => {
  const { id } = await createStaffRole(app, boss, { name })
  await updateStaffRole(app, boss, { role: id, name, permissions })
  return id
}

/** The newest link that was mailed to somebody. */
const linkOf = async (email: string): Promise<string> => {
  await app.work()
  for (const { recipients, text } of app.mail.messages()) {
    const [, token] = /\/join\?token=(\S+)/.exec(text) ?? []
    if (token && recipients.includes(email)) return decodeURIComponent(token)
  }
  throw new Error(`no link was mailed to ${email}`)
}

let boss: StaffActor & { email: string }
before(async () => {
  boss = await colleague('admin')
})

test('an invited colleague chooses a password by the link, once, and works with the role they were given', async () => {
  const email = 'new@example.com'
  const { id } = await inviteStaff(app, boss, { email, name: 'New', role: 'support', locale: 'de' })
  assert.equal((await getStaff(app, boss, id)).state, 'invited')
  const token = await linkOf(email)
  await joinStaff(app, anonymous, { token, password })
  assert.equal((await getStaff(app, boss, id)).state, 'active')
  const { actor } = await signIn(app, anonymous, { email, password })
  assert.ok(actor.kind === 'staff' && actor.role === 'support')
  await assert.rejects(joinStaff(app, anonymous, { token, password }), { code: 'link_invalid' })
})

test('an invitation lasts 72 hours, and no other way leads around it', async () => {
  const email = 'late@example.com'
  const { id } = await inviteStaff(app, boss, { email, name: 'Late', role: 'support', locale: 'en' })
  const first = await linkOf(email)
  const sent = app.mail.messages().length
  await requestPasswordReset(app, anonymous, { email })
  await app.work()
  assert.equal(app.mail.messages().length, sent)
  app.advance({ hours: 73 })
  await assert.rejects(joinStaff(app, anonymous, { token: first, password }), { code: 'link_invalid' })
  await resendStaffInvitation(app, boss, { userId: id })
  await joinStaff(app, anonymous, { token: await linkOf(email), password })
  await assert.rejects(resendStaffInvitation(app, boss, { userId: id }), { code: 'staff_active' })
})

test("a customer's address is not made one of ours", async () => {
  await registerCustomer(app, anonymous, { email: 'c@example.com', password, name: 'C', locale: 'en' })
  const input = { email: 'c@example.com', name: 'C', role: 'support', locale: 'en' } as const
  await assert.rejects(inviteStaff(app, boss, input), { code: 'email_taken' })
})

test('whoever may not manage our people changes nothing about them', async () => {
  const [support, other] = [await colleague('support'), await colleague('operations')]
  const denied = { kind: 'forbidden', code: 'permission_denied' }
  for (const actor of [support, other]) {
    const userId = actor === support ? other.userId : support.userId
    await assert.rejects(changeStaffRole(app, actor, { userId, role: 'admin' }), denied)
    await assert.rejects(endStaff(app, actor, { userId }), denied)
    await assert.rejects(resetStaffSecondFactor(app, actor, { userId }), denied)
    await assert.rejects(endStaffSessions(app, actor, { userId }), denied)
    await assert.rejects(createStaffRole(app, actor, { name: 'Mine' }), denied)
    await assert.rejects(updateStaffRole(app, actor, { role: 'billing', name: 'B', permissions: [] }), denied)
    await assert.rejects(deleteStaffRole(app, actor, { role: 'billing' }), denied)
    await assert.rejects(
      inviteStaff(app, actor, { email: 'x@example.com', name: 'X', role: 'admin', locale: 'en' }),
      denied,
    )
  }
  await assert.rejects(listStaff(app, support, { limit: 5 }), denied)
})

test('a colleague whose role changes has the new rights with their next request, and is told', async () => {
  const sam = await colleague('support')
  const session = await signIn(app, anonymous, { email: sam.email, password })
  await changeStaffRole(app, boss, { userId: sam.userId, role: 'billing' })
  assert.equal((await authenticateSession(app, session.token))?.user.staffRole, 'billing')
  await app.work()
  assert.ok(
    app.mail.messages().some(({ recipients, subject }) => recipients.includes(sam.email) && /role/.test(subject)),
  )
  const event = await app.db
    .selectFrom('events')
    .selectAll()
    .where('name', '=', 'staff.role_changed')
    .where('subjectId', '=', sam.userId)
    .executeTakeFirstOrThrow()
  assert.deepEqual([event.actorId, event.before, event.after], [boss.userId, { role: 'support' }, { role: 'billing' }])
})

test('a colleague who is ended is out at once, and comes back only by a new invitation', async () => {
  const sam = await colleague('operations')
  const session = await signIn(app, anonymous, { email: sam.email, password })
  await endStaff(app, boss, { userId: sam.userId })
  assert.equal(await authenticateSession(app, session.token), undefined)
  await assert.rejects(signIn(app, anonymous, { email: sam.email, password }), { code: 'sign_in_failed' })
  assert.equal((await getStaff(app, boss, sam.userId)).state, 'ended')
  await assert.rejects(endStaff(app, boss, { userId: sam.userId }), { code: 'staff_not_found' })
  await inviteStaff(app, boss, { email: sam.email, name: 'Sam', role: 'support', locale: 'en' })
  await joinStaff(app, anonymous, { token: await linkOf(sam.email), password: 'another river stone' })
  assert.equal((await again(sam.userId)).role, 'support')
})

test('a lost phone: the second factor is taken away and every session ends', async () => {
  const sam = await colleague('support')
  await beginTotp(app, sam)
  const status = await getTotpStatus(app, sam)
  assert.ok(status.state === 'pending')
  const code = totpCode(status.secret, totpStep(app.clock.wallClock()))
  await confirmTotp(app, sam, { currentPassword: password, code, keepSessionId: undefined })
  await assert.rejects(signIn(app, anonymous, { email: sam.email, password }), { code: 'second_factor_required' })
  await resetStaffSecondFactor(app, boss, { userId: sam.userId })
  await signIn(app, anonymous, { email: sam.email, password })
  await assert.rejects(resetStaffSecondFactor(app, boss, { userId: sam.userId }), { code: 'second_factor_off' })
})

test('a colleague is signed out of one browser or of all, and of nobody else’s', async () => {
  const [sam, kim] = [await colleague('support'), await colleague('support')]
  const open = (email: string) => signIn(app, anonymous, { email, password })
  const [first, second, other] = [await open(sam.email), await open(sam.email), await open(kim.email)]
  await endStaffSessions(app, boss, { userId: sam.userId, sessionId: first.sessionId })
  assert.equal(await authenticateSession(app, first.token), undefined)
  assert.ok(await authenticateSession(app, second.token))
  await assert.rejects(endStaffSessions(app, boss, { userId: sam.userId, sessionId: other.sessionId }), {
    code: 'session_not_found',
  })
  await endStaffSessions(app, boss, { userId: sam.userId })
  assert.equal(await authenticateSession(app, second.token), undefined)
  assert.ok(await authenticateSession(app, other.token))
})

test('nobody changes, ends or resets themselves, nor the role they have', async () => {
  const role = await roleWith('Managers', 'staff.read', 'staff.manage', 'order.read')
  const manager = await colleague(role)
  const own = { kind: 'forbidden', code: 'own_staff_account' }
  await assert.rejects(changeStaffRole(app, manager, { userId: manager.userId, role: 'support' }), own)
  await assert.rejects(endStaff(app, manager, { userId: manager.userId }), own)
  await assert.rejects(resetStaffSecondFactor(app, manager, { userId: manager.userId }), own)
  const input = { role, name: 'Managers', permissions: ['staff.manage', 'payment.refund'] as StaffPermission[] }
  await assert.rejects(updateStaffRole(app, manager, input), { code: 'own_role' })
  await assert.rejects(deleteStaffRole(app, manager, { role }), { code: 'own_role' })
})

test('nobody gives a right they do not have, by no way', async () => {
  const role = await roleWith('People team', 'staff.read', 'staff.manage', 'order.read')
  const manager = await colleague(role)
  const exceeds = { kind: 'forbidden', code: 'grant_exceeds_own' }
  const sam = await colleague(await roleWith('Readers', 'order.read'))
  await assert.rejects(changeStaffRole(app, manager, { userId: sam.userId, role: 'admin' }), exceeds)
  await assert.rejects(changeStaffRole(app, manager, { userId: sam.userId, role: 'support' }), exceeds)
  await assert.rejects(
    inviteStaff(app, manager, { email: 'y@example.com', name: 'Y', role: 'operations', locale: 'en' }),
    exceeds,
  )
  await assert.rejects(
    updateStaffRole(app, manager, { role: 'readers', name: 'Readers', permissions: ['order.read', 'job.retry'] }),
    exceeds,
  )
  await updateStaffRole(app, manager, { role: 'readers', name: 'Readers', permissions: ['order.read', 'staff.read'] })
  assert.deepEqual([...(await again(sam.userId)).may], ['order.read', 'staff.read'])
  // Nor is whoever may more than they taken down by them.
  for (const act of [endStaff, resetStaffSecondFactor, endStaffSessions])
    await assert.rejects(act(app, manager, { userId: boss.userId }), exceeds)
})

test('whoever lost their role a moment ago finishes nothing they began with it', async () => {
  const stale = await colleague('admin')
  const sam = await colleague('support')
  await changeStaffRole(app, boss, { userId: stale.userId, role: 'support' })
  await assert.rejects(changeStaffRole(app, stale, { userId: sam.userId, role: 'admin' }), {
    code: 'permission_denied',
  })
  await assert.rejects(endStaff(app, stale, { userId: boss.userId }), { code: 'permission_denied' })
})

test('a role that somebody has is not deleted, one without holders is, and the administrators’ stays as it is', async () => {
  const role = await roleWith('Short lived', 'order.read')
  const sam = await colleague(role)
  await assert.rejects(deleteStaffRole(app, boss, { role }), { code: 'role_in_use' })
  await changeStaffRole(app, boss, { userId: sam.userId, role: 'support' })
  await deleteStaffRole(app, boss, { role })
  await assert.rejects(deleteStaffRole(app, boss, { role }), { code: 'role_not_found' })
  await assert.rejects(changeStaffRole(app, boss, { userId: sam.userId, role }), { code: 'role_not_found' })
  await assert.rejects(updateStaffRole(app, tester, { role: 'admin', name: 'A', permissions: [] }), {
    code: 'role_fixed',
  })
  await assert.rejects(deleteStaffRole(app, tester, { role: 'admin' }), { code: 'role_fixed' })
  await assert.rejects(createStaffRole(app, boss, { name: 'Support' }), { code: 'role_exists' })
})

test('two administrators who demote, or end, each other at once leave one', async () => {
  await app.db.updateTable('users').set({ staffRole: 'support' }).where('staffRole', '=', 'admin').execute()
  for (const act of [
    (actor: StaffActor, userId: string) => changeStaffRole(app, actor, { userId, role: 'support' }),
    (actor: StaffActor, userId: string) => endStaff(app, actor, { userId }),
  ]) {
    for (let round = 0; round < 6; round += 1) {
      const [one, two] = [await colleague('admin'), await colleague('admin')]
      const results = await Promise.allSettled([act(one, two.userId), act(two, one.userId)])
      assert.equal(results.filter(({ status }) => status === 'fulfilled').length, 1)
      const { rows } = await listStaff(app, tester, { limit: 10, role: 'admin', state: 'active' })
      assert.equal(rows.length, 1)
      await app.db.updateTable('users').set({ staffRole: 'support' }).where('staffRole', '=', 'admin').execute()
    }
  }
  const last = await colleague('admin')
  await assert.rejects(endStaff(app, tester, { userId: last.userId }), { code: 'last_administrator' })
  await assert.rejects(changeStaffRole(app, tester, { userId: last.userId, role: 'support' }), {
    code: 'last_administrator',
  })
})

test('our people are found by name, role, state and second factor, page by page', async () => {
  const all: string[] = []
  for (let after: string | undefined; ;) {
    const { rows, next } = await listStaff(app, tester, { limit: 3, after })
    all.push(...rows.map(({ id }) => id))
    if ((after = next) === undefined) break
  }
  assert.equal(new Set(all).size, all.length)
  assert.equal((await listStaff(app, tester, { limit: 100 })).rows.length, all.length)
  const ended = await listStaff(app, tester, { limit: 100, state: 'ended' })
  assert.ok(ended.rows.length > 0 && ended.rows.every(({ state, role }) => state === 'ended' && role === null))
  assert.deepEqual(
    (await listStaff(app, tester, { limit: 100, search: 'LATE@' })).rows.map(({ name }) => name),
    ['Late'],
  )
  assert.equal((await listStaff(app, tester, { limit: 100, secondFactor: 'on' })).rows.length, 0)
})

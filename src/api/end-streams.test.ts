import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { changeMemberRole } from '#modules/accounts/change-member-role.ts'
import { changePassword } from '#modules/accounts/change-password.ts'
import { createApiToken } from '#modules/accounts/create-api-token.ts'
import { removeMember } from '#modules/accounts/remove-member.ts'
import { revokeApiToken } from '#modules/accounts/revoke-api-token.ts'
import { switchCustomer } from '#modules/accounts/switch-customer.ts'
import { buildCustomer, PASSWORD } from '#test/support/api-client.ts'
import { createStaff } from '#modules/accounts/create-staff.ts'
import { endStaff } from '#modules/accounts/end-staff.ts'
import { changeStaffRole } from '#modules/accounts/change-staff-role.ts'
import { updateStaffRole } from '#modules/accounts/edit-staff-roles.ts'
import { signIn } from '#modules/accounts/sign-in.ts'
import { signOut } from '#modules/accounts/sign-out.ts'
import { anonymous } from '#platform/actor.ts'
import type { StaffRole } from '#test/support/actors.ts'
import { tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const password = 'a quiet river stone'
const PROMISED_MS = 5_000
let people = 0

/** A colleague who listens to the event stream. */
async function listening(role: StaffRole) {
  const email = `${role}${(people += 1)}@example.com`
  const { id: userId } = await createStaff(app, tester, { email, name: 'Sam', role, password, locale: 'en' })
  const session = await signIn(app, anonymous, { email, password })
  return { userId, session, ...(await follows(session.token)) }
}

/** Listens with a session's or a program's token. */
async function follows(token: string) {
  const headers = { authorization: `Bearer ${token}` }
  const follow = () => app.fetch(new Request('http://localhost:8080/api/v1/events', { headers }))
  const response = await follow()
  assert.equal(response.status, 200)
  const reader = response.body!.getReader()
  const ended = (async () => {
    while (!(await reader.read()).done);
    return performance.now()
  })()
  return { ended, follow, leave: () => reader.cancel() }
}

let witness: Awaited<ReturnType<typeof listening>>
before(async () => {
  witness = await listening('billing')
})
after(() => witness.leave())

async function requireSoon(ended: Promise<number>, act: () => Promise<unknown>): Promise<void> {
  const begun = performance.now()
  await act()
  const took = (await ended) - begun
  assert.ok(took < PROMISED_MS, `the stream went on for ${took} ms`)
}

test('a colleague who is ended hears nothing more within five seconds, and cannot come back', async () => {
  const sam = await listening('support')
  await requireSoon(sam.ended, () => endStaff(app, tester, { userId: sam.userId }))
  assert.equal((await sam.follow()).status, 401)
})

test('another role, or less in the same role, ends what a colleague listens to; they come back with what they may', async () => {
  const sam = await listening('support')
  await requireSoon(sam.ended, () => changeStaffRole(app, tester, { userId: sam.userId, role: 'operations' }))
  const kim = await listening('operations')
  const permissions = ['order.read' as const]
  await requireSoon(kim.ended, () =>
    updateStaffRole(app, tester, { role: 'operations', name: 'Operations', permissions }),
  )
  assert.equal((await kim.follow()).status, 403)
})

test('a member who is removed, a token that is revoked and a new password end what was heard by them', async () => {
  const { actor, email } = await buildCustomer(app)
  const customerId = actor.customerId
  const listens = async (role: 'admin' | 'technical') => {
    const member = await buildCustomer(app)
    const { userId } = member.actor
    await app.transaction(tester, (tx) =>
      tx.db.insertInto('members').values({ customerId, userId, role, createdAt: tx.now }).execute(),
    )
    const session = await signIn(app, anonymous, { email: member.email, password: PASSWORD })
    const { token } = await switchCustomer(app, session.actor, { customerId })
    return { userId, ...(await follows(token)) }
  }
  const removed = await listens('technical')
  await requireSoon(removed.ended, () => removeMember(app, actor, { userId: removed.userId }))
  const changed = await listens('admin')
  await requireSoon(changed.ended, () => changeMemberRole(app, actor, { userId: changed.userId, role: 'read_only' }))
  assert.equal((await changed.follow()).status, 401)

  const program = await createApiToken(app, actor, { name: 'Listener' })
  const heard = await follows(program.token)
  await requireSoon(heard.ended, () => revokeApiToken(app, actor, { tokenId: program.apiToken.id }))
  const elsewhere = await signIn(app, anonymous, { email, password: PASSWORD })
  const browser = await follows(elsewhere.token)
  await requireSoon(browser.ended, () =>
    changePassword(app, actor, { currentPassword: PASSWORD, newPassword: 'another quiet river' }),
  )
})

test('signing out ends what was heard in that browser alone', async () => {
  const sam = await listening('support')
  await requireSoon(sam.ended, () => signOut(app, sam.session.actor, { sessionId: sam.session.sessionId }))
  const undisturbed = await Promise.race([witness.ended, Promise.resolve('still there')])
  assert.equal(undisturbed, 'still there')
})

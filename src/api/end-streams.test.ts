import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
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
  const headers = { authorization: `Bearer ${session.token}` }
  const follow = () => app.fetch(new Request('http://localhost:8080/api/v1/events', { headers }))
  const response = await follow()
  assert.equal(response.status, 200)
  const reader = response.body!.getReader()
  const ended = (async () => {
    while (!(await reader.read()).done);
    return performance.now()
  })()
  return { userId, session, ended, follow, leave: () => reader.cancel() }
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

test('signing out ends what was heard in that browser alone', async () => {
  const sam = await listening('support')
  await requireSoon(sam.ended, () => signOut(app, sam.session.actor, { sessionId: sam.session.sessionId }))
  const undisturbed = await Promise.race([witness.ended, Promise.resolve('still there')])
  assert.equal(undisturbed, 'still there')
})

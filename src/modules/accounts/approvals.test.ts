import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { approvedActs } from '#app/approvals.ts'
import { terminateService } from '#modules/provisioning/terminate-service.ts'
import type { StaffActor } from '#platform/actor.ts'
import type { StaffRole } from '#test/support/actors.ts'
import { tester } from '#test/support/builders.ts'
import { buildActiveService } from '#test/support/provisioning-builders.ts'
import { FRESH } from '#test/support/actors.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { accountsChecks } from './accounts-checks.ts'
import { endImpersonations } from './end-impersonation.ts'
import { authenticateSession } from './authenticate-session.ts'
import { beginImpersonation } from './begin-impersonation.ts'
import { changeApprovals } from './change-approvals.ts'
import { changeStaffRole } from './change-staff-role.ts'
import { createStaff } from './create-staff.ts'
import { approve, expireApprovals, refuseApproval, withdrawApproval } from './decide-approval.ts'
import { endStaff } from './end-staff.ts'
import { listApprovals, listGuardedActs } from './list-approvals.ts'
import { openSession } from './open-session.ts'
import { GUARDED_ACTS } from './settings.ts'
import { getStaff } from './staff-queries.ts'

const app = await createTestApp()
after(() => app.close())

let people = 0
/** A colleague with a session of their own. */
async function colleague(role: StaffRole): Promise<StaffActor & { token: string }> {
  const email = `${role}${(people += 1)}@example.com`
  const input = { email, name: `Sam ${people}`, role, password: 'a quiet river stone', locale: 'en' } as const
  const { id } = await createStaff(app, tester, input)
  const session = await app.transaction(tester, (tx) => openSession(app, tx, { userId: id, method: 'password' }))
  assert.ok(session?.actor.kind === 'staff')
  return { ...session.actor, session: { ...FRESH, id: session.sessionId }, token: session.token }
}

let [boss, second]: (StaffActor & { token: string })[] = []
before(async () => {
  boss = await colleague('admin')
  second = await colleague('admin')
  await changeApprovals(app, boss, { acts: [...GUARDED_ACTS] })
})

const agree = (actor: StaffActor, approvalId: string | null) =>
  approve(app, actor, { approvalId: approvalId! }, approvedActs)
const stateOf = async (id: string | null) =>
  (await app.db.selectFrom('approvals').select('state').where('id', '=', id!).executeTakeFirstOrThrow()).state
const roleOf = async (id: string) => (await getStaff(app, tester, id)).role
const askRole = async (role: StaffRole = 'billing') => {
  const sam = await colleague('support')
  const { approvalId } = await changeStaffRole(app, boss!, { userId: sam.userId, role })
  assert.ok(approvalId)
  return { sam, approvalId }
}
const eventsOf = async (name: string, subjectId: string) =>
  app.db.selectFrom('events').selectAll().where('name', '=', name).where('subjectId', '=', subjectId).execute()

test('a change of role waits for a second colleague and is done with their word, under both names', async () => {
  const { sam, approvalId } = await askRole()
  assert.equal(await roleOf(sam.userId), 'support')
  await agree(second!, approvalId)
  assert.equal(await roleOf(sam.userId), 'billing')
  assert.equal(await stateOf(approvalId), 'done')
  const [event] = await eventsOf('staff.role_changed', sam.userId)
  assert.equal(event?.actorId, second!.userId)
  assert.deepEqual(event.after, { role: 'billing', approvalId, askedBy: boss!.userId })
  await assert.rejects(agree(second!, approvalId), { code: 'approval_done' })
})

test('nobody decides what they asked for, nor what is about themselves', async () => {
  const { approvalId } = await askRole()
  await assert.rejects(agree(boss!, approvalId), { code: 'approval_own' })
  await assert.rejects(refuseApproval(app, boss!, { approvalId }), { code: 'approval_own' })
  const kim = await colleague('admin')
  const { approvalId: own } = await changeStaffRole(app, boss!, { userId: kim.userId, role: 'operations' })
  await assert.rejects(agree(kim, own), { code: 'own_staff_account' })
  assert.equal(await stateOf(own), 'pending')
})

test('who agrees needs the right to decide and the right to the act itself', async () => {
  const { approvalId } = await askRole()
  const [operations, support] = [await colleague('operations'), await colleague('support')]
  await assert.rejects(agree(operations, approvalId), { code: 'permission_denied' })
  await assert.rejects(agree(support, approvalId), { code: 'permission_denied' })
  await assert.rejects(refuseApproval(app, support, { approvalId }), { code: 'permission_denied' })
  assert.equal(await stateOf(approvalId), 'pending')
})

test('what was asked by somebody who may it no longer is not done', async () => {
  const asker = await colleague('admin')
  const sam = await colleague('support')
  const { approvalId } = await changeStaffRole(app, asker, { userId: sam.userId, role: 'admin' })
  await endStaff(app, tester, { userId: asker.userId })
  await assert.rejects(agree(second!, approvalId), { code: 'approval_asker_lacks' })
  assert.equal(await roleOf(sam.userId), 'support')
})

test('a server is terminated only when a second colleague agrees; what the system does waits for nobody', async () => {
  const service = await buildActiveService(app)
  const operations = await colleague('operations')
  const { approvalId } = await terminateService(app, operations, { serviceId: service.id })
  assert.deepEqual(await terminateService(app, operations, { serviceId: service.id }), { approvalId })
  assert.equal((await eventsOf('service.termination_requested', service.id)).length, 0)
  await agree(await colleague('operations'), approvalId)
  await app.work()
  assert.equal((await eventsOf('service.terminated', service.id)).length, 1)
  const other = await buildActiveService(app, { hostname: 'web2.example.com' })
  assert.deepEqual(await terminateService(app, tester, { serviceId: other.id }), { approvalId: null })
})

test('an act that became impossible is not done, and the request says why', async () => {
  const service = await buildActiveService(app, { hostname: 'web3.example.com' })
  const { approvalId } = await terminateService(app, await colleague('operations'), { serviceId: service.id })
  await terminateService(app, tester, { serviceId: service.id })
  await app.work()
  await assert.rejects(agree(second!, approvalId), { code: 'service_terminated' })
  assert.equal(await stateOf(approvalId), 'pending')
})

test('looking as a customer begins in the session that asked, when a second colleague agrees', async () => {
  const { customerId } = await buildActiveService(app, { hostname: 'web4.example.com' })
  const support = await colleague('support')
  const { approvalId } = await beginImpersonation(app, support, { customerId, reason: 'Ticket 4711' })
  assert.equal((await authenticateSession(app, support.token))?.acting, null)
  await agree(await colleague('operations'), approvalId)
  assert.equal((await authenticateSession(app, support.token))?.acting?.actor.customerId, customerId)
})

test('switching the need off needs a second colleague itself, and what is switched on meanwhile stays', async () => {
  const { approvalId } = await changeApprovals(app, boss!, { acts: ['service.terminate', 'staff.role_changed'] })
  assert.ok(approvalId)
  assert.equal((await listGuardedActs(app)).length, GUARDED_ACTS.length)
  await assert.rejects(agree(boss!, approvalId), { code: 'approval_own' })
  await agree(second!, approvalId)
  assert.deepEqual(await listGuardedActs(app), ['service.terminate', 'staff.role_changed'])
  assert.deepEqual(await changeApprovals(app, boss!, { acts: [...GUARDED_ACTS] }), { approvalId: null })
  assert.equal((await listGuardedActs(app)).length, GUARDED_ACTS.length)
})

test('asking for something else about the same while one waits is refused', async () => {
  const { sam, approvalId } = await askRole()
  await assert.rejects(changeStaffRole(app, boss!, { userId: sam.userId, role: 'admin' }), { code: 'approval_pending' })
  await assert.rejects(changeStaffRole(app, second!, { userId: sam.userId, role: 'billing' }), {
    code: 'approval_pending',
  })
  await refuseApproval(app, second!, { approvalId })
  assert.equal(await stateOf(approvalId), 'refused')
  assert.ok((await changeStaffRole(app, boss!, { userId: sam.userId, role: 'admin' })).approvalId)
})

test('two who agree at once do it once; whoever withdraws against who agrees, one of them wins', async () => {
  const third = await colleague('admin')
  for (let round = 0; round < 5; round += 1) {
    const { sam, approvalId } = await askRole()
    const both = await Promise.allSettled([agree(second!, approvalId), agree(third, approvalId)])
    assert.equal(both.filter(({ status }) => status === 'fulfilled').length, 1)
    assert.equal((await eventsOf('staff.role_changed', sam.userId)).length, 1)

    const other = await askRole()
    const [agreed, withdrawn] = await Promise.allSettled([
      agree(second!, other.approvalId),
      withdrawApproval(app, boss!, { approvalId: other.approvalId }),
    ])
    assert.notEqual(agreed.status, withdrawn.status)
    const done = agreed.status === 'fulfilled'
    assert.equal(await stateOf(other.approvalId), done ? 'done' : 'withdrawn')
    assert.equal(await roleOf(other.sam.userId), done ? 'billing' : 'support')
  }
})

test('a request is withdrawn by who asked alone, and expires after a day', async () => {
  const { approvalId } = await askRole()
  await assert.rejects(withdrawApproval(app, second!, { approvalId }), { code: 'approval_not_found' })
  app.advance({ hours: 24, seconds: 1 })
  await assert.rejects(agree(second!, approvalId), { code: 'approval_expired' })
  for (let run = 0; run < 2; run += 1) await expireApprovals.run(app, {}, new AbortController().signal)
  assert.equal(await stateOf(approvalId), 'expired')
  assert.equal((await eventsOf('approval.expired', approvalId)).length, 1)
  await assert.rejects(withdrawApproval(app, boss!, { approvalId }), { code: 'approval_expired' })
})

test('whoever may not decide sees only what they asked for themselves', async () => {
  const { customerId } = await buildActiveService(app, { hostname: 'web5.example.com' })
  const [support, other] = [await colleague('support'), await colleague('support')]
  await beginImpersonation(app, support, { customerId, reason: 'Ticket 4711' })
  const seenBy = async (actor: StaffActor) => (await listApprovals(app, actor, { limit: 50, view: 'pending' })).rows
  assert.deepEqual(
    (await seenBy(support)).map(({ own }) => own),
    [true],
  )
  assert.deepEqual(await seenBy(other), [])
  assert.ok((await seenBy(await colleague('billing'))).length >= 1)
})

test('the checks find a house without an administrator, and what was not closed in time', async () => {
  const find = async () => (await Promise.all(accountsChecks.map((check) => check(app)))).flat()
  for (const close of [expireApprovals, endImpersonations]) await close.run(app, {}, new AbortController().signal)
  assert.deepEqual(await find(), [])
  const { approvalId } = await askRole()
  app.advance({ hours: 24, minutes: 11 })
  const late = await find()
  assert.ok(late.every(({ invariant }) => invariant === 'I26'))
  assert.ok(late.some(({ subjectId }) => subjectId === approvalId))
  await expireApprovals.run(app, {}, new AbortController().signal)
  await app.db.updateTable('users').set({ staffRole: 'support' }).where('staffRole', '=', 'admin').execute()
  assert.deepEqual(
    (await find()).map(({ invariant }) => invariant),
    ['I25'],
  )
})

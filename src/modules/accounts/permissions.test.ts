import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { anonymous, system } from '#platform/actor.ts'
import { memberAs, rightsOf, STAFF_ROLES, staffAs, type StaffRole } from '#test/support/actors.ts'
import { createTestApp } from '#test/support/test-app.ts'
import {
  mayDo,
  mayDoSomewhere,
  requireOnService,
  requirePermission,
  servicesWith,
  STAFF_PERMISSIONS,
  visibleWith,
} from './permissions.ts'

const app = await createTestApp()
after(() => app.close())

const user = memberAs('cus_1')
const roles = Object.keys(STAFF_ROLES) as StaffRole[]

test('the roles a house begins with are those the tests know', async () => {
  const stored = await app.db.selectFrom('staffRoles').select(['id', 'permissions']).orderBy('id').execute()
  assert.deepEqual(
    stored.map(({ id, permissions }) => [id, permissions.toSorted()]),
    roles.map((role) => [role, STAFF_ROLES[role].toSorted()]),
  )
})

test('strangers never have a permission, owners only those about their customer', () => {
  for (const permission of STAFF_PERMISSIONS) {
    assert.equal(mayDo(anonymous, permission), false)
    assert.equal(mayDo(system('test'), permission), true)
  }
  for (const ours of ['job.read', 'staff.create', 'service.terminate', 'payment.refund', 'procedure.read'] as const)
    assert.throws(() => requirePermission(user, ours), { kind: 'forbidden', code: 'permission_denied' })
  assert.throws(() => requirePermission(anonymous, 'order.read'), { kind: 'unauthenticated', code: 'sign_in_required' })
})

test('an admin may do whatever any role may', () => {
  for (const role of roles) for (const permission of rightsOf(role)) assert.ok(staffAs('admin').may.has(permission))
})

test('support looks, also with the eyes of a customer, and does not touch', () => {
  for (const permission of rightsOf('support')) assert.match(permission, /\.read$|^customer\.impersonate$/)
})

test('what cannot be undone belongs to those whose work it is', () => {
  const holders = (permission: (typeof STAFF_PERMISSIONS)[number]): string[] =>
    roles.filter((role) => mayDo(staffAs(role), permission)).toSorted()
  assert.deepEqual(holders('service.terminate'), ['admin', 'operations'])
  assert.deepEqual(holders('payment.refund'), ['admin', 'billing'])
  assert.deepEqual(holders('procedure.retry'), ['admin', 'operations'])
  assert.deepEqual(holders('staff.create'), ['admin'])
  assert.deepEqual(holders('clock.move'), ['admin'])
})

test('a user sees their customer, staff with the permission see all', () => {
  assert.equal(visibleWith(user, 'customer.read'), 'cus_1')
  assert.equal(visibleWith(staffAs('support'), 'customer.read'), undefined)
  assert.throws(() => visibleWith(staffAs('support'), 'job.read'), { code: 'permission_denied' })
})

test('whoever was lent one service reaches that one, for what it was lent for', () => {
  const friend = { ...user, may: new Set<string>(), lent: new Map([['svc_1', new Set(['service.read'])]]) }
  assert.deepEqual(servicesWith(friend, 'service.read'), { customerId: 'cus_1', serviceIds: ['svc_1'] })
  assert.throws(() => servicesWith(friend, 'service.operate'), { code: 'permission_denied' })
  assert.throws(() => requireOnService(friend, 'svc_1', 'service.operate'), { code: 'permission_denied' })
  assert.throws(() => requireOnService(friend, 'svc_2', 'service.read'), { code: 'permission_denied' })
  assert.equal(mayDo(friend, 'service.read'), false)
  assert.equal(mayDoSomewhere(friend, 'service.read'), true)
  assert.throws(() => visibleWith(friend, 'invoice.read'), { code: 'permission_denied' })
})

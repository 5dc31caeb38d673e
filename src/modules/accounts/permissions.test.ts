import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Actor, anonymous, type StaffRole, system } from '#platform/actor.ts'
import { mayDo, PERMISSIONS, requirePermission, visibleWith } from './permissions.ts'

const staff = (role: StaffRole): Actor => ({ kind: 'staff', userId: 'usr_1', role })
const user: Actor = { kind: 'user', userId: 'usr_1', customerId: 'cus_1' }
const roles = Object.keys(PERMISSIONS) as StaffRole[]
const all = [...PERMISSIONS.admin]

test('customers and strangers never have a permission of staff', () => {
  for (const permission of all) {
    assert.equal(mayDo(user, permission), false)
    assert.equal(mayDo(anonymous, permission), false)
    assert.equal(mayDo(system('test'), permission), true)
  }
  assert.throws(() => requirePermission(user, 'order.read'), { kind: 'forbidden', code: 'permission_denied' })
  assert.throws(() => requirePermission(anonymous, 'order.read'), { kind: 'unauthenticated', code: 'sign_in_required' })
})

test('an admin may do whatever any role may', () => {
  for (const role of roles) for (const permission of PERMISSIONS[role]) assert.ok(mayDo(staff('admin'), permission))
})

test('support looks and does not touch', () => {
  for (const permission of PERMISSIONS.support) assert.match(permission, /\.read$/)
})

test('what cannot be undone belongs to those whose work it is', () => {
  const holders = (permission: (typeof all)[number]): string[] =>
    roles.filter((role) => mayDo(staff(role), permission)).toSorted()
  assert.deepEqual(holders('service.terminate'), ['admin', 'operations'])
  assert.deepEqual(holders('payment.refund'), ['admin', 'billing'])
  assert.deepEqual(holders('procedure.retry'), ['admin', 'operations'])
  assert.deepEqual(holders('staff.create'), ['admin'])
  assert.deepEqual(holders('clock.move'), ['admin'])
})

test('a user sees their customer, staff with the permission see all', () => {
  assert.equal(visibleWith(user, 'customer.read'), 'cus_1')
  assert.equal(visibleWith(staff('support'), 'customer.read'), undefined)
  assert.throws(() => visibleWith(staff('support'), 'job.read'), { code: 'permission_denied' })
})

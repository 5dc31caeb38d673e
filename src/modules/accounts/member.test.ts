import assert from 'node:assert/strict'
import { test } from 'node:test'
import { mayGrantRole, MEMBER_RIGHTS, MEMBER_ROLES } from './member.ts'
import { MEMBER_PERMISSIONS, type MemberPermission } from './permissions.ts'

const holders = (permission: MemberPermission): string[] =>
  MEMBER_ROLES.filter((role) => MEMBER_RIGHTS[role].has(permission))

test('each role has what its work asks for', () => {
  assert.deepEqual(holders('customer.close'), ['owner'])
  assert.deepEqual(holders('member.manage'), ['owner', 'admin'])
  assert.deepEqual(holders('customer.update'), ['owner', 'admin', 'billing'])
  assert.deepEqual(holders('invoice.pay'), ['owner', 'admin', 'billing'])
  assert.deepEqual(holders('invoice.read'), ['owner', 'admin', 'billing', 'read_only'])
  assert.deepEqual(holders('service.operate'), ['owner', 'admin', 'technical'])
  assert.deepEqual(holders('service.lend'), ['owner', 'admin', 'technical'])
  assert.deepEqual(holders('service.read'), [...MEMBER_ROLES])
})

test('who only reads changes nothing', () => {
  for (const permission of MEMBER_RIGHTS.read_only) assert.match(permission, /\.read$/)
})

test('an owner may do everything there is', () => {
  assert.deepEqual([...MEMBER_RIGHTS.owner], [...MEMBER_PERMISSIONS])
})

test('nobody gives a role that may do more than their own', () => {
  for (const own of MEMBER_ROLES)
    for (const role of MEMBER_ROLES)
      if (mayGrantRole(own, role)) assert.ok(MEMBER_RIGHTS[role].isSubsetOf(MEMBER_RIGHTS[own]), `${own} gives ${role}`)
  assert.equal(mayGrantRole('admin', 'owner'), false)
  assert.equal(mayGrantRole('technical', 'read_only'), false)
})

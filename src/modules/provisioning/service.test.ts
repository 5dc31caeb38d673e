import assert from 'node:assert/strict'
import { test } from 'node:test'
import { can } from '#platform/state-machine.ts'
import { failureMessage } from './service-failure.ts'
import { powerActions, requirePowerable, serviceMachine } from './service.ts'

test('only power actions that fit what the host last told are offered', () => {
  assert.deepEqual(powerActions({ state: 'active', power: 'running' }), ['shutdown', 'restart', 'stop'])
  assert.deepEqual(powerActions({ state: 'active', power: 'stopped' }), ['start'])
  assert.deepEqual(powerActions({ state: 'suspended', power: 'stopped' }), [])
})

test('a suspended server refuses power actions and says why', () => {
  assert.throws(() => requirePowerable({ state: 'suspended' }), { kind: 'conflict', code: 'service_suspended' })
})

test('a server that is being built can be neither suspended nor terminated, a failed one can be retried', () => {
  assert.equal(can(serviceMachine, { state: 'provisioning' }, 'suspend'), false)
  assert.equal(can(serviceMachine, { state: 'provisioning' }, 'terminate'), false)
  assert.equal(can(serviceMachine, { state: 'failed' }, 'retry'), true)
  assert.equal(can(serviceMachine, { state: 'terminated' }, 'terminate'), false)
})

test('customers are told of a full region and of a fault apart, in their language, never in the words of the host', () => {
  assert.match(failureMessage('addresses_exhausted', 'en'), /no room left in this region/)
  assert.match(failureMessage('vps_host_refused', 'en'), /technical fault on our side/)
  assert.match(failureMessage('no_capacity', 'de'), /kein Platz/)
})

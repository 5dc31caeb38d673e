import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { beginService, tester } from '#test/support/provisioning-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { grantEntitlements } from './grant-entitlements.ts'
import { revokeEntitlements } from './revoke-entitlements.ts'

const app = await createTestApp()
after(() => app.close())

const { service } = await beginService(app)
const { customerId, subscriptionId } = service

const held = () =>
  app.db
    .selectFrom('entitlements')
    .select(['code', 'quantity', 'state'])
    .where('subscriptionId', '=', subscriptionId)
    .orderBy('code')
    .execute()

const grant = (grants: { code: string; quantity: number }[]) =>
  app.transaction(tester, (tx) => grantEntitlements(tx, { customerId, subscriptionId, grants }))

test('what was bought is granted once, however often it is said, and a new quantity replaces the old', async () => {
  await grant([
    { code: 'vps', quantity: 1 },
    { code: 'backups', quantity: 1 },
  ])
  await grant([
    { code: 'vps', quantity: 1 },
    { code: 'backups', quantity: 3 },
  ])
  assert.deepEqual(await held(), [
    { code: 'backups', quantity: 3, state: 'granted' },
    { code: 'vps', quantity: 1, state: 'granted' },
  ])
})

test('what is revoked is gone with an event each, and can be granted again', async () => {
  const revoke = () => app.transaction(tester, (tx) => revokeEntitlements(tx, { subscriptionId }))
  await revoke()
  await revoke()
  assert.deepEqual(
    (await held()).map((each) => each.state),
    ['revoked', 'revoked'],
  )
  const events = await app.db.selectFrom('events').select('id').where('name', '=', 'entitlement.revoked').execute()
  assert.equal(events.length, 2)
  await grant([{ code: 'vps', quantity: 2 }])
  assert.deepEqual((await held()).at(-1), { code: 'vps', quantity: 2, state: 'granted' })
})

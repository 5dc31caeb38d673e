import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { requestCancellation, undoCancellation } from '#modules/billing/request-cancellation.ts'
import { goTo, listDocuments } from '#test/support/billing-builders.ts'
import { type Bought, buildPaidOrder } from '#test/support/builders.ts'
import { agreementOf, buildChangeQuote, passNightOfChanges, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

async function onDay(day: string): Promise<void> {
  goTo(app, day)
  await passNightOfChanges(app)
}

async function cancel(bought: Bought, when: 'period_end' | 'now' = 'period_end') {
  const { id: subscriptionId } = await agreementOf(app, bought)
  await requestCancellation(app, bought.actor, {
    subscriptionId,
    when,
    reason: 'not_needed',
    note: ' Moved to a bigger one ',
  })
  await app.work()
  return subscriptionId
}

test('cancelled, the server runs until the paid period ends, is not billed again, and is removed on that day', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await onDay('2027-03-18')
  assert.equal((await listDocuments(app, bought.customer.id)).at(-1)!.invoice.state, 'open')
  await cancel(bought)
  const ending = await agreementOf(app, bought)
  assert.deepEqual(
    [ending.state, ending.cancelOn?.toString(), ending.cancelReason, ending.cancelNote, ending.nextBillingOn],
    ['active', '2027-04-01', 'not_needed', 'Moved to a bigger one', null],
  )
  assert.equal((await listDocuments(app, bought.customer.id)).at(-1)!.invoice.state, 'void')
  await onDay('2027-03-31')
  assert.equal((await serviceOf(app, bought)).state, 'active')
  await onDay('2027-04-01')
  assert.equal((await agreementOf(app, bought)).state, 'cancelled')
  assert.equal((await serviceOf(app, bought)).state, 'terminated')
  await onDay('2027-05-01')
  assert.equal((await listDocuments(app, bought.customer.id)).length, 2)
  assert.deepEqual(await runChecks(app), [])
})

test('a cancellation taken back in time leaves all as it was, and the renewal is made anew', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await onDay('2027-03-18')
  const subscriptionId = await cancel(bought)
  await assert.rejects(buildChangeQuote(app, bought, { plan: 'vps-professional' }), { code: 'subscription_ending' })
  await assert.rejects(cancel(bought), { code: 'subscription_ending' })
  await onDay('2027-03-30')
  await undoCancellation(app, bought.actor, { subscriptionId })
  await onDay('2027-03-31')
  await onDay('2027-04-01')
  const renewed = await agreementOf(app, bought)
  assert.deepEqual(
    [renewed.state, renewed.cancelOn, renewed.cancelReason, renewed.currentPeriodEnd.toString()],
    ['active', null, null, '2027-05-01'],
  )
  assert.equal((await serviceOf(app, bought)).state, 'active')
  await assert.rejects(undoCancellation(app, bought.actor, { subscriptionId }), { code: 'cancellation_missing' })
  assert.deepEqual(await runChecks(app), [])
})

test('cancelled now, the server is removed today and paid days are not given back', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  await onDay('2027-03-10')
  const subscriptionId = await cancel(bought, 'now')
  assert.equal((await agreementOf(app, bought)).state, 'cancelled')
  assert.equal((await serviceOf(app, bought)).state, 'terminated')
  await assert.rejects(undoCancellation(app, bought.actor, { subscriptionId }), { code: 'subscription_cancelled' })
  assert.deepEqual(
    await app.db.selectFrom('creditGrants').selectAll().where('customerId', '=', bought.customer.id).execute(),
    [],
  )
  assert.deepEqual(await runChecks(app), [])
})

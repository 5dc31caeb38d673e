import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { sql } from 'kysely'
import { staffAs } from '#test/support/actors.ts'
import { listDocuments, passNight } from '#test/support/billing-builders.ts'
import { tester } from '#test/support/builders.ts'
import { type Adopted, atStripe, buildAdopted } from '#test/support/gateway-subscriptions.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from '../billing-checks.ts'
import { getSubscription } from '../billing-queries.ts'
import { cancelSubscription } from '../cancel-subscription.ts'
import { requestCancellation, undoCancellation } from '../request-cancellation.ts'
import type { Subscription } from '../subscription.ts'
import { listGatewaySubscriptions } from './adoption-queries.ts'
import { moveSubscription, moveSubscriptions, undoMove } from './move-subscriptions.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(async () => {
  app.stripe.webhooks.misbehave({})
  await app.work()
})

const staff = staffAs('admin')

const build = (about: Parameters<typeof buildAdopted>[1] = {}): Promise<Adopted> => buildAdopted(app, about)
const now = ({ id }: { id: string }): Promise<Subscription> => getSubscription(app, tester, id)
const adoptionOf = ({ id }: { id: string }) =>
  app.db.selectFrom('adoptions').selectAll().where('subscriptionId', '=', id).executeTakeFirstOrThrow()
const days = (of: Subscription): string[] => [of.currentPeriodStart.toString(), of.currentPeriodEnd.toString()]
const eventsOf = async ({ id }: { id: string }): Promise<string[]> =>
  (await app.db.selectFrom('events').select('name').where('subjectId', '=', id).orderBy('id').execute()).map(
    ({ name }) => name,
  )
const theirs = (of: Adopted) => app.paymentGateway.getSubscription(of.gatewaySubscriptionId)

async function requireOrder(): Promise<void> {
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
}

test('our night leaves what Stripe bills alone, and the database refuses whoever would bill it twice', async () => {
  const adopted = await build()
  await adopted.liveUntil('2027-02-27T10:00:00Z')
  await app.work()
  await passNight(app)
  assert.equal((await listDocuments(app, adopted.customer.id)).length, 0)
  await assert.rejects(
    app.db
      .updateTable('subscriptions')
      .set({ nextBillingOn: Temporal.PlainDate.from('2027-02-01') })
      .where('id', '=', adopted.id)
      .execute(),
    /subscriptions_billed_once/,
  )
})

test('Stripe renews it twice; then it is moved over, and our renewal is charged on the right day from the saved card', async () => {
  const adopted = await build()
  await adopted.liveUntil('2027-02-28T12:00:00Z')
  await app.work()
  assert.deepEqual(days(await now(adopted)), ['2027-02-28', '2027-03-31'], 'an anchor on the 31st comes back')
  await adopted.liveUntil('2027-03-31T12:00:00Z')
  await app.work()
  assert.deepEqual(days(await now(adopted)), ['2027-03-31', '2027-04-30'])
  await requireOrder()

  await adopted.liveUntil('2027-04-10T10:00:00Z')
  await moveSubscription(app, staff, { subscriptionId: adopted.id })
  await app.work()
  const moved = await now(adopted)
  assert.deepEqual(
    [moved.billedBy, moved.nextBillingOn?.toString(), days(moved)],
    ['us', '2027-04-16', ['2027-03-31', '2027-04-30']],
  )
  assert.equal((await theirs(adopted))?.renews, false)
  assert.equal((await adoptionOf(adopted)).movedFrom?.toString(), '2027-04-30')
  await requireOrder()

  await adopted.liveUntil('2027-04-20T10:00:00Z')
  await passNight(app)
  const [made] = await listDocuments(app, adopted.customer.id)
  assert.deepEqual(
    [made?.invoice.dueOn.toString(), made?.lines[0]?.periodStart?.toString(), made?.lines[0]?.periodEnd?.toString()],
    ['2027-04-30', '2027-04-30', '2027-05-31'],
  )
  assert.equal(made?.invoice.totalMinor, 1_500n, 'what Stripe charged')
  assert.equal(made.invoice.state, 'open', 'nothing is charged before its day')

  await adopted.liveUntil('2027-04-30T12:00:00Z')
  await app.work()
  assert.equal((await theirs(adopted))?.ended, true)
  await passNight(app)
  const documents = await listDocuments(app, adopted.customer.id)
  assert.deepEqual(
    documents.map(({ invoice }) => invoice.state),
    ['paid'],
  )
  assert.deepEqual([(await now(adopted)).state, days(await now(adopted))], ['active', ['2027-04-30', '2027-05-31']])
  const paidThere = await app.db
    .selectFrom('gatewayInvoices')
    .select('id')
    .where('subscriptionId', '=', adopted.id)
    .execute()
  assert.equal(paidThere.length, 3, 'Stripe made none for the period that is ours')
  await requireOrder()
})

test('a refused card makes it past due, and the money that comes later makes it current again', async () => {
  const adopted = await build()
  const broken = await atStripe(app, 'POST', 'payment_methods/pm_card_chargeCustomerFail/attach', {
    customer: adopted.gatewayCustomerId,
  })
  await atStripe(app, 'POST', `customers/${adopted.gatewayCustomerId}`, {
    'invoice_settings[default_payment_method]': broken.id,
  })
  await adopted.liveUntil('2027-02-28T12:00:00Z')
  await app.work()
  const late = await now(adopted)
  assert.deepEqual(
    [late.state, days(late)],
    ['past_due', ['2027-01-31', '2027-02-28']],
    'a period that is not paid is not theirs',
  )
  const listLate = async () =>
    (await listGatewaySubscriptions(app, staff, { view: 'adopted', late: true, limit: 5 })).rows.map(
      ({ subscriptionId }) => subscriptionId,
    )
  assert.deepEqual(await listLate(), [adopted.id], 'staff see it on their home page')
  await assert.rejects(moveSubscription(app, staff, { subscriptionId: adopted.id }), { code: 'adoption_unpaid' })
  const good = await atStripe(app, 'POST', 'payment_methods/pm_card_visa/attach', {
    customer: adopted.gatewayCustomerId,
  })
  await atStripe(app, 'POST', `customers/${adopted.gatewayCustomerId}`, {
    'invoice_settings[default_payment_method]': good.id,
  })
  await adopted.liveUntil('2027-03-04T12:00:00Z')
  await app.work()
  const paid = await now(adopted)
  assert.deepEqual([paid.state, days(paid)], ['active', ['2027-02-28', '2027-03-31']])
  assert.ok((await eventsOf(adopted)).includes('subscription.caught_up'))
  assert.deepEqual(await listLate(), [])
  await requireOrder()
})

test('one that is deleted at Stripe ends here, and no late or repeated message brings it back', async () => {
  const adopted = await build()
  const old = app.stripe
    .events()
    .findLast(
      ({ type, data }) =>
        type === 'customer.subscription.created' && data.object['id'] === adopted.gatewaySubscriptionId,
    )!
  app.stripe.webhooks.misbehave({ copies: 3 })
  await atStripe(app, 'DELETE', `subscriptions/${adopted.gatewaySubscriptionId}`)
  await app.work()
  assert.equal((await now(adopted)).state, 'cancelled')
  const before = await eventsOf(adopted)
  assert.equal(before.filter((name) => name === 'subscription.cancelled').length, 1)
  await sql`update gateway_events set state = 'received', processed_at = null where id = ${old.id}`.execute(app.db)
  await app.stripe.resend(old.id, 3)
  await app.work()
  assert.equal((await now(adopted)).state, 'cancelled')
  assert.deepEqual(await eventsOf(adopted), before)
  await sql`update gateway_events set state = 'processed', processed_at = now() where id = ${old.id}`.execute(app.db)
  await requireOrder()
})

test('a move is taken back before the period ends: our renewal is void, and Stripe renews as before', async () => {
  const adopted = await build()
  await adopted.liveUntil('2027-02-20T10:00:00Z')
  assert.deepEqual(await moveSubscriptions(app, staff, { subscriptionIds: [adopted.id, 'sub_nobody'] }), {
    asked: [adopted.id],
    left: 1,
  })
  await assert.rejects(undoMove(app, staff, { subscriptionId: adopted.id }), { code: 'adoption_not_moved' })
  await app.work()
  await passNight(app)
  assert.equal((await listDocuments(app, adopted.customer.id)).length, 1)
  await undoMove(app, staff, { subscriptionId: adopted.id })
  await app.work()
  assert.deepEqual(
    (await listDocuments(app, adopted.customer.id)).map(({ invoice }) => invoice.state),
    ['void'],
  )
  assert.equal((await theirs(adopted))?.renews, true)
  await requireOrder()
  await adopted.liveUntil('2027-02-28T12:00:00Z')
  await app.work()
  await passNight(app)
  assert.deepEqual([(await now(adopted)).billedBy, days(await now(adopted))], ['gateway', ['2027-02-28', '2027-03-31']])
  await requireOrder()
})

test('whoever switches the renewal on again at Stripe after the move is overruled', async () => {
  const adopted = await build()
  await adopted.liveUntil('2027-02-10T10:00:00Z')
  await moveSubscription(app, staff, { subscriptionId: adopted.id })
  await app.work()
  await atStripe(app, 'POST', `subscriptions/${adopted.gatewaySubscriptionId}`, { cancel_at_period_end: 'false' })
  await app.work()
  assert.equal((await theirs(adopted))?.renews, false)
  assert.ok((await eventsOf(adopted)).includes('adoption.renews_again'))
  await requireOrder()
})

test('an answer that is lost on the way, or asked for twice at once, moves it over once', async () => {
  const adopted = await build()
  await adopted.liveUntil('2027-02-10T10:00:00Z')
  await moveSubscription(app, staff, { subscriptionId: adopted.id })
  // What was asked is done there, and nobody here has heard of it.
  await atStripe(app, 'POST', `subscriptions/${adopted.gatewaySubscriptionId}`, { cancel_at_period_end: 'true' })
  await app.work()
  assert.equal((await now(adopted)).billedBy, 'us')
  assert.equal((await eventsOf(adopted)).filter((name) => name === 'adoption.moved').length, 1)
  await requireOrder()
})

test('a customer cancels at the end of the period: Stripe is told, and it ends on that day here as well', async () => {
  const adopted = await build()
  await requestCancellation(app, adopted.actor, { subscriptionId: adopted.id, when: 'period_end', reason: 'moving' })
  await assert.rejects(moveSubscription(app, staff, { subscriptionId: adopted.id }), { code: 'adoption_busy' })
  await app.work()
  assert.equal((await theirs(adopted))?.renews, false)
  await undoCancellation(app, adopted.actor, { subscriptionId: adopted.id })
  await app.work()
  assert.deepEqual([(await theirs(adopted))?.renews, (await now(adopted)).cancelOn], [true, null])
  await requestCancellation(app, adopted.actor, { subscriptionId: adopted.id, when: 'period_end', reason: 'moving' })
  await app.work()
  await adopted.liveUntil('2027-02-28T12:00:00Z')
  await app.work()
  const ended = await now(adopted)
  assert.deepEqual([ended.state, ended.cancelReason], ['cancelled', 'moving'])
  await requireOrder()
})

test('an agreement that ends here at once ends at Stripe, too', async () => {
  const adopted = await build()
  await app.transaction(tester, (tx) => cancelSubscription(tx, adopted.id))
  await app.work()
  assert.deepEqual([(await now(adopted)).state, (await theirs(adopted))?.ended], ['cancelled', true])
  await requireOrder()
})

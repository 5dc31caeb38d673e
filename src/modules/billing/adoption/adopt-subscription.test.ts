import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { listDocuments } from '#test/support/billing-builders.ts'
import { buildCustomer, tester } from '#test/support/builders.ts'
import { atStripe, buildAdopted, buildAtStripe, type RunningThere } from '#test/support/gateway-subscriptions.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getSubscription } from '../billing-queries.ts'
import { adoptSubscription } from './adopt-subscription.ts'

const app = await createTestApp()
after(() => app.close())

const staff = staffAs('admin')
const plan = await app.db.selectFrom('plans').select('id').orderBy('position').executeTakeFirstOrThrow()
const eventsOf = async ({ id }: { id: string }): Promise<string[]> =>
  (await app.db.selectFrom('events').select('name').where('subjectId', '=', id).orderBy('id').execute()).map(
    ({ name }) => name,
  )

test('a subscription of Stripe is adopted as it stands, without a document and without money', async () => {
  const adopted = await buildAdopted(app, { quantity: 2, amount: 750 })
  const agreement = await getSubscription(app, tester, adopted.id)
  assert.deepEqual(
    [
      agreement.state,
      agreement.billedBy,
      agreement.nextBillingOn,
      agreement.currency,
      agreement.currentPeriodStart.toString(),
      agreement.currentPeriodEnd.toString(),
    ],
    ['active', 'gateway', null, 'EUR', '2027-01-31', '2027-02-28'],
  )
  assert.equal((await listDocuments(app, adopted.customer.id)).length, 0)
  const [invoice] = await app.db
    .selectFrom('gatewayInvoices')
    .selectAll()
    .where('subscriptionId', '=', adopted.id)
    .execute()
  assert.deepEqual([invoice?.status, invoice?.totalMinor, invoice?.paidMinor], ['paid', 1_500n, 1_500n])
  const again = await adoptSubscription(app, staff, {
    gatewaySubscriptionId: adopted.gatewaySubscriptionId,
    customerId: adopted.customer.id,
    planId: plan.id,
  })
  assert.equal(again.id, adopted.id, 'asked twice it is one agreement')
  assert.equal((await eventsOf(adopted)).filter((name) => name === 'adoption.followed').length, 1)
})

const refusals: [
  string,
  string,
  Partial<Parameters<typeof buildAtStripe>[1]>,
  ((there: RunningThere) => Promise<unknown>)?,
][] = [
  ['of a currency we do not sell in', 'adoption_currency', { currency: 'nok' }],
  ['with several items', 'adoption_several_items', { items: 2 }],
  [
    'that has ended',
    'adoption_ended',
    {},
    (there) => atStripe(app, 'DELETE', `subscriptions/${there.gatewaySubscriptionId}`),
  ],
]
for (const [which, code, about, first] of refusals)
  test(`a subscription ${which} is not adopted`, async () => {
    const there = await buildAtStripe(app, { from: '2027-01-10T10:00:00Z', ...about })
    await first?.(there)
    const { customer } = await buildCustomer(app)
    await assert.rejects(
      adoptSubscription(app, staff, {
        gatewaySubscriptionId: there.gatewaySubscriptionId,
        customerId: customer.id,
        planId: plan.id,
      }),
      { code },
    )
    assert.equal(
      (await app.db.selectFrom('gatewayCustomers').select('customerId').where('customerId', '=', customer.id).execute())
        .length,
      0,
    )
  })

test('a customer at Stripe belongs to one customer of ours, and one of ours to one there', async () => {
  const adopted = await buildAdopted(app)
  const other = await buildAtStripe(app, { from: '2027-01-31T10:00:00Z' })
  const { customer } = await buildCustomer(app)
  const adopt = (gatewaySubscriptionId: string, customerId: string) =>
    adoptSubscription(app, staff, { gatewaySubscriptionId, customerId, planId: plan.id })
  await assert.rejects(adopt(adopted.gatewaySubscriptionId, customer.id), { code: 'subscription_adopted' })
  await assert.rejects(adopt(other.gatewaySubscriptionId, adopted.customer.id), { code: 'adoption_customer_differs' })
  await adopt(other.gatewaySubscriptionId, customer.id)
  await assert.rejects(adopt('sub_nobody', customer.id), { code: 'gateway_subscription_not_found' })
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { acceptChange } from '#modules/billing/accept-change.ts'
import { announceTrialEnds } from '#modules/billing/announce-trial-ends.ts'
import { nextRenewals } from '#modules/billing/next-renewals.ts'
import { requestCancellation, undoCancellation } from '#modules/billing/request-cancellation.ts'
import { buyerIn } from '#modules/billing/tax.ts'
import { listDocuments, payByTransfer } from '#test/support/billing-builders.ts'
import { type Buyer, buildCustomer, buildItem, buildOrder, quoted } from '#test/support/builders.ts'
import {
  agreementOf,
  buildChangeQuote,
  changeTo,
  passNightOfChanges,
  serviceOf,
} from '#test/support/change-builders.ts'
import { buildCoupon } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { cancelOrder } from './cancel-order.ts'
import { renewalAmounts } from './renewal-amounts.ts'
import { computeQuote } from './quote.ts'

const app = await createTestApp()
after(() => app.close())

const tried = (overrides: object = {}) => buildItem({ plan: 'vps-professional', ...overrides })
const renewalsOf = async ({ customer }: { customer: { id: string } }) =>
  (await listDocuments(app, customer.id)).map(({ invoice }) => invoice).filter(({ purpose }) => purpose === 'renewal')
/** Nights go by, in which trials are announced as well. */
async function pass(days: number): Promise<void> {
  for (let day = 0; day < days; day += 1) {
    app.advance({ days: 1 })
    await announceTrialEnds.run(app, {}, new AbortController().signal)
    await passNightOfChanges(app)
  }
  await app.work()
}
/** Renewals are paid as soon as they are asked for, until so many were made; gives what each came to. */
async function payRenewals(buyer: { customer: { id: string } }, count: number): Promise<bigint[]> {
  for (let night = 0; night < 40 && (await renewalsOf(buyer)).length < count; night += 1) {
    await pass(4)
    for (const { id, state } of await renewalsOf(buyer)) if (state === 'open') await payByTransfer(app, id)
  }
  return (await renewalsOf(buyer)).map(({ totalMinor }) => totalMinor)
}
async function startTrial(input: Parameters<typeof buildOrder>[1] = {}) {
  const buyer = input.buyer ?? (await buildCustomer(app))
  const placed = await buildOrder(app, { items: [tried()], ...input, buyer })
  await app.work()
  return { ...buyer, ...placed }
}

test('a code holds for what is tried out first: it takes nothing off yet, and counts the payments after the trial', async () => {
  const coupon = await buildCoupon(app, { percentBasisPoints: 5_000, cycles: 2, maxUses: 1 })
  const buyer = await buildCustomer(app)
  const quote = await computeQuote(app, {
    currency: 'EUR',
    items: [tried()],
    buyer: buyerIn('DE'),
    codes: [coupon.code],
    customerId: buyer.customer.id,
  })
  assert.deepEqual([quote.totalMinor, quote.discountMinor], [0n, 0n])
  assert.deepEqual(renewalAmounts(quote, quote.items[0]!), [1_450n], 'what is shown as the first payment')

  const bought = await startTrial({ buyer, codes: [coupon.code] })
  const redemption = await app.db
    .selectFrom('couponRedemptions')
    .selectAll()
    .where('orderId', '=', bought.order.id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([redemption.state, redemption.offMinor], ['committed', 0n])
  await assert.rejects(quoted(app, await buildCustomer(app), { items: [tried()], codes: [coupon.code] }), {
    code: 'coupon_used_up',
  })
  const { id } = await agreementOf(app, bought)
  const next = (await nextRenewals(app, [id])).get(id)
  assert.deepEqual([next?.totalMinor, next?.coupons], [1_450n, [{ name: 'Spring sale', cyclesLeft: 2 }]])
  assert.deepEqual(await payRenewals(bought, 3), [1_450n, 1_450n, 2_900n])
  assert.deepEqual(await runChecks(app), [])
})

test('an amount off is shared between what is paid now and what is tried out, and each keeps its part', async () => {
  const coupon = await buildCoupon(app, { kind: 'fixed', amounts: [{ currency: 'EUR', amountMinor: 380n }], cycles: 1 })
  const buyer = await buildCustomer(app)
  const both = await startTrial({ buyer, items: [tried(), buildItem({ hostname: 'web2' })], codes: [coupon.code] })
  assert.equal(both.invoice.totalMinor, 900n - 90n, '90 of 380 for 900 of 3800')
  await payByTransfer(app, both.invoice.id)
  await app.work()
  const discounts = await app.db
    .selectFrom('subscriptionDiscounts')
    .selectAll()
    .where('couponId', '=', coupon.id)
    .execute()
  assert.deepEqual(
    discounts.map(({ amountMinor, cyclesLeft }) => [amountMinor, cyclesLeft]),
    [[290n, 1]],
  )
  assert.deepEqual(await runChecks(app), [])
})

test('the uses of a code come back when the order of a trial is given up before it starts', async () => {
  const coupon = await buildCoupon(app, { maxUsesPerCustomer: 1 })
  const buyer = await buildCustomer(app)
  const items = [tried(), buildItem({ hostname: 'web2' })]
  const { order } = await buildOrder(app, { buyer, items, codes: [coupon.code] })
  await assert.rejects(quoted(app, buyer, { items, codes: [coupon.code] }), { code: 'coupon_already_used' })
  await cancelOrder(app, buyer.actor, { orderId: order.id, reason: 'by_customer' })
  const { state } = await app.db
    .selectFrom('couponRedemptions')
    .select('state')
    .where('couponId', '=', coupon.id)
    .executeTakeFirstOrThrow()
  assert.equal(state, 'released')
  await quoted(app, buyer, { items, codes: [coupon.code] })
})

const standing = async (buyer: Pick<Buyer, 'customer'>) => {
  const { planId, intervalUnit, periods, currentPeriodEnd, trialEndsOn, anchor } = await agreementOf(app, buyer)
  return { planId, intervalUnit, periods, ends: [currentPeriodEnd, trialEndsOn, anchor].map(String) }
}

test('a change during a trial costs nothing: the trial goes on to its day, and the new plan is what is billed then', async () => {
  const bought = await startTrial()
  const before = await standing(bought)
  const change = await buildChangeQuote(app, bought, { plan: 'vps-enterprise' })
  assert.deepEqual([change.dueMinor, change.creditMinor, String(change.nextOn)], [0n, 0n, before.ends[0]])
  await acceptChange(app, bought.actor, { changeId: change.id })
  await app.work()
  const after = await standing(bought)
  assert.deepEqual([after.periods, after.ends], [0, before.ends])
  assert.notEqual(after.planId, before.planId)
  assert.equal((await serviceOf(app, bought)).planId, after.planId, 'the server is the new size at once')
  const [first] = await payRenewals(bought, 1)
  assert.equal(first, change.nextMinor)
  assert.deepEqual(await runChecks(app), [])
})

test('options, a smaller plan and another interval are changed in a trial alike; what was billed already is made anew', async () => {
  const bought = await startTrial()
  const { ends } = await standing(bought)
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: true }).execute()
  const added = await changeTo(app, bought, { options: [{ code: 'backups', quantity: 1 }] })
  assert.deepEqual([added.state, added.dueMinor], ['applied', 0n])
  const removed = await changeTo(app, bought, { options: [] })
  assert.equal(removed.state, 'applied', 'nothing was paid, so there is nothing to wait for')
  await pass(5)
  const [open] = await renewalsOf(bought)
  assert.deepEqual([open?.state, String(open?.dueOn)], ['open', ends[0]])
  const yearly = await changeTo(app, bought, { period: 'year' })
  assert.deepEqual([yearly.dueMinor, yearly.newPeriod, String(yearly.nextOn)], [0n, false, ends[0]])
  assert.deepEqual(await standing(bought), { ...(await standing(bought)), intervalUnit: 'year', periods: 0, ends })
  await pass(1)
  const renewals = await renewalsOf(bought)
  assert.deepEqual(
    renewals.map(({ state, totalMinor }) => [state, totalMinor]),
    [
      ['void', 2_900n],
      ['open', yearly.nextMinor],
    ],
  )
  await payByTransfer(app, renewals[1]!.id)
  await assert.rejects(buildChangeQuote(app, bought, { period: 'month' }), { code: 'subscription_in_trial' })
  await pass(2)
  const { currentPeriodStart, currentPeriodEnd } = await agreementOf(app, bought)
  assert.deepEqual([currentPeriodStart, currentPeriodEnd].map(String), [
    ends[0],
    String(Temporal.PlainDate.from(ends[0]!).add({ years: 1 })),
  ])
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: false }).execute()
  assert.deepEqual(await runChecks(app), [])
})

test('a cancellation within a trial that is taken back is billed no earlier than its customer is told', async () => {
  const bought = await startTrial()
  const { id: subscriptionId, nextBillingOn } = await agreementOf(app, bought)
  await requestCancellation(app, bought.actor, { subscriptionId, when: 'period_end', reason: 'not_needed' })
  await undoCancellation(app, bought.actor, { subscriptionId })
  assert.deepEqual((await agreementOf(app, bought)).nextBillingOn, nextBillingOn)
})

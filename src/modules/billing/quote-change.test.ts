import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { suspendService } from '#modules/provisioning/suspend-service.ts'
import { memberAs, staffAs } from '#test/support/actors.ts'
import { goTo, listDocuments } from '#test/support/billing-builders.ts'
import { buildItem, buildPaidOrder, tester } from '#test/support/builders.ts'
import {
  agreementOf,
  buildChangeQuote,
  changeTo,
  passNightOfChanges,
  serviceOf,
} from '#test/support/change-builders.ts'
import { buildCoupon, cyclesLeft } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { acceptChange } from './accept-change.ts'
import { discountsOf } from './discount.ts'
import { listChanges } from './list-changes.ts'
import { listUpcomingPayments } from './list-upcoming-payments.ts'
import { quoteChange } from './quote-change.ts'
import { getSubscriptionDetail } from './subscription-queries.ts'
import { withdrawChange } from './withdraw-change.ts'

const app = await createTestApp()
after(() => app.close())
goTo(app, '2027-03-01')

test('what is not for sale, too many, too small or nothing new is refused in words', async () => {
  const sale = await buildPaidOrder(app)
  const ask = (wanted: Parameters<typeof buildChangeQuote>[2]) => buildChangeQuote(app, sale, wanted)
  await assert.rejects(ask({ plan: 'vps-of-another-product' }), { code: 'configuration_invalid' })
  await assert.rejects(ask({ options: [{ code: 'extra-addresses', quantity: 9 }] }), { code: 'configuration_invalid' })
  await assert.rejects(ask({ options: [{ code: 'gold', quantity: 1 }] }), { code: 'configuration_invalid' })
  await assert.rejects(ask({ plan: 'vps-starter' }), { code: 'change_empty' })
  await changeTo(app, sale, { plan: 'vps-professional' })
  await assert.rejects(ask({ plan: 'vps-starter' }), { code: 'disk_cannot_shrink', message: /80 GB.*20 GB/ })
  const service = await serviceOf(app, sale)
  await suspendService(app, tester, { serviceId: service.id, reason: 'abuse' })
  await assert.rejects(ask({ plan: 'vps-enterprise' }), { code: 'subscription_changing' })
  await app.work()
  await assert.rejects(ask({ plan: 'vps-enterprise' }), { code: 'service_suspended' })
})

test('a price that is missing in the currency means not for sale, never free', async () => {
  const sale = await buildPaidOrder(app)
  const plan = await app.db
    .selectFrom('plans')
    .select('id')
    .where('slug', '=', 'vps-enterprise')
    .executeTakeFirstOrThrow()
  const inEuro = (active: boolean) =>
    app.db.updateTable('prices').set({ active }).where('planId', '=', plan.id).where('currency', '=', 'EUR').execute()
  await inEuro(false)
  await assert.rejects(buildChangeQuote(app, sale, { plan: 'vps-enterprise' }), { code: 'configuration_invalid' })
  await inEuro(true)
  assert.equal((await buildChangeQuote(app, sale, { plan: 'vps-enterprise' })).dueMinor, 9_000n)
})

test("another customer's subscription and change do not exist, and support may not change what it sees", async () => {
  const sale = await buildPaidOrder(app)
  const { id: subscriptionId } = await agreementOf(app, sale)
  const change = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
  const stranger = memberAs('cus_other')
  await assert.rejects(quoteChange(app, stranger, { subscriptionId, plan: 'vps-professional' }), {
    code: 'subscription_not_found',
  })
  await assert.rejects(acceptChange(app, stranger, { changeId: change.id }), { code: 'change_not_found' })
  await assert.rejects(acceptChange(app, staffAs('support'), { changeId: change.id }), { code: 'permission_denied' })
  await assert.rejects(quoteChange(app, memberAs(sale.customer.id, 'usr_2', 'read_only'), { subscriptionId }), {
    code: 'permission_denied',
  })
})

test('a quote holds for 15 minutes and for the subscription as it was shown', async () => {
  const sale = await buildPaidOrder(app)
  const late = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
  const other = await buildChangeQuote(app, sale, { options: [{ code: 'backups', quantity: 1 }] })
  await acceptChange(app, sale.actor, { changeId: other.id })
  await app.work()
  await assert.rejects(acceptChange(app, sale.actor, { changeId: late.id }), { code: 'quote_stale' })
  const forgotten = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
  app.advance({ minutes: 16 })
  await assert.rejects(acceptChange(app, sale.actor, { changeId: forgotten.id }), { code: 'quote_stale' })
})

test('to another option and back on the same day costs what it gives back', async () => {
  goTo(app, '2027-03-01')
  const sale = await buildPaidOrder(app)
  goTo(app, '2027-03-12')
  const there = await changeTo(app, sale, { options: [{ code: 'backups', quantity: 1 }] })
  const back = await changeTo(app, sale, { options: [] })
  assert.deepEqual([there.state, back.state], ['applied', 'applied'])
  assert.equal(there.dueMinor, back.creditMinor)
  assert.deepEqual(await runChecks(app), [])
})

/** What an agreement's next renewal charges, as its customer is told and as its document says. */
async function renewed(sale: Awaited<ReturnType<typeof buildPaidOrder>>, on: string): Promise<[bigint, bigint]> {
  const { id } = await agreementOf(app, sale)
  const { nextMinor } = await getSubscriptionDetail(app, sale.actor, id)
  goTo(app, on)
  await passNightOfChanges(app)
  const { invoice } = (await listDocuments(app, sale.customer.id)).findLast(
    ({ invoice: { purpose } }) => purpose === 'renewal',
  )!
  return [nextMinor, invoice.totalMinor]
}

test('with a coupon that runs a change is charged after its discount, there and back is zero, and renewals are as quoted', async () => {
  const extra = { options: [{ code: 'backups', quantity: 1 }] }
  for (const cycles of [null, 1]) {
    goTo(app, '2027-03-01')
    const coupon = await buildCoupon(app, { percentBasisPoints: 5_000, cycles })
    const full = await buildPaidOrder(app)
    const sale = await buildPaidOrder(app, { codes: [coupon.code] })
    goTo(app, '2027-03-12')
    const { dueMinor: fullMinor } = await buildChangeQuote(app, full, extra)
    const there = await changeTo(app, sale, extra)
    assert.equal(there.dueMinor, (fullMinor + 1n) / 2n, 'half of what it costs without the coupon')
    const back = await changeTo(app, sale, { options: [] })
    assert.deepEqual([there.state, back.state, back.creditMinor], ['applied', 'applied', there.dueMinor])
    assert.equal(back.nextMinor, cycles === null ? 450n : 900n)
    assert.deepEqual(await runChecks(app), [])
    assert.deepEqual(await renewed(sale, '2027-03-18'), [back.nextMinor, back.nextMinor])
  }
})

test('a coupon that is for one plan alone takes nothing off another, and the days given up are worth what was paid', async () => {
  goTo(app, '2027-03-01')
  const starter = await app.db
    .selectFrom('plans')
    .select('id')
    .where('slug', '=', 'vps-starter')
    .executeTakeFirstOrThrow()
  const coupon = await buildCoupon(app, { percentBasisPoints: 5_000, cycles: null, planIds: [starter.id] })
  const sale = await buildPaidOrder(app, { codes: [coupon.code] })
  const full = await buildPaidOrder(app)
  const { dueMinor: fullMinor } = await buildChangeQuote(app, full, { plan: 'vps-professional' })
  const { dueMinor, nextMinor } = await buildChangeQuote(app, sale, { plan: 'vps-professional' })
  assert.deepEqual([dueMinor, nextMinor], [fullMinor + 450n, fullMinor + 900n])
})

test('paying by the year has the discount that runs and uses up one renewal of it', async () => {
  for (const cycles of [3, 2]) {
    goTo(app, '2027-03-01')
    const coupon = await buildCoupon(app, { percentBasisPoints: 5_000, cycles })
    const full = await buildPaidOrder(app)
    const sale = await buildPaidOrder(app, { codes: [coupon.code] })
    const { nextMinor: yearMinor } = await buildChangeQuote(app, full, { period: 'year' })
    const change = await changeTo(app, sale, { period: 'year' })
    assert.deepEqual([change.state, change.dueMinor], ['applied', yearMinor / 2n - 450n])
    const { id } = await agreementOf(app, sale)
    assert.deepEqual(await cyclesLeft(app, id), [cycles - 2])
    assert.equal(change.nextMinor, cycles === 3 ? yearMinor / 2n : yearMinor)
    assert.deepEqual(await runChecks(app), [])
    assert.deepEqual(await renewed(sale, '2028-02-16'), [change.nextMinor, change.nextMinor])
  }
})

test('where the seller says so, what becomes cheaper waits for the end of the period and the renewal is at the new price', async () => {
  goTo(app, '2027-03-01')
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: true }).execute()
  const options = [{ code: 'extra-addresses', quantity: 2 }]
  const sale = await buildPaidOrder(app, { items: [buildItem({ options })] })
  goTo(app, '2027-03-18')
  await passNightOfChanges(app)
  const change = await changeTo(app, sale, { options: [] })
  assert.deepEqual(
    [change.state, change.startsOn.toString(), change.dueMinor, change.creditMinor, change.nextMinor],
    ['scheduled', '2027-04-01', 0n, 0n, 900n],
  )
  assert.equal((await agreementOf(app, sale)).amountMinor, 1_500n, 'nothing has changed yet')
  await passNightOfChanges(app)
  const [, old, anew] = await listDocuments(app, sale.customer.id)
  assert.deepEqual([old!.invoice.state, old!.invoice.totalMinor], ['void', 1_500n])
  assert.deepEqual([anew!.invoice.state, anew!.invoice.totalMinor, anew!.lines.length], ['open', 900n, 1])
  assert.equal((await serviceOf(app, sale)).addressCount, 3)
  assert.deepEqual(await runChecks(app), [])
  goTo(app, '2027-04-01')
  await passNightOfChanges(app)
  assert.equal((await agreementOf(app, sale)).amountMinor, 900n)
  assert.equal((await serviceOf(app, sale)).addressCount, 1)
  assert.deepEqual(await runChecks(app), [])
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: false }).execute()
})

test('a downgrade at the end of the period keeps the discount that runs, where its coupon is for what is kept', async () => {
  goTo(app, '2027-03-01')
  await app.db
    .updateTable('legalEntities')
    .set({ downgradeAtPeriodEnd: true, couponsPerOrder: 2, pricesIncludeTax: true })
    .execute()
  const planOf = (slug: string) =>
    app.db.selectFrom('plans').selectAll().where('slug', '=', slug).executeTakeFirstOrThrow()
  const starter = await planOf('vps-starter')
  const other = await planOf('vps-professional')
  const running = await buildCoupon(app, { code: 'KEEP', cycles: 3, planIds: [starter.id], intervals: ['month'] })
  const elsewhere = await buildCoupon(app, { code: 'OTHER', cycles: 3 })
  const options = [{ code: 'extra-addresses', quantity: 2 }]
  const sale = await buildPaidOrder(app, { items: [buildItem({ options })], codes: ['KEEP', 'OTHER'] })
  await app.db
    .updateTable('coupons')
    .set({ planIds: [other.id] })
    .where('id', '=', elsewhere.id)
    .execute()
  const { id } = await agreementOf(app, sale)
  const nextMinor = async () => (await getSubscriptionDetail(app, sale.actor, id)).nextMinor
  assert.equal(await nextMinor(), 1_200n, 'both discounts are of what is agreed now')
  const { nextMinor: quotedMinor } = await changeTo(app, sale, { options: [] })
  assert.equal(quotedMinor, 720n, 'as the quote had said')
  assert.equal(await nextMinor(), 720n, 'the next payment is told as it will be')
  goTo(app, '2027-03-18')
  await passNightOfChanges(app)
  assert.equal(await nextMinor(), 720n)
  const [upcoming] = await listUpcomingPayments(app, sale.actor, { limit: 1 })
  assert.equal(upcoming?.amountMinor, 720n)
  const renewal = (await listDocuments(app, sale.customer.id)).at(-1)!
  assert.deepEqual(
    renewal.lines.map((line) => [line.amountMinor + line.taxMinor, line.discountMinor, discountsOf(line.reasons)]),
    [[720n, 180n, [{ coupon: running.id, name: 'Spring sale', off: '180' }]]],
  )
  assert.deepEqual(await cyclesLeft(app, id), [1, 2], 'a discount that does not hold is not used up')
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: false, couponsPerOrder: 1 }).execute()
  assert.deepEqual(await runChecks(app), [])
})

test('a change set for a day can be taken back, and the renewal is at the old price again', async () => {
  goTo(app, '2027-03-01')
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: true }).execute()
  const sale = await buildPaidOrder(app, { items: [buildItem({ options: [{ code: 'backups', quantity: 1 }] })] })
  goTo(app, '2027-03-18')
  const change = await changeTo(app, sale, { options: [] })
  await passNightOfChanges(app)
  assert.equal((await listDocuments(app, sale.customer.id)).at(-1)!.invoice.totalMinor, 900n)
  await withdrawChange(app, sale.actor, { changeId: change.id })
  await assert.rejects(withdrawChange(app, sale.actor, { changeId: change.id }), { code: 'change_withdrawn' })
  await passNightOfChanges(app)
  assert.equal((await listDocuments(app, sale.customer.id)).at(-1)!.invoice.totalMinor, 1_100n)
  await app.db.updateTable('legalEntities').set({ downgradeAtPeriodEnd: false }).execute()
  assert.deepEqual(await runChecks(app), [])
})

test('asked for again with the same key, or twice at once, it is one quote', async () => {
  const sale = await buildPaidOrder(app)
  const { id: subscriptionId } = await agreementOf(app, sale)
  const ask = (idempotencyKey: string) =>
    quoteChange(app, sale.actor, { subscriptionId, plan: 'vps-professional', idempotencyKey })
  const [first, second] = await Promise.all([ask('one'), ask('one')])
  const again = await ask('one')
  assert.deepEqual([second.id, again.id], [first.id, first.id])
  assert.notEqual((await ask('two')).id, first.id)
  const { rows } = await listChanges(app, sale.actor, { limit: 10 })
  assert.equal(rows.length, 2)
})

test('quotes are listed as open, accepted and expired, to whose they are and to staff', async () => {
  const sale = await buildPaidOrder(app)
  const other = await buildPaidOrder(app)
  const { id: subscriptionId } = await agreementOf(app, sale)
  await buildChangeQuote(app, other, { plan: 'vps-professional' })
  const expired = await buildChangeQuote(app, sale, { plan: 'vps-enterprise' })
  app.advance({ minutes: 16 })
  const open = await buildChangeQuote(app, sale, { plan: 'vps-enterprise' })
  const accepted = await changeTo(app, sale, { plan: 'vps-professional' })
  const list = async (filter: object = {}) =>
    (await listChanges(app, sale.actor, { limit: 10, ...filter })).rows.map(({ id, standing }) => [id, standing])
  assert.deepEqual(await list(), [
    [accepted.id, 'accepted'],
    [open.id, 'open'],
    [expired.id, 'expired'],
  ])
  for (const [view, id] of [
    ['accepted', accepted.id],
    ['open', open.id],
    ['expired', expired.id],
  ])
    assert.deepEqual(await list({ view }), [[id, view]])
  assert.deepEqual(await list({ view: 'withdrawn' }), [])
  const first = await listChanges(app, sale.actor, { limit: 2 })
  assert.deepEqual(await list({ after: first.next }), [[expired.id, 'expired']])
  assert.deepEqual(await list({ search: 'nobody.example' }), [])
  const staff = staffAs('billing')
  const seen = async (filter: object) => (await listChanges(app, staff, { limit: 50, ...filter })).rows.length
  assert.deepEqual([await seen({ subscriptionId }), await seen({ customerId: other.customer.id })], [3, 1])
})

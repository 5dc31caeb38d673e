import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { announceTrialEnds } from '#modules/billing/announce-trial-ends.ts'
import { getInvoiceDetail } from '#modules/billing/billing-queries.ts'
import { requestCancellation } from '#modules/billing/request-cancellation.ts'
import { terminateService } from '#modules/provisioning/terminate-service.ts'
import { isProblem } from '#platform/problem.ts'
import { staffAs } from '#test/support/actors.ts'
import { listDocuments, passNight } from '#test/support/billing-builders.ts'
import { buildCustomer, buildItem, buildOrder, buildPaidOrder, quoted, tester } from '#test/support/builders.ts'
import { buildCoupon } from '#test/support/coupon-builders.ts'
import { agreementOf, buildChangeQuote, passNightOfChanges, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { cancelOrder } from './cancel-order.ts'
import { placeOrder } from './place-order.ts'

const app = await createTestApp()
after(() => app.close())

const refusalOf = (given: Promise<unknown>): Promise<string> =>
  given.then(
    () => 'none',
    (error: unknown) => (isProblem(error) ? `${error.code} ${error.issues[0]?.path ?? ''}`.trim() : String(error)),
  )
const price = (slug: string, set: ReturnType<typeof sql>) =>
  sql`update prices set ${set} where plan_id = (select id from plans where slug = ${slug}) and interval_unit = 'month'`.execute(
    app.db,
  )
const stockOf = (region: string | null, quantity: number) =>
  sql`insert into plan_stock (id, plan_id, region_id, quantity)
    select 'stk_' || coalesce(${region}, 'all'), id, (select id from regions where slug = ${region}), ${quantity} from plans where slug = 'vps-starter'`.execute(
    app.db,
  )
const taken = async (): Promise<number[]> =>
  (await app.db.selectFrom('planStock').select('taken').orderBy('id').execute()).map((row) => row.taken)
/** A night in which trials are announced as well. */
async function passTrialNight(): Promise<void> {
  await announceTrialEnds.run(app, {}, new AbortController().signal)
  await passNightOfChanges(app)
}
const renewalsOf = async ({ customer }: { customer: { id: string } }) =>
  (await listDocuments(app, customer.id)).map(({ invoice }) => invoice).filter(({ purpose }) => purpose === 'renewal')
const noStock = () => app.db.deleteFrom('planStock').execute()

test('a setup fee is charged once, as a line of its own that a code for free setup takes off, and no renewal or change knows it', async () => {
  await price('vps-starter', sql`setup_minor = 500`)
  const bought = await buildPaidOrder(app)
  const { invoice, lines } = await getInvoiceDetail(app, bought.actor, bought.order.invoiceId)
  assert.equal(invoice.totalMinor, 1_400n)
  assert.deepEqual(
    lines.map((line) => [
      line.kind,
      line.description,
      line.amountMinor + line.taxMinor,
      line.reasons,
      line.periodStart !== null,
    ]),
    [
      ['plan', 'VPS Starter · web1 · 1 month', 900n, null, true],
      ['setup', 'Setup: VPS Starter · web1', 500n, { setup: 'plan' }, false],
    ],
  )
  const agreement = await agreementOf(app, bought)
  assert.equal(agreement.amountMinor, 900n)
  const change = await buildChangeQuote(app, bought, { plan: 'vps-professional' })
  assert.equal(change.dueMinor, 2_000n, 'the whole period anew, less what was paid for its days')
  const coupon = await buildCoupon(app, { kind: 'free_setup', percentBasisPoints: null })
  const free = await buildOrder(app, { codes: [coupon.code] })
  assert.equal(free.invoice.totalMinor, 900n)
  const { currentPeriodEnd: periodEnd } = agreement
  app.advance({ days: 18 })
  await passNight(app)
  const [renewal] = await renewalsOf(bought)
  assert.deepEqual([renewal?.totalMinor, String(renewal?.dueOn)], [900n, String(periodEnd)])
  await price('vps-starter', sql`setup_minor = 0`)
  assert.deepEqual(await runChecks(app), [])
})

test('of the last 20 servers 32 who order at once get 20, and the others are told by the region', async () => {
  const buyers = await Promise.all(
    Array.from({ length: 32 }, (_each, index) => buildCustomer(app, { email: `buyer${index}@example.com` })),
  )
  const orders = await Promise.all(buyers.map((buyer) => quoted(app, buyer)))
  const before = await app.db
    .selectFrom('stockHoldings')
    .select('orderItemId')
    .where('releasedAt', 'is', null)
    .execute()
  await stockOf('fsn1', before.length + 20)
  await stockOf(null, 1_000)
  const outcomes = await Promise.all(
    buyers.map(({ actor }, index) => refusalOf(placeOrder(app, actor, orders[index]!))),
  )
  assert.equal(outcomes.filter((outcome) => outcome === 'none').length, 20)
  assert.deepEqual([...new Set(outcomes)].toSorted(), ['none', 'sold_out items.0.region'])
  assert.deepEqual(await taken(), [before.length + 20, before.length + 20])
  const elsewhere = await quoted(app, buyers[0]!, { items: [buildItem({ region: 'hel1' })] })
  await placeOrder(app, buyers[0]!.actor, elsewhere)
  assert.equal(await refusalOf(quoted(app, buyers[0]!)), 'sold_out items.0.region', 'the quote knows it too')
  assert.deepEqual(await runChecks(app), [])
  await noStock()
})

test('a place is free again when its order is cancelled and when its server is gone', async () => {
  const bought = await buildPaidOrder(app)
  await stockOf(null, 100)
  const [count] = await taken()
  const waiting = await buildOrder(app, { buyer: bought })
  assert.deepEqual(await taken(), [count! + 1])
  await cancelOrder(app, bought.actor, { orderId: waiting.order.id, reason: 'by_customer' })
  assert.deepEqual(await taken(), [count])
  const service = await serviceOf(app, bought)
  await terminateService(app, staffAs('operations', 'usr_staff'), { serviceId: service.id })
  await app.work()
  assert.deepEqual(await taken(), [count! - 1])
  await noStock()
})

test('a customer has no more of a plan than it allows, by its field, and another customer is not counted', async () => {
  await sql`update plans set max_per_customer = 2 where slug = 'vps-starter'`.execute(app.db)
  const buyer = await buildCustomer(app)
  await buildOrder(app, { buyer })
  const two = [buildItem(), buildItem({ hostname: 'web2' })]
  assert.equal(await refusalOf(quoted(app, buyer, { items: two })), 'plan_limit_reached items.1.plan')
  await buildOrder(app, { buyer })
  assert.equal(await refusalOf(quoted(app, buyer)), 'plan_limit_reached items.0.plan')
  await buildOrder(app)
  await sql`update plans set max_per_customer = null`.execute(app.db)
})

test('of 32 orders that one customer places at once as many are taken as the plan allows', async () => {
  await sql`update plans set max_per_customer = 2 where slug = 'vps-starter'`.execute(app.db)
  const buyer = await buildCustomer(app)
  const orders = await Promise.all(
    Array.from({ length: 32 }, (_each, index) =>
      quoted(app, buyer, { items: [buildItem({ hostname: `web${index}` })] }),
    ),
  )
  const outcomes = await Promise.all(orders.map((order) => refusalOf(placeOrder(app, buyer.actor, order))))
  assert.equal(outcomes.filter((outcome) => outcome === 'none').length, 2)
  assert.deepEqual([...new Set(outcomes)].toSorted(), ['none', 'plan_limit_reached items.0.plan'])
  assert.deepEqual(await runChecks(app), [])
  await sql`update plans set max_per_customer = null`.execute(app.db)
})

test('a trial starts without payment, is announced, billed before it ends and paid from its end on; a second time it costs', async () => {
  const items = [buildItem({ plan: 'vps-professional' })]
  const buyer = await buildCustomer(app)
  const { order, invoice } = await buildOrder(app, { buyer, items })
  assert.equal(order.totalMinor, 0n)
  await app.work()
  const started = await agreementOf(app, buyer)
  const today = app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()
  const end = today.add({ days: 7 })
  assert.deepEqual(
    [started.state, started.periods, started.amountMinor, String(started.trialEndsOn), String(started.anchor)],
    ['active', 0, 2_900n, String(end), String(end)],
  )
  const { lines } = await getInvoiceDetail(app, buyer.actor, invoice.id)
  assert.deepEqual(
    lines.map((line) => [line.description, line.amountMinor]),
    [['VPS Professional · web1 · 7-day free trial', 0n]],
  )
  assert.equal((await buildOrder(app, { buyer, items })).order.totalMinor, 2_900n, 'each product is tried once')
  await assert.rejects(buildChangeQuote(app, buyer, { plan: 'vps-enterprise' }), {
    code: 'subscription_in_trial',
  })
  app.advance({ days: 3 })
  await passTrialNight()
  const billed = await renewalsOf(buyer)
  assert.deepEqual(billed, [], 'nothing is billed before it is announced')
  app.advance({ days: 1 })
  await passTrialNight()
  await app.work()
  const [renewal, ...more] = await renewalsOf(buyer)
  assert.deepEqual([renewal?.totalMinor, String(renewal?.dueOn), more], [2_900n, String(end), []])
  const mails = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('customerId', '=', buyer.customer.id)
    .where('template', '=', 'trial-ends')
    .execute()
  assert.equal(mails.length, 1)
  assert.deepEqual(await runChecks(app), [])
})

test('cancelled within its trial it costs nothing and ends with it; unpaid it falls due', async () => {
  const items = [buildItem({ plan: 'vps-professional' })]
  const [leaves, stays] = [await buildCustomer(app), await buildCustomer(app)]
  for (const buyer of [leaves, stays]) await buildOrder(app, { buyer, items })
  await app.work()
  const { id: subscriptionId, trialEndsOn } = await agreementOf(app, leaves)
  const asked = { subscriptionId, when: 'period_end', reason: 'not_needed' } as const
  const ending = await requestCancellation(app, leaves.actor, asked)
  assert.equal(String(ending.cancelOn), String(trialEndsOn))
  app.advance({ days: 8 })
  await passTrialNight()
  await app.work()
  assert.equal((await agreementOf(app, leaves)).state, 'cancelled')
  assert.ok(
    (await listDocuments(app, leaves.customer.id)).every(
      ({ invoice }) => invoice.totalMinor === 0n || invoice.state === 'void',
    ),
  )
  assert.equal((await agreementOf(app, stays)).state, 'past_due')
  assert.deepEqual(await runChecks(app), [])
})

test('a trial may ask for a saved way to pay', async () => {
  await app.db.updateTable('legalEntities').set({ trialNeedsMethod: true }).execute()
  await sql`update offer_version set version = version + 1`.execute(app.db)
  const buyer = await buildCustomer(app)
  const input = await quoted(app, buyer, { items: [buildItem({ plan: 'vps-professional' })] })
  await assert.rejects(placeOrder(app, buyer.actor, input), { code: 'trial_needs_method' })
  await app.db.updateTable('legalEntities').set({ trialNeedsMethod: false }).execute()
  await sql`update offer_version set version = version + 1`.execute(app.db)
})

test('what is free is delivered without a payment and renews without a document; what is paid once never renews', async () => {
  await sql`insert into prices (id, plan_id, currency, interval_unit, interval_count, amount_minor, setup_minor, active)
    select 'pri_' || unit, id, 'EUR', unit::interval_unit, 1, amount, 0, true from plans cross join (values ('day', 0), ('once', 5000)) as p (unit, amount)
    where slug = 'vps-starter'`.execute(app.db)
  const free = await buildOrder(app, { items: [buildItem({ period: 'day' })] })
  await app.work()
  assert.equal((await serviceOf(app, free)).state, 'active')
  const once = await buildPaidOrder(app, { items: [buildItem({ period: 'once' })] })
  const kept = await agreementOf(app, once)
  assert.deepEqual([kept.nextBillingOn, String(kept.currentPeriodEnd)], [null, '9999-12-31'])
  await assert.rejects(buildChangeQuote(app, once, { plan: 'vps-enterprise' }), { code: 'subscription_paid_once' })
  const asked = { subscriptionId: kept.id, when: 'period_end', reason: 'not_needed' } as const
  await assert.rejects(requestCancellation(app, once.actor, asked), { code: 'subscription_paid_once' })
  app.advance({ days: 3 })
  await passNight(app)
  assert.ok((await agreementOf(app, free)).periods > 1, 'it moved on')
  for (const { customer } of [free, once])
    assert.equal((await listDocuments(app, customer.id)).length, 1, 'only what was ordered')
  assert.deepEqual(await runChecks(app), [])
})

test('a choice and a slider are ordered at their own prices, for any interval, and renew with them', async () => {
  await sql`
    with p as (select id from products where slug = 'vps'), words as (select '{"en": "Care", "de": "Betreuung"}'::jsonb as w), added as (
      insert into plan_options (id, product_id, code, kind, name, summary, min_quantity, max_quantity, step, position, active)
      select 'opt_care', p.id, 'care', 'choice'::option_kind, w, w, 0, 1, 1, 8, true from p, words
      union all select 'opt_space', p.id, 'space', 'slider', w, w, 0, 500, 50, 9, true from p, words returning id), choice as (
      insert into option_choices select 'och_gold', 'opt_care', 'gold', '{"en": "Gold", "de": "Gold"}', 0, true from added limit 1 returning id), priced as (
      insert into option_prices values ('opt_space', 'EUR', 'month', 3, 2, 0))
    insert into choice_prices select id, 'EUR', 'month', 3, 700, 300 from choice`.execute(app.db)
  await sql`insert into prices (id, plan_id, currency, interval_unit, interval_count, amount_minor, setup_minor, active)
    select 'pri_quarter', id, 'EUR', 'month', 3, 2500, 0, true from plans where slug = 'vps-starter'`.execute(app.db)
  const item = (overrides: object = {}) =>
    buildItem({
      period: '3-month',
      options: [
        { code: 'care', quantity: 1, choice: 'gold' },
        { code: 'space', quantity: 100 },
      ],
      ...overrides,
    })
  const bought = await buildPaidOrder(app, { items: [item()] })
  const { lines } = await getInvoiceDetail(app, bought.actor, bought.order.invoiceId)
  assert.deepEqual(
    lines.map((line) => [line.description, line.quantity, line.amountMinor + line.taxMinor]),
    [
      ['VPS Starter · web1 · 3 months', 1, 2_500n],
      ['Care: Gold · web1', 1, 700n],
      ['Setup: Care: Gold · web1', 1, 300n],
      ['Care · web1', 100, 200n],
    ],
  )
  const agreement = await agreementOf(app, bought)
  assert.equal(agreement.amountMinor, 3_400n)
  const { currentPeriodStart: start, currentPeriodEnd: until } = agreement
  assert.equal(String(until), String(start.add({ months: 3 })))
  const elsewhere = quoted(app, bought, { items: [item({ period: 'month' })] })
  assert.equal(
    await refusalOf(elsewhere),
    'configuration_invalid items.0.options',
    'without a price it is not for sale',
  )
  assert.deepEqual(await runChecks(app), [])
})

test('a limit set later counts what is held, and below that it cannot be set', async () => {
  await stockOf('fsn1', 500)
  const [held] = await taken()
  assert.ok(held! > 0)
  await assert.rejects(
    app.transaction(tester, (tx) =>
      tx.db
        .updateTable('planStock')
        .set({ quantity: held! - 1 })
        .execute(),
    ),
    /plan_stock_not_oversold|sold_out|sold out/,
  )
  await noStock()
})

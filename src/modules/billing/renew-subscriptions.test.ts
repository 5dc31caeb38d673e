import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import {
  buildSubscription,
  getSeller,
  goTo,
  listDocuments,
  passNight,
  payByTransfer,
  planItem,
} from '#test/support/billing-builders.ts'
import { buildCustomer, buildPaidOrder, buildPaymentPage, type Buyer, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { getSubscription, lockInvoice } from './billing-queries.ts'
import { openSubscription } from './open-subscription.ts'
import { renewSubscriptions } from './renew-subscriptions.ts'
import { requestCancellation, undoCancellation } from './request-cancellation.ts'
import { rescheduleRenewals } from './settings/reschedule-renewals.ts'
import { voidInvoice } from './void-invoice.ts'

const app = await createTestApp()
after(() => app.close())
goTo(app, '2027-01-31')

const signal = new AbortController().signal
const renew = () => renewSubscriptions.run(app, {}, signal)
const agreementOf = (id: string) =>
  app.db.selectFrom('subscriptions').selectAll().where('id', '=', id).executeTakeFirstOrThrow()

test('a renewal is made 14 days before the period ends, due on the day it ends, and only once', async () => {
  const { customer, subscription } = await buildSubscription(app)
  goTo(app, '2027-02-13')
  await renew()
  assert.deepEqual(await listDocuments(app, customer.id), [])
  goTo(app, '2027-02-14')
  await Promise.all([renew(), renew()])
  await renew()
  const [document, ...others] = await listDocuments(app, customer.id)
  assert.deepEqual(others, [])
  assert.deepEqual(
    [document!.invoice.state, document!.invoice.purpose, document!.invoice.totalMinor, document!.invoice.taxMinor],
    ['open', 'renewal', 900n, 144n],
  )
  assert.equal(document!.invoice.dueOn.toString(), '2027-02-28')
  assert.equal(document!.invoice.dueAt.toString(), '2027-02-28T22:59:59Z')
  const [line] = document!.lines
  assert.deepEqual(
    [line!.subscriptionId, line!.periodStart?.toString(), line!.periodEnd?.toString()],
    [subscription.id, '2027-02-28', '2027-03-31'],
  )
  assert.equal((await agreementOf(subscription.id)).nextBillingOn, null)
})

test('paid, the new period is the current one, and the 31st comes back after February', async () => {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  goTo(app, '2027-02-14')
  await passNight(app)
  const [, renewal] = await listDocuments(app, bought.customer.id)
  const page = await buildPaymentPage(app, { actor: bought.actor, invoice: renewal!.invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  const [, paid] = await listDocuments(app, bought.customer.id)
  assert.deepEqual([paid!.invoice.state, paid!.invoice.number !== null], ['paid', true])
  const agreement = await agreementOf(paid!.lines[0]!.subscriptionId!)
  assert.deepEqual([agreement.currentPeriodStart, agreement.currentPeriodEnd, agreement.nextBillingOn].map(String), [
    '2027-02-28',
    '2027-03-31',
    '2027-03-17',
  ])
  const findings = await runChecks(app)
  assert.deepEqual(
    findings.filter(({ subjectId }) => subjectId === agreement.id || subjectId === paid!.invoice.id),
    [],
  )
})

test('one document collects what is due on one day in one currency, plan and options in their order', async () => {
  goTo(app, '2027-01-31')
  const { customer, actor } = await buildCustomer(app)
  const buyer = { customer, actor }
  const option = { kind: 'option' as const, code: 'backups', description: 'Backups', quantity: 2, unitMinor: 150n }
  await buildSubscription(app, { buyer, items: [planItem(900n), option] })
  await buildSubscription(app, { buyer, items: [planItem(2_900n)] })
  await buildSubscription(app, { buyer, currency: 'USD' })
  goTo(app, '2027-02-14')
  await renew()
  const documents = await listDocuments(app, customer.id)
  assert.deepEqual(
    documents.map(({ invoice, lines }) => [invoice.currency, invoice.totalMinor, lines.length]).toSorted(),
    [
      ['EUR', 4_100n, 3],
      ['USD', 900n, 1],
    ],
  )
  const euro = documents.find(({ invoice }) => invoice.currency === 'EUR')!
  assert.deepEqual(
    euro.lines.map((line) => [line.kind, line.quantity, line.amountMinor + line.taxMinor]),
    [
      ['plan', 1, 900n],
      ['option', 2, 300n],
      ['plan', 1, 2_900n],
    ],
  )
})

test('what costs nothing moves on without a document, and what ends with its period is not renewed', async () => {
  goTo(app, '2027-01-31')
  const free = await buildSubscription(app, { items: [planItem(0n)] })
  const ending = await buildSubscription(app)
  await app.db
    .updateTable('subscriptions')
    .set({ cancelOn: ending.subscription.currentPeriodEnd, nextBillingOn: null })
    .where('id', '=', ending.subscription.id)
    .execute()
  goTo(app, '2027-02-14')
  await renew()
  assert.deepEqual(await listDocuments(app, free.customer.id), [])
  assert.deepEqual(await listDocuments(app, ending.customer.id), [])
  const moved = await agreementOf(free.subscription.id)
  assert.deepEqual([moved.currentPeriodEnd, moved.nextBillingOn].map(String), ['2027-03-31', '2027-03-17'])
})

test('what ends with its period and is looked at all the same keeps no run from coming to its end', async () => {
  goTo(app, '2027-01-31')
  const ending = await buildSubscription(app)
  await app.db
    .updateTable('subscriptions')
    .set({ cancelOn: ending.subscription.currentPeriodEnd })
    .where('id', '=', ending.subscription.id)
    .execute()
  const behind = await buildSubscription(app)
  goTo(app, '2027-02-14')
  const patience = AbortSignal.timeout(10_000)
  await renewSubscriptions.run(app, {}, patience)
  assert.equal(patience.aborted, false)
  assert.deepEqual(await listDocuments(app, ending.customer.id), [])
  assert.equal((await listDocuments(app, behind.customer.id)).length, 1)
})

test('what falls due on one day is on one document, though the shorter interval is billed later', async () => {
  goTo(app, '2029-02-01')
  const buyer = await buildCustomer(app)
  await buildSubscription(app, { buyer, items: [planItem(900n)] })
  goTo(app, '2029-02-22')
  await buildSubscription(app, { buyer, intervalUnit: 'week', items: [planItem(300n)] })
  const documents = async () =>
    (await listDocuments(app, buyer.customer.id)).map(({ invoice: { dueOn, state, totalMinor }, lines }) =>
      [dueOn, state, totalMinor, lines.length].join(' '),
    )
  await passNight(app)
  assert.deepEqual(await documents(), ['2029-03-01 open 900 1'])
  goTo(app, '2029-02-26')
  await passNight(app)
  await passNight(app)
  assert.deepEqual(await documents(), ['2029-03-01 void 900 1', '2029-03-01 open 1200 2'])
})

test('a document that was paid in part, or is being paid, is left as it is when more falls due on its day', async () => {
  goTo(app, '2029-05-01')
  const buyers = [await buildCustomer(app), await buildCustomer(app)]
  for (const buyer of buyers) await buildSubscription(app, { buyer })
  goTo(app, '2029-05-25')
  for (const buyer of buyers) await buildSubscription(app, { buyer, intervalUnit: 'week' })
  await passNight(app)
  const [paying, inPart] = buyers as [Buyer, Buyer]
  const renewalOf = async ({ customer }: Buyer) => (await listDocuments(app, customer.id))[0]!.invoice
  await buildPaymentPage(app, { actor: paying.actor, invoice: await renewalOf(paying) })
  await payByTransfer(app, (await renewalOf(inPart)).id, 100n)
  goTo(app, '2029-05-29')
  await passNight(app)
  for (const buyer of buyers)
    assert.deepEqual(
      (await listDocuments(app, buyer.customer.id)).map(({ invoice }) => invoice.state),
      ['open', 'open'],
    )
})

test('a trial is billed three days before it ends, also once its cancellation is taken back, the days ahead are set anew, or its renewal is', async () => {
  goTo(app, '2029-07-01')
  const seller = await getSeller(app)
  const buyer = await buildCustomer(app)
  const plan = await app.db.selectFrom('plans').select('id').orderBy('position').executeTakeFirstOrThrow()
  const { id } = await app.transaction(tester, (tx) =>
    openSubscription(tx, {
      customerId: buyer.customer.id,
      planId: plan.id,
      legalEntityId: seller.id,
      description: 'VPS Starter',
      currency: 'EUR',
      items: [planItem(900n)],
      intervalUnit: 'month',
      intervalCount: 1,
      trialDays: 14,
      timeZone: seller.timeZone,
      invoiceLineIds: [],
    }),
  )
  const billedOn = async () => String((await getSubscription(app, tester, id)).nextBillingOn)
  assert.equal(await billedOn(), '2029-07-12')
  await requestCancellation(app, buyer.actor, { subscriptionId: id, when: 'period_end', reason: 'other' })
  await undoCancellation(app, buyer.actor, { subscriptionId: id })
  assert.equal(await billedOn(), '2029-07-12')
  await rescheduleRenewals.run(app, { legalEntityId: seller.id }, new AbortController().signal)
  assert.equal(await billedOn(), '2029-07-12')
  goTo(app, '2029-07-12')
  await passNight(app)
  const [made] = await listDocuments(app, buyer.customer.id)
  await app.transaction(tester, async (tx) => voidInvoice(tx, await lockInvoice(tx, made!.invoice.id)))
  assert.equal(await billedOn(), '2029-07-12')
})

test('an interval of seven days is billed three days ahead, one of ten days five', async () => {
  goTo(app, '2027-01-31')
  const weekly = await buildSubscription(app, { intervalUnit: 'week' })
  const tenDays = await buildSubscription(app, { intervalUnit: 'day', intervalCount: 10 })
  assert.equal(weekly.subscription.nextBillingOn?.toString(), '2027-02-04')
  assert.equal(tenDays.subscription.nextBillingOn?.toString(), '2027-02-05')
})

test('a customer who cannot be billed is set aside with the reason and stops nobody else', async () => {
  goTo(app, '2027-01-31')
  const before = await buildSubscription(app)
  const broken = await buildSubscription(app)
  const behind = await buildSubscription(app)
  await sql`insert into subscription_items (id, subscription_id, position, kind, description, quantity, unit_minor, amount_minor)
    values ('sit_huge', ${broken.subscription.id}, 1, 'option', 'Too much', 1, 9223372036854775807, 9223372036854775807)`.execute(
    app.db,
  )
  goTo(app, '2027-02-14')
  await renew()
  assert.equal((await listDocuments(app, before.customer.id)).length, 1)
  assert.equal((await listDocuments(app, behind.customer.id)).length, 1)
  assert.deepEqual(await listDocuments(app, broken.customer.id), [])
  const [failure] = await app.db.selectFrom('billingFailures').selectAll().execute()
  assert.equal(failure?.customerId, broken.customer.id)
  assert.match(failure.message, /out of range/)

  await sql`delete from subscription_items where id = 'sit_huge'`.execute(app.db)
  await renew()
  assert.deepEqual(await listDocuments(app, broken.customer.id), [], 'tried again after an hour')
  app.advance({ hours: 2 })
  await renew()
  assert.equal((await listDocuments(app, broken.customer.id)).length, 1)
})

test('a killed run loses nothing: what was not committed is made by the next one', async () => {
  goTo(app, '2027-01-31')
  const { customer } = await buildSubscription(app)
  goTo(app, '2027-02-14')
  const stopped = new AbortController()
  stopped.abort()
  await renewSubscriptions.run(app, {}, stopped.signal)
  await app
    .transaction(tester, async (tx) => {
      await tx.db
        .updateTable('subscriptions')
        .set({ nextBillingOn: null })
        .where('customerId', '=', customer.id)
        .execute()
      throw new Error('killed before the commit')
    })
    .catch(() => undefined)
  await renew()
  assert.equal((await listDocuments(app, customer.id)).length, 1)
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { listPaymentMethods } from '#modules/billing/billing-queries.ts'
import { changeAutoPay, forgetPaymentMethod, makeDefaultMethod } from '#modules/billing/change-payment-method.ts'
import { openMethodPage, syncPaymentMethods } from '#modules/billing/save-new-method.ts'
import { announceCardExpiry } from '#modules/billing/announce-card-expiry.ts'
import { findExpiringCard } from '#modules/billing/card-expiry.ts'
import { requestCancellation } from '#modules/billing/request-cancellation.ts'
import { buildSavedCard, goTo, listDocuments, passNight } from '#test/support/billing-builders.ts'
import { buildCustomer, buildOrder, buildPaidOrder, buildPaymentPage } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const PATHS = { returnPath: '/portal/billing?from=methods', cancelPath: '/portal/billing' }

test('a card used for an order is kept, is charged by itself, and cannot go while something renews with it', async () => {
  goTo(app, '2027-01-31')
  const { actor, customer } = await buildPaidOrder(app)
  const [card, ...others] = await listPaymentMethods(app, actor)
  assert.deepEqual([card?.brand, card?.lastFour, card?.isDefault, others.length], ['visa', '4242', true, 0])
  await assert.rejects(forgetPaymentMethod(app, actor, { paymentMethodId: card!.id }), {
    code: 'payment_method_needed',
  })
  await changeAutoPay(app, actor, { autoPay: false })
  await forgetPaymentMethod(app, actor, { paymentMethodId: card!.id })
  await app.work()
  assert.deepEqual(await listPaymentMethods(app, actor), [])
  await syncPaymentMethods(app, customer.id)
  assert.deepEqual(await listPaymentMethods(app, actor), [], 'it is gone at the gateway as well')
  goTo(app, '2027-02-14')
  await passNight(app)
  goTo(app, '2027-02-28')
  await passNight(app)
  const [, renewal] = await listDocuments(app, customer.id)
  assert.equal(renewal?.invoice.state, 'open', 'nothing is charged that was not wanted')
})

test('of two cards the one chosen is charged, and the other takes its place when it goes', async () => {
  const { actor } = await buildPaidOrder(app)
  await app.db
    .insertInto('paymentMethods')
    .values({
      id: 'pmt_00000000000000000000000002',
      customerId: actor.customerId,
      gateway: 'stripe',
      gatewayMethodId: 'pm_second',
      kind: 'card',
      brand: 'mastercard',
      lastFour: '4444',
      expiryMonth: 12,
      expiryYear: 2040,
      isDefault: false,
      createdAt: app.clock.now(),
    })
    .execute()
  const chosen = async () => (await listPaymentMethods(app, actor)).find(({ isDefault }) => isDefault)?.lastFour
  await makeDefaultMethod(app, actor, { paymentMethodId: 'pmt_00000000000000000000000002' })
  assert.equal(await chosen(), '4444')
  await forgetPaymentMethod(app, actor, { paymentMethodId: 'pmt_00000000000000000000000002' })
  assert.equal(await chosen(), '4242')
  await app.work()
})

test("somebody else's payment method does not exist", async () => {
  const { actor } = await buildPaidOrder(app)
  const [card] = await listPaymentMethods(app, actor)
  const stranger = await buildCustomer(app)
  for (const change of [makeDefaultMethod, forgetPaymentMethod])
    await assert.rejects(change(app, stranger.actor, { paymentMethodId: card!.id }), {
      code: 'payment_method_not_found',
    })
})

test('the page to save a payment method is the gateway’s, and opening it saves nothing', async () => {
  const { actor } = await buildCustomer(app)
  const { url } = await openMethodPage(app, actor, PATHS)
  assert.match(url, /^http:\/\/stripe\.localhost\//)
  assert.deepEqual(await listPaymentMethods(app, actor), [])
})

test('what was saved on the gateway’s page is known by its message alone, without the customer coming back', async () => {
  const { actor } = await buildCustomer(app)
  const { url } = await openMethodPage(app, actor, PATHS)
  app.stripe.pay(url.split('/').at(-1)!)
  await app.work()
  const [card] = await listPaymentMethods(app, actor)
  assert.deepEqual([card?.lastFour, card?.isDefault], ['4242', true])
  const waiting = await app.db.selectFrom('gatewayEvents').select('id').where('state', '=', 'received').execute()
  assert.deepEqual(waiting, [])
})

test('the card that is charged is removed on the gateway’s page: its message alone has the other one charged', async () => {
  const { actor } = await buildPaidOrder(app)
  const { url } = await openMethodPage(app, actor, PATHS)
  app.stripe.pay(url.split('/').at(-1)!, '5555555555554444')
  await app.work()
  const charged = await app.db
    .selectFrom('paymentMethods')
    .select('gatewayMethodId')
    .where('customerId', '=', actor.customerId)
    .where('isDefault', '=', true)
    .executeTakeFirstOrThrow()
  // As the gateway's own page does: nobody comes back to ours.
  await app.paymentGateway.forgetMethod(charged.gatewayMethodId)
  await app.work()
  const left = await listPaymentMethods(app, actor)
  assert.deepEqual(
    left.map(({ lastFour, isDefault }) => [lastFour, isDefault]),
    [['4444', true]],
  )
})

test('an account whose direct debit paid an order is kept for renewals, as a card is', async () => {
  const bought = await buildOrder(app)
  const page = await buildPaymentPage(app, bought)
  app.stripe.setDebitSettlesAfter(0)
  app.stripe.pay(page.sessionId, 'DE89 3704 0044 0532 0130 00')
  app.stripe.tick()
  await app.work()
  const [account] = await listPaymentMethods(app, bought.actor)
  assert.deepEqual([account?.kind, account?.lastFour, account?.isDefault], ['sepa_debit', '3000', true])
})

/** The mails about an expiring card that a customer got, oldest first. */
async function toldOf(customerId: string): Promise<string[]> {
  await Promise.all([1, 2].map(() => announceCardExpiry.run(app, {}, new AbortController().signal)))
  await app.work()
  const sent = await app.db
    .selectFrom('notifications')
    .innerJoin('events', 'events.id', 'notifications.eventId')
    .select('events.after')
    .where('notifications.customerId', '=', customerId)
    .where('template', '=', 'card-expiring')
    .orderBy('notifications.id')
    .execute()
  return sent.map(({ after }) => (after as { step: string }).step)
}

/** A server whose renewals are charged to a card that is valid until the end of March 2027. */
async function withCardUntilMarch() {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  const saved = app.db.selectFrom('paymentMethods').selectAll().where('customerId', '=', bought.customer.id)
  const { gatewayMethodId } = await saved.executeTakeFirstOrThrow()
  app.stripe.dashboard.renewCard(gatewayMethodId, { month: 3, year: 2027 })
  await app.stripe.settled()
  await app.work()
  return { ...bought, method: await saved.executeTakeFirstOrThrow() }
}

test('a customer is told a month and a week before that their card expires, once each, however often the job runs', async () => {
  const { customer, actor, method } = await withCardUntilMarch()
  goTo(app, '2027-02-28')
  assert.deepEqual(await toldOf(customer.id), [], '31 days before')
  assert.equal(await findExpiringCard(app, actor), undefined)
  goTo(app, '2027-03-01')
  assert.deepEqual(await toldOf(customer.id), ['month'])
  const shown = await findExpiringCard(app, actor)
  assert.deepEqual([shown?.id, String(shown?.expiresOn), shown?.daysLeft], [method.id, '2027-03-31', 30])
  goTo(app, '2027-03-23')
  assert.deepEqual(await toldOf(customer.id), ['month'])
  goTo(app, '2027-03-24')
  assert.deepEqual(await toldOf(customer.id), ['month', 'week'])
  goTo(app, '2027-03-31')
  assert.deepEqual(await toldOf(customer.id), ['month', 'week'])
  const mail = await app.db
    .selectFrom('notifications')
    .select(['recipient', 'state'])
    .where('customerId', '=', customer.id)
    .where('template', '=', 'card-expiring')
    .execute()
  assert.deepEqual(
    mail.map(({ recipient, state }) => [recipient, state]),
    [1, 2].map(() => [customer.email, 'sent']),
  )
  goTo(app, '2027-04-02')
  assert.ok((await findExpiringCard(app, actor))!.daysLeft < 0, 'the page says that it has expired')
})

test('nobody is told of a card that charges nothing: another is charged, nothing renews, or they pay by themselves', async () => {
  const replaced = await withCardUntilMarch()
  const lasting = await buildSavedCard(app, { customerId: replaced.customer.id, lastFour: '4444', expiryYear: 2031 })
  await makeDefaultMethod(app, replaced.actor, { paymentMethodId: lasting })
  const ended = await withCardUntilMarch()
  const { id: subscriptionId } = await app.db
    .selectFrom('subscriptions')
    .select('id')
    .where('customerId', '=', ended.customer.id)
    .executeTakeFirstOrThrow()
  await requestCancellation(app, ended.actor, { subscriptionId, when: 'period_end', reason: 'other' })
  const byHand = await withCardUntilMarch()
  await changeAutoPay(app, byHand.actor, { autoPay: false })
  goTo(app, '2027-03-26')
  for (const { customer } of [replaced, ended, byHand]) assert.deepEqual(await toldOf(customer.id), [])
})

test('the same card saved once more is not told of again, and one that lasts longer is charged from then on', async () => {
  const { customer, actor, method } = await withCardUntilMarch()
  goTo(app, '2027-03-05')
  assert.deepEqual(await toldOf(customer.id), ['month'])
  const again = await buildSavedCard(app, { customerId: customer.id, expiryMonth: 3, expiryYear: 2027 })
  await makeDefaultMethod(app, actor, { paymentMethodId: again })
  assert.deepEqual(await toldOf(customer.id), ['month'])
  await makeDefaultMethod(app, actor, { paymentMethodId: method.id })
  const { url } = await openMethodPage(app, actor, PATHS)
  app.stripe.pay(url.split('/').at(-1)!, '5555555555554444')
  await app.work()
  const charged = (await listPaymentMethods(app, actor)).find(({ isDefault }) => isDefault)
  assert.equal(charged?.lastFour, '4444')
  assert.equal(await findExpiringCard(app, actor), undefined)
  goTo(app, '2027-03-28')
  assert.deepEqual(await toldOf(customer.id), ['month'])
})

test('a card that the bank renewed by itself is known by its new date, and nobody is told', async () => {
  const { customer, actor, method } = await withCardUntilMarch()
  app.stripe.dashboard.renewCard(method.gatewayMethodId, { month: 3, year: 2031 })
  await app.stripe.settled()
  await app.work()
  goTo(app, '2027-03-28')
  assert.deepEqual(await toldOf(customer.id), [])
  const [card] = await listPaymentMethods(app, actor)
  assert.deepEqual([card?.expiryMonth, card?.expiryYear], [3, 2031])
})

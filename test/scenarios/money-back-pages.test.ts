import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { changeApprovals } from '#modules/accounts/change-approvals.ts'
import { checkRefunds } from '#modules/billing/check-refunds.ts'
import { billingChecks } from '#modules/billing/billing-checks.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { buildOrder, buildPaymentPage, tester } from '#test/support/builders.ts'
import { signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp({}, { web: true })
after(async () => {
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
  await app.close()
})

const DISPUTED_CARD = '4000000000000259'

async function buildPaid(card?: string) {
  const bought = await buildOrder(app)
  const page = await buildPaymentPage(app, bought)
  app.stripe.pay(page.sessionId, card)
  await app.work()
  await numberInvoices.run(app, {}, new AbortController().signal)
  await app.work()
  const payment = await app.db.selectFrom('payments').selectAll().where('id', '=', page.id).executeTakeFirstOrThrow()
  return { ...bought, payment, address: `/staff/payments/${payment.id}` }
}
const refundsOf = (paymentId: string) =>
  app.db.selectFrom('refunds').selectAll().where('paymentId', '=', paymentId).execute()

test('billing finds a payment, sends a part of it back, and everybody sees it', async () => {
  const visitor = await signedInStaff(app, 'billing')
  const { payment, address, invoice } = await buildPaid()
  const list = await visitor.open('/staff/payments?q=Ada&state=succeeded&channel=checkout')
  assert.ok(list.html.includes(address))

  const page = await visitor.open(address)
  const refused = await page.press('Refund', { amount: '1,2,3', reason: 'Kind of us' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /Please enter an amount/)
  assert.match(refused.html, /value="Kind of us"/, 'nothing typed is lost')
  const tooMuch = await page.press('Refund', { amount: '100000', reason: 'Kind of us' })
  assert.equal(tooMuch.status, 409)
  assert.match(tooMuch.text, /more than can be refunded/)

  const done = await page.press('Refund', { amount: '2.50', reason: 'Kind of us' })
  assert.match(done.text, /The refund is under way/)
  await page.press('Refund', { amount: '2.50', reason: 'Kind of us' })
  await app.work()
  assert.deepEqual(
    (await refundsOf(payment.id)).map(({ state, amountMinor }) => [state, amountMinor]),
    [['succeeded', 250n]],
    'the same form sent twice refunds once',
  )
  const shown = await visitor.open(`/staff/invoices/${invoice.id}`)
  const note = /EZ-CN-\d{4}-\d{6}/.exec(shown.text)?.[0]
  assert.ok(note, 'the credit note has its number')
  const pdf = await visitor.open(shown.link(note))
  assert.equal(pdf.headers.get('content-type'), 'application/pdf')
  assert.match((await visitor.open('/staff/refunds?state=all')).text, /Kind of us/)
})

test('to support, whose role lacks it, there are no such pages', async () => {
  const visitor = await signedInStaff(app, 'support')
  const { address } = await buildPaid()
  for (const path of [address, '/staff/payments', '/staff/refunds', '/staff/disputes', '/staff/unmatched'])
    assert.equal((await visitor.open(path)).status, 404, path)
})

test('a refund nobody knows the outcome of waits on the board and in the queue for a person', async () => {
  const visitor = await signedInStaff(app, 'billing')
  const { payment, address } = await buildPaid()
  await (await visitor.open(address)).press('Refund', { amount: '1', reason: 'Lost on the way' })
  const [begun] = await refundsOf(payment.id)
  await app.db.updateTable('refunds').set({ sentAt: app.clock.now() }).where('id', '=', begun!.id).execute()
  app.advance({ hours: 25 })
  await checkRefunds.run(app, {}, new AbortController().signal)
  await app.work()
  const later = await signedInStaff(app, 'billing')
  assert.match((await later.open('/staff')).text, /Refunds nobody knows the outcome of/)
  const queue = await later.open('/staff/refunds')
  assert.match(queue.text, /Nobody knows whether this money left/)
  await queue.press('Give up')
  await app.work()
  assert.equal((await refundsOf(payment.id))[0]?.state, 'failed')
  assert.match((await later.open(address)).text, /given_up/)
})

test('a dispute is on the board until its evidence was due, and its payment offers no refund', async () => {
  const visitor = await signedInStaff(app, 'billing')
  const { payment, address } = await buildPaid(DISPUTED_CARD)
  const board = await visitor.open('/staff')
  assert.match(board.text, /Disputes that need evidence within a week/)
  const [dispute] = await app.db.selectFrom('disputes').selectAll().where('paymentId', '=', payment.id).execute()
  const list = await visitor.open('/staff/disputes?state=open')
  assert.match(list.text, /The cardholder does not know the charge/)
  const page = await visitor.open(`/staff/disputes/${dispute!.id}`)
  assert.match(page.text, /Hand evidence in at the gateway’s dashboard/)
  const paid = await visitor.open(address)
  assert.ok(!paid.html.includes('name="requestKey"'), 'no refund is offered')
  app.stripe.dashboard.decideDispute(dispute!.gatewayDisputeId, 'lost')
  await app.work()
  assert.match((await visitor.open(`/staff/disputes/${dispute!.id}`)).text, /booked as a bad debt/)
})

test('a message that could not be matched is looked at again or set aside', async () => {
  const visitor = await signedInStaff(app, 'billing')
  const event = {
    gateway: 'stripe',
    type: 'payment_intent.succeeded',
    livemode: false,
    account: null,
    objectId: 'pi_nobody',
    state: 'suspense',
    note: 'It is odd.',
    receivedAt: app.clock.now(),
  } as const
  await app.db
    .insertInto('gatewayEvents')
    .values([
      { ...event, id: 'evt_odd_1' },
      { ...event, id: 'evt_odd_2', receivedAt: app.clock.now().add({ seconds: 1 }) },
    ])
    .execute()
  const page = await visitor.open('/staff/unmatched')
  assert.match(page.text, /It is odd\./)
  await page.press('Look again')
  await app.work()
  await (await visitor.open('/staff/unmatched')).press('Set aside')
  const rows = await app.db
    .selectFrom('gatewayEvents')
    .select('state')
    .where('id', 'in', ['evt_odd_1', 'evt_odd_2'])
    .execute()
  assert.deepEqual(
    rows.map(({ state }) => state),
    ['ignored', 'ignored'],
  )
})

test('where two must agree, the second colleague sees amount and reason, and agreeing refunds once', async () => {
  await changeApprovals(app, tester, { acts: ['payment.refund'] })
  const asker = await signedInStaff(app, 'billing')
  const { payment, address } = await buildPaid()
  const asked = await (await asker.open(address)).press('Refund', { amount: '3', reason: 'We agreed' })
  assert.match(asked.text, /A second colleague has to agree/)
  assert.deepEqual(await refundsOf(payment.id), [])
  const second = await signedInStaff(app, 'billing')
  const waiting = await second.open('/staff/approvals')
  assert.match(waiting.text, /Refund a payment.*€3\.00.*We agreed/)
  await waiting.press('Approve')
  await app.work()
  assert.deepEqual(
    (await refundsOf(payment.id)).map(({ state, amountMinor }) => [state, amountMinor]),
    [['succeeded', 300n]],
  )
})

test('a line of a paid invoice is taken back as credit on the page of the invoice, and its customer sees why', async () => {
  await app.db.deleteFrom('settings').execute()
  const visitor = await signedInStaff(app, 'billing')
  const { invoice, customer } = await buildPaid()
  const page = await visitor.open(`/staff/invoices/${invoice.id}`)
  const refused = await page.press('Make credit note', { reason: 'Down for a day' })
  assert.equal(refused.status, 422)
  assert.match(refused.text, /for at least one line/)
  const done = await refused.press('Make credit note', { amount: '1.19', reason: 'Down for a day' })
  assert.match(done.text, /The credit note is made/)
  await app.work()
  assert.match((await visitor.open(`/staff/invoices/${invoice.id}`)).text, /EZ-CN-\d{4}-\d{6} Down for a day/)
  const credit = await app.db.selectFrom('creditGrants').selectAll().where('customerId', '=', customer.id).execute()
  assert.deepEqual(
    credit.map(({ remainingMinor }) => remainingMinor),
    [119n],
  )
})

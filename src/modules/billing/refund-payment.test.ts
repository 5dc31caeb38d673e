import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { sql } from 'kysely'
import { staffAs } from '#test/support/actors.ts'
import { buildCustomer, buildOrder, buildPaymentPage, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from './billing-checks.ts'
import { lockInvoice } from './billing-queries.ts'
import { checkRefunds } from './check-refunds.ts'
import { correctInvoice } from './correct-invoice.ts'
import { decideRefund } from './decide-refund.ts'
import { grantCredit } from './grant-credit.ts'
import { listCredit } from './list-credit.ts'
import { payFromCredit } from './pay-from-credit.ts'
import type { Payment } from './payment.ts'
import { refundPayment, type RefundPaymentInput } from './refund-payment.ts'
import { topUp } from './top-up.ts'
import { voidInvoice } from './void-invoice.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(async () => {
  app.stripe.simulation.faults.length = 0
  await app.work()
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
})

const billing = staffAs('billing')
const admin = staffAs('admin')
const FAILING_CARD = '4000000000005126'

const inputOf = (payment: Payment, overrides: Partial<RefundPaymentInput> = {}): RefundPaymentInput => ({
  paymentId: payment.id,
  amountMinor: payment.amountMinor,
  currency: payment.currency,
  reason: 'Not what I wanted',
  destination: 'gateway',
  service: 'keep',
  ...overrides,
})
const refund = (payment: Payment, overrides: Partial<RefundPaymentInput> = {}) =>
  refundPayment(app, billing, inputOf(payment, overrides))
const refundsOf = ({ id }: Payment) =>
  app.db.selectFrom('refunds').selectAll().where('paymentId', '=', id).orderBy('id').execute()
const notesOf = (customerId: string) =>
  app.db.selectFrom('creditNotes').selectAll().where('customerId', '=', customerId).orderBy('id').execute()
const readPayment = ({ id }: Payment) =>
  app.db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
async function accountsOf(customerId: string): Promise<Record<string, bigint>> {
  const rows = await app.db
    .selectFrom('ledgerEntries')
    .innerJoin('ledgerTransactions', 'ledgerTransactions.id', 'ledgerEntries.transactionId')
    .select(['account', 'amountMinor'])
    .where('customerId', '=', customerId)
    .execute()
  const sums: Record<string, bigint> = {}
  for (const { account, amountMinor } of rows) sums[account] = (sums[account] ?? 0n) + amountMinor
  return Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0n))
}
const atGateway = (payment: Payment) => app.paymentGateway.listRefunds(payment.gatewayPaymentId!)
const total = (refunds: readonly { amountMinor: bigint }[]): bigint => refunds.reduce((a, b) => a + b.amountMinor, 0n)
async function buildPaid(card?: string) {
  const bought = await buildOrder(app)
  const page = await buildPaymentPage(app, bought)
  app.stripe.pay(page.sessionId, card)
  await app.work()
  return { ...bought, payment: await readPayment(page) }
}

test('a whole refund sends the money back, corrects the invoice and leaves every account at nothing', async () => {
  const { payment, customer, invoice } = await buildPaid()
  const { refund: begun, approvalId } = await refund(payment)
  assert.deepEqual([begun?.state, approvalId], ['pending', null])
  assert.equal((await readPayment(payment)).refundedMinor, payment.amountMinor, 'what is under way is reserved')
  await app.work()
  const [done] = await refundsOf(payment)
  assert.equal(done?.state, 'succeeded')
  assert.deepEqual(await accountsOf(customer.id), {})
  const [note] = await notesOf(customer.id)
  assert.deepEqual([note?.invoiceId, note?.totalMinor, note?.id], [invoice.id, invoice.totalMinor, done.creditNoteId])
  assert.match(note!.number!, /^EZ-CN-\d{4}-\d{6}$/)
  assert.equal(total(await atGateway(payment)), payment.amountMinor)
})

/** Somebody who bought credit for 25.00. */
async function buildTopUp() {
  const { customer, actor } = await buildCustomer(app)
  const invoice = await topUp(app, actor, { currency: 'EUR', amountMinor: 2_500n })
  const page = await buildPaymentPage(app, { actor, invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  return { customer, actor, invoice, payment: await readPayment(page) }
}

test('refunding bought credit takes the credit back and sends the money once, and no credit note gives it again', async () => {
  const { customer, actor, payment } = await buildTopUp()
  await refund(payment)
  assert.deepEqual(await listCredit(app, actor), [], 'what is on its way back cannot be spent')
  await app.work()
  assert.deepEqual([await accountsOf(customer.id), await notesOf(customer.id)], [{}, []])
  assert.equal(total(await atGateway(payment)), 2_500n)
})

test('of bought credit only what is not spent goes back, and other credit does not pay the spent part out', async () => {
  const { customer, actor, payment } = await buildTopUp()
  await buildOrder(app, { buyer: { customer, actor } })
  await payFromCredit(app, billing, { customerId: customer.id, currency: 'EUR' })
  await app.work()
  await grantCredit(app, billing, { customerId: customer.id, currency: 'EUR', amountMinor: 900n, note: 'Sorry' })
  await assert.rejects(refund(payment, { amountMinor: 1_601n }), { code: 'refund_too_high', message: /credit/ })
  await refund(payment, { amountMinor: 1_600n })
  await app.work()
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 900n }], 'goodwill stays')
  await assert.rejects(refund(payment, { amountMinor: 1n }), { code: 'refund_too_high' })
})

test('bought credit is neither refunded to credit nor corrected: the customer has it already', async () => {
  const { actor, invoice, payment } = await buildTopUp()
  await assert.rejects(refund(payment, { destination: 'credit' }), { code: 'payment_not_refundable' })
  const line = await app.db
    .selectFrom('invoiceLines')
    .select('id')
    .where('invoiceId', '=', invoice.id)
    .executeTakeFirstOrThrow()
  const lines = [{ invoiceLineId: line.id, grossMinor: 2_500n }]
  const correction = { invoiceId: invoice.id, currency: 'EUR', reason: 'Not wanted', lines }
  await assert.rejects(correctInvoice(app, billing, correction), { code: 'invoice_not_correctable' })
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 2_500n }])
})

test('parts are refunded one after the other, never beyond what was captured', async () => {
  const { payment, customer } = await buildPaid()
  await refund(payment, { amountMinor: 300n })
  await refund(payment, { amountMinor: 1n })
  await app.work()
  await assert.rejects(refund(payment, { amountMinor: payment.amountMinor - 300n }), { code: 'refund_too_high' })
  await refund(payment, { amountMinor: payment.amountMinor - 301n })
  await app.work()
  await assert.rejects(refund(payment, { amountMinor: 1n }), { code: 'refund_too_high' })
  assert.deepEqual(await accountsOf(customer.id), {})
  assert.equal((await notesOf(customer.id)).length, 3)
})

test('of 32 refunds at once only as many go out as the payment brought', async () => {
  const { payment, customer } = await buildPaid()
  const part = payment.amountMinor / 3n
  const tried = await Promise.allSettled(Array.from({ length: 32 }, () => refund(payment, { amountMinor: part })))
  assert.equal(tried.filter(({ status }) => status === 'fulfilled').length, 3)
  await app.work()
  assert.equal(total(await atGateway(payment)), part * 3n)
  assert.equal((await accountsOf(customer.id))['clearing'] ?? 0n, payment.amountMinor - part * 3n)
})

test('a form that was sent 32 times makes one refund', async () => {
  const { payment } = await buildPaid()
  const once = { amountMinor: 100n, requestKey: `req_${payment.id}` }
  const made = await Promise.all(Array.from({ length: 32 }, () => refund(payment, once)))
  assert.equal(new Set(made.map((each) => each.refund?.id)).size, 1)
  await app.work()
  assert.equal(total(await atGateway(payment)), 100n)
})

test('refunded to credit, the customer is owed the money and the gateway is not asked', async () => {
  const { payment, customer } = await buildPaid()
  await refund(payment, { amountMinor: 400n, destination: 'credit' })
  await app.work()
  assert.equal((await accountsOf(customer.id))['credit'], -400n)
  assert.deepEqual(await atGateway(payment), [])
})

test('money for a void invoice is credit, and refunding its payment pays that credit out', async () => {
  const bought = await buildOrder(app)
  const page = await buildPaymentPage(app, bought)
  await app.transaction(tester, async (tx) => voidInvoice(tx, await lockInvoice(tx, bought.invoice.id)))
  app.stripe.pay(page.sessionId)
  await app.work()
  const payment = await readPayment(page)
  assert.equal((await accountsOf(bought.customer.id))['credit'], -payment.amountMinor)
  await refund(payment)
  // Taken at once, so that nobody spends it meanwhile.
  assert.equal((await accountsOf(bought.customer.id))['credit'], undefined)
  await app.work()
  assert.deepEqual(await accountsOf(bought.customer.id), {})
  assert.deepEqual(await notesOf(bought.customer.id), [])
})

test('a refund that fails days later becomes credit, and the payment can be refunded again no further than its invoice', async () => {
  const { payment, customer } = await buildPaid(FAILING_CARD)
  app.stripe.setRefundFailsAfter(0)
  await refund(payment, { amountMinor: 500n })
  await app.work()
  assert.equal((await refundsOf(payment))[0]?.state, 'succeeded')
  app.stripe.tick()
  await app.work()
  const [failed] = await refundsOf(payment)
  assert.deepEqual([failed?.state, failed?.failureCode], ['failed', 'expired_or_canceled_card'])
  const accounts = await accountsOf(customer.id)
  assert.deepEqual([accounts['credit'], accounts['clearing']], [-500n, payment.amountMinor])
  assert.equal((await readPayment(payment)).refundedMinor, 0n)
  // The credit note stands: what it gave back is credit now, and that is what a further refund pays out last.
  await refund(payment)
  assert.equal((await accountsOf(customer.id))['credit'], undefined)
})

test('a refund made by hand names its transfer and takes the money from our bank', async () => {
  const { payment, customer } = await buildPaid()
  await assert.rejects(refund(payment, { destination: 'by_hand' }), { code: 'refund_reference_missing' })
  await refund(payment, { destination: 'by_hand', reference: 'SEPA 4711' })
  const accounts = await accountsOf(customer.id)
  assert.deepEqual(accounts, { clearing: payment.amountMinor, bank: -payment.amountMinor })
})

test('a lost answer is looked up and never sent again', async () => {
  const { payment } = await buildPaid()
  const action = { kind: 'drop', afterActing: true } as const
  app.stripe.simulation.faults.push({ method: 'POST', path: '/v1/refunds', times: 1, action })
  await refund(payment, { amountMinor: 250n })
  await app.work()
  const [done] = await refundsOf(payment)
  assert.equal(done?.state, 'succeeded')
  assert.equal(total(await atGateway(payment)), 250n)
})

test('a refund that the gateway turns away for now is sent again by itself, once', async () => {
  const { payment } = await buildPaid()
  const action = { kind: 'answer', status: 429, afterActing: false } as const
  app.stripe.simulation.faults.push({ method: 'POST', path: '/v1/refunds', times: 2, action })
  await refund(payment, { amountMinor: 250n })
  await app.work()
  assert.equal((await refundsOf(payment))[0]?.state, 'succeeded')
  assert.equal(total(await atGateway(payment)), 250n)
})

test('a refund the gateway never heard of goes to a person after a day, who may send it or give it up', async () => {
  for (const choice of ['send_again', 'give_up'] as const) {
    const { payment } = await buildPaid()
    const { refund: begun } = await refund(payment, { amountMinor: 250n })
    await app.db.updateTable('refunds').set({ sentAt: app.clock.now() }).where('id', '=', begun!.id).execute()
    await app.work()
    assert.equal((await refundsOf(payment))[0]?.state, 'pending')
    app.advance({ hours: 23 })
    await checkRefunds.run(app, {}, new AbortController().signal)
    await app.work()
    assert.equal((await refundsOf(payment))[0]?.state, 'pending')
    app.advance({ hours: 2 })
    await checkRefunds.run(app, {}, new AbortController().signal)
    await app.work()
    assert.equal((await refundsOf(payment))[0]?.state, 'needs_person')
    assert.deepEqual(await atGateway(payment), [])
    assert.equal((await readPayment(payment)).refundedMinor, 250n)
    await decideRefund(app, billing, { refundId: begun!.id, choice })
    await app.work()
    const [decided] = await refundsOf(payment)
    assert.equal(decided?.state, choice === 'send_again' ? 'succeeded' : 'failed')
    assert.equal(total(await atGateway(payment)), choice === 'send_again' ? 250n : 0n)
    assert.equal((await readPayment(payment)).refundedMinor, choice === 'send_again' ? 250n : 0n)
  }
})

test('a refund whose sending was given up while the gateway was away is sent later, once', async () => {
  const { payment } = await buildPaid()
  await refund(payment, { amountMinor: 250n })
  await sql`delete from queue.job where data->>'job' = 'billing.send-refund'`.execute(app.db)
  await app.work()
  assert.deepEqual(await atGateway(payment), [])
  app.advance({ hours: 2 })
  const { signal } = new AbortController()
  await Promise.all([checkRefunds.run(app, {}, signal), checkRefunds.run(app, {}, signal)])
  await app.work()
  assert.equal((await refundsOf(payment))[0]?.state, 'succeeded')
  assert.equal(total(await atGateway(payment)), 250n)
})

test('whoever may not refund, or has not shown lately that it is them, is refused', async () => {
  const { payment, actor } = await buildPaid()
  const input = inputOf(payment)
  await assert.rejects(refundPayment(app, staffAs('support'), input), { code: 'permission_denied' })
  await assert.rejects(refundPayment(app, actor, input), { code: 'permission_denied' })
  const stale = { ...billing, session: { id: 'ses_old', confirmedAt: Temporal.Instant.from('2020-01-01T00:00:00Z') } }
  await assert.rejects(refundPayment(app, stale, input), { code: 'confirmation_needed' })
  await assert.rejects(refundPayment(app, billing, { ...input, service: 'terminate' }), { code: 'permission_denied' })
  assert.deepEqual(await refundsOf(payment), [])
})

test('what is suspended or terminated with a refund follows once the money is on its way', async () => {
  for (const [service, state] of [
    ['suspend', 'suspended'],
    ['terminate', 'terminated'],
  ] as const) {
    const { payment, customer } = await buildPaid()
    await refundPayment(app, admin, inputOf(payment, { service }))
    await app.work()
    const row = await app.db
      .selectFrom('services')
      .select('state')
      .where('customerId', '=', customer.id)
      .executeTakeFirstOrThrow()
    assert.equal(row.state, state)
  }
})

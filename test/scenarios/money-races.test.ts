import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { problemOfConstraint } from '#app/constraints.ts'
import { cancelSubscription } from '#modules/billing/cancel-subscription.ts'
import { checkPendingPayments } from '#modules/billing/check-pending-payments.ts'
import { collectInvoice } from '#modules/billing/collect-invoice.ts'
import { grantCredit } from '#modules/billing/grant-credit.ts'
import { numberInvoices } from '#modules/billing/number-invoices.ts'
import { recordTransfer } from '#modules/billing/record-transfer.ts'
import { renewSubscriptions } from '#modules/billing/renew-subscriptions.ts'
import { runDunning } from '#modules/billing/run-dunning.ts'
import { settlePayment } from '#modules/billing/settle-payment.ts'
import { isProblem } from '#platform/problem.ts'
import { staffAs } from '#test/support/actors.ts'
import {
  buildPaidAgreement,
  cardBecomes,
  goTo,
  listDocuments,
  passNight,
  payByTransfer,
} from '#test/support/billing-builders.ts'
import { type Bought, buildCustomer, buildPaidOrder, buildPaymentPage, tester } from '#test/support/builders.ts'
import { serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** Money that many reach for at one moment moves once; whoever comes too late is told so in words, and no deadlock is seen. */
const app = await createTestApp()
after(() => app.close())

const MANY = 32
const WORKERS = 8
/** Every race has its dozens of racers; at night each is run more often. */
const ROUNDS = Number(process.env['RACE_ROUNDS'] ?? 2)
const { signal } = new AbortController()
const clerk = staffAs('billing')

/** Lets all of them go at the same moment and gives how many were done; a refusal in words is the only other outcome. */
async function race(asked: (() => Promise<unknown>)[]): Promise<{ done: number; refusals: string[] }> {
  const barrier = Promise.withResolvers<void>()
  const running = asked.map(async (ask) => {
    await barrier.promise
    return ask()
  })
  barrier.resolve()
  const outcomes = await Promise.allSettled(running)
  const refusals: string[] = []
  for (const outcome of outcomes)
    if (outcome.status === 'rejected') {
      const problem = isProblem(outcome.reason) ? outcome.reason : problemOfConstraint(outcome.reason)
      if (!problem) throw outcome.reason
      refusals.push(problem.code)
    }
  return { done: outcomes.length - refusals.length, refusals: [...new Set(refusals)].toSorted() }
}
const many = <T>(ask: (index: number) => T, count = MANY): (() => T)[] =>
  Array.from({ length: count }, (_each, index) => () => ask(index))

const renewalsOf = async (customerId: string) =>
  (await listDocuments(app, customerId)).filter(({ invoice }) => invoice.purpose === 'renewal')
const paymentsOf = (customerId: string) =>
  app.db
    .selectFrom('payments')
    .selectAll()
    .where('customerId', '=', customerId)
    .where('state', '=', 'succeeded')
    .execute()
const creditOf = async (customerId: string): Promise<bigint> => {
  const grants = await app.db
    .selectFrom('creditGrants')
    .select('remainingMinor')
    .where('customerId', '=', customerId)
    .execute()
  return grants.reduce((sum, { remainingMinor }) => sum + remainingMinor, 0n)
}

/** A server bought on 31 January whose renewal is open, with its card saved. */
async function buildRenewal(): Promise<Bought & { renewalId: string }> {
  goTo(app, '2027-01-31')
  const bought = await buildPaidOrder(app)
  goTo(app, '2027-02-14')
  await renewSubscriptions.run(app, {}, signal)
  await app.work()
  const [renewal] = await renewalsOf(bought.customer.id)
  return { ...bought, renewalId: renewal!.invoice.id }
}

async function rounds(story: () => Promise<void>): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await story()
  assert.deepEqual(await runChecks(app), [])
}

const charge = (invoiceId: string) => app.transaction(tester, (tx) => collectInvoice(app, tx, { invoiceId }))

test('credit that several documents reach for at once is spent once', () =>
  rounds(async () => {
    goTo(app, '2027-01-31')
    const buyer = await buildCustomer(app)
    for (let count = 0; count < 4; count += 1)
      await buildPaidAgreement(app, { buyer, intervalUnit: 'day', intervalCount: 20 + count })
    goTo(app, '2027-02-15')
    await renewSubscriptions.run(app, {}, signal)
    const documents = await renewalsOf(buyer.customer.id)
    assert.equal(documents.length, 4)
    await grantCredit(app, clerk, {
      customerId: buyer.customer.id,
      currency: 'EUR',
      amountMinor: 2_500n,
      note: 'Sorry',
    })
    await race(many((index) => charge(documents[index % 4]!.invoice.id)))
    const paid = (await renewalsOf(buyer.customer.id)).reduce((sum, { invoice }) => sum + invoice.paidMinor, 0n)
    assert.deepEqual([paid, await creditOf(buyer.customer.id)], [2_500n, 0n])
  }))

test('a document paid on a page, by transfer and by the saved card at once takes its money once, and the rest is credit', () =>
  rounds(async () => {
    const { customer, actor, renewalId } = await buildRenewal()
    const invoice = (await renewalsOf(customer.id))[0]!.invoice
    await race([
      ...many(() => charge(renewalId), 4),
      ...many(() => payByTransfer(app, renewalId), 4),
      ...many(async () => {
        const page = await buildPaymentPage(app, { actor, invoice })
        app.stripe.pay(page.sessionId)
      }, 1),
    ])
    await app.work()
    const [renewal] = await renewalsOf(customer.id)
    assert.deepEqual([renewal!.invoice.state, renewal!.invoice.paidMinor], ['paid', 900n])
    const received = (await paymentsOf(customer.id)).reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
    assert.equal(received - 900n, 900n + (await creditOf(customer.id)), 'the order, the renewal and what is credit')
    assert.equal(await creditOf(customer.id), 0n, 'one attempt at a time')
  }))

test('eight workers that renew at once make one document for each customer', () =>
  rounds(async () => {
    goTo(app, '2027-01-31')
    const agreed = []
    for (let count = 0; count < 6; count += 1) agreed.push(await buildPaidAgreement(app))
    goTo(app, '2027-02-14')
    const { done } = await race(many(() => renewSubscriptions.run(app, {}, signal), WORKERS))
    assert.equal(done, WORKERS)
    for (const { customer } of agreed) assert.equal((await renewalsOf(customer.id)).length, 1)
    await app.work()
  }))

test('eight workers that dun at once charge a card once and take each step once', () =>
  rounds(async () => {
    const { customer, renewalId } = await buildRenewal()
    goTo(app, '2027-02-28')
    const { done } = await race(many(() => runDunning.run(app, {}, signal), WORKERS))
    assert.equal(done, WORKERS)
    await app.work()
    const renewalPayments = (await paymentsOf(customer.id)).filter(({ invoiceId }) => invoiceId === renewalId)
    assert.equal(renewalPayments.length, 1)
    const charged = await app.db
      .selectFrom('dunningRuns')
      .select('outcome')
      .where('invoiceId', '=', renewalId)
      .where('action', '=', 'charge')
      .execute()
    assert.deepEqual(charged, [{ outcome: 'charging' }])
  }))

test('the gateway’s messages, the return to our page and the look of every minute count a payment once', () =>
  rounds(async () => {
    const { customer, actor, renewalId } = await buildRenewal()
    const invoice = (await renewalsOf(customer.id))[0]!.invoice
    const page = await buildPaymentPage(app, { actor, invoice })
    app.stripe.webhooks.misbehave({ copies: 4 })
    app.stripe.pay(page.sessionId)
    app.advance({ minutes: 3 })
    const { done } = await race([
      ...many(() => settlePayment(app, page.id, 'look')),
      () => checkPendingPayments.run(app, {}, signal),
      () => app.work(),
    ])
    app.stripe.webhooks.misbehave({ copies: 1 })
    assert.equal(done, MANY + 2)
    await app.work()
    const counted = (await paymentsOf(customer.id)).filter(({ invoiceId }) => invoiceId === renewalId)
    assert.deepEqual([counted.length, await creditOf(customer.id)], [1, 0n])
    const moved = await app.db
      .selectFrom('events')
      .select('id')
      .where('customerId', '=', customer.id)
      .where('name', '=', 'subscription.renewed')
      .execute()
    assert.equal(moved.length, 1)
  }))

test('an agreement that ends while its renewal is paid leaves a paid document or credit, never neither or both', () =>
  rounds(async () => {
    const { customer, renewalId } = await buildRenewal()
    const [renewal] = await renewalsOf(customer.id)
    const subscriptionId = renewal!.lines[0]!.subscriptionId!
    const { refusals } = await race([
      ...many(() => app.transaction(tester, (tx) => cancelSubscription(tx, subscriptionId)), 4),
      ...many(() => payByTransfer(app, renewalId), 4),
      ...many(() => charge(renewalId), 4),
    ])
    await app.work()
    for (const code of refusals) assert.ok(['invoice_paid', 'invoice_void', 'payment_pending'].includes(code), code)
    const [after] = await renewalsOf(customer.id)
    const took = (await paymentsOf(customer.id)).reduce((sum, { amountMinor }) => sum + amountMinor, 0n) - 900n
    const kept = (after!.invoice.state === 'paid' ? 900n : 0n) + (await creditOf(customer.id))
    assert.equal(took, kept)
    assert.ok(['paid', 'void'].includes(after!.invoice.state), after!.invoice.state)
  }))

test('a server that is to be suspended while its debt is paid runs in the end, and the money counts once', () =>
  rounds(async () => {
    const bought = await buildRenewal()
    const { customer, renewalId } = bought
    await cardBecomes(app, customer.id, 'pm_card_chargeCustomerFail')
    for (const day of ['2027-02-28', '2027-03-03', '2027-03-04']) {
      goTo(app, day)
      await passNight(app)
    }
    goTo(app, '2027-03-05')
    const { refusals } = await race([
      ...many(() => runDunning.run(app, {}, signal), WORKERS),
      ...many(() => payByTransfer(app, renewalId), 4),
      () => app.work(),
    ])
    await app.work()
    for (const code of refusals) assert.equal(code, 'invoice_paid')
    const [renewal] = await renewalsOf(customer.id)
    assert.deepEqual([renewal!.invoice.state, renewal!.invoice.paidMinor], ['paid', 900n])
    const received = (await paymentsOf(customer.id)).reduce((sum, { amountMinor }) => sum + amountMinor, 0n)
    assert.equal(received - 900n, 900n + (await creditOf(customer.id)), 'the order, the renewal and what is credit')
    assert.equal((await serviceOf(app, bought)).state, 'active')
    const left = await app.db
      .selectFrom('serviceSuspensions')
      .select('id')
      .where('serviceId', '=', (await serviceOf(app, bought)).id)
      .where('liftedAt', 'is', null)
      .execute()
    assert.deepEqual(left, [])
  }))

test('numbers given by eight workers at once have no gap and no twin', () =>
  rounds(async () => {
    goTo(app, '2027-03-01')
    for (let count = 0; count < 6; count += 1) await buildPaidAgreement(app)
    app.advance({ minutes: 2 })
    const { done } = await race(many(() => numberInvoices.run(app, {}, signal), WORKERS))
    assert.equal(done, WORKERS)
    const left = await app.db
      .selectFrom('invoices')
      .select('id')
      .where('state', '=', 'paid')
      .where('number', 'is', null)
      .execute()
    assert.deepEqual(left, [])
    await app.work()
  }))

test('the same transfer recorded by two of the staff, many times over, is money once', () =>
  rounds(async () => {
    const { customer, renewalId } = await buildRenewal()
    const { done, refusals } = await race(
      many((index) =>
        recordTransfer(app, staffAs('billing', `usr_clerk${index % 2}`), {
          invoiceId: renewalId,
          channel: 'bank_transfer',
          amountMinor: 300n,
          reference: `Statement 12, ${renewalId}`,
          receivedOn: Temporal.PlainDate.from('2027-02-14'),
        }),
      ),
    )
    assert.deepEqual([done, refusals], [1, ['transfer_recorded']])
    const [renewal] = await renewalsOf(customer.id)
    assert.equal(renewal!.invoice.paidMinor, 300n)
    await app.work()
  }))

test('the same transfer recorded for two documents at once is money for one of them', () =>
  rounds(async () => {
    const first = await buildRenewal()
    const second = await buildRenewal()
    const { done, refusals } = await race(
      many((index) =>
        recordTransfer(app, clerk, {
          invoiceId: index % 2 ? first.renewalId : second.renewalId,
          channel: 'bank_transfer',
          amountMinor: 300n,
          reference: `Statement 13, ${first.renewalId}`,
          receivedOn: Temporal.PlainDate.from('2027-02-14'),
        }),
      ),
    )
    assert.deepEqual([done, refusals], [1, ['transfer_recorded']])
    await app.work()
  }))

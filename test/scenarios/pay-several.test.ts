import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { getPayment } from '#modules/billing/billing-queries.ts'
import { listCredit } from '#modules/billing/list-credit.ts'
import { listCreditHistory } from '#modules/billing/list-credit-history.ts'
import { listOpenBalances } from '#modules/billing/list-open-balances.ts'
import { openPaymentPage, openSharedPaymentPage } from '#modules/billing/open-payment-page.ts'
import { payWithSavedMethod } from '#modules/billing/pay-with-saved-method.ts'
import { lockInvoice } from '#modules/billing/billing-queries.ts'
import { topUp } from '#modules/billing/top-up.ts'
import { voidInvoice } from '#modules/billing/void-invoice.ts'
import { isProblem } from '#platform/problem.ts'
import {
  buildPaidAgreement,
  cardBecomes,
  goTo,
  listDocuments,
  passNight,
  planItem,
} from '#test/support/billing-builders.ts'
import { buildCustomer, buildPaidOrder, type Buyer, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

const app = await createTestApp()
after(() => app.close())

const paths = { returnPath: '/portal/invoices', cancelPath: '/portal/invoices' }

/** A customer who owes on `count` documents of different days. */
async function owing(count: number, buyer?: Buyer): Promise<Buyer & { ids: string[] }> {
  const owes = buyer ?? (await buildCustomer(app, { autoPay: false }))
  for (let index = 0; index < count; index += 1)
    await topUp(app, owes.actor, { currency: 'EUR', amountMinor: 1_000n + BigInt(index) })
  const ids = (await listDocuments(app, owes.customer.id))
    .filter(({ invoice }) => invoice.state === 'open')
    .map(({ invoice }) => invoice.id)
  return { ...owes, ids }
}

const statesOf = async (ids: readonly string[]): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('invoices')
    .select(['id', 'state'])
    .where('id', 'in', ids)
    .orderBy('id')
    .execute()
  return rows.map(({ state }) => state)
}

async function payOn(sessionId: string): Promise<void> {
  app.stripe.pay(sessionId)
  await app.stripe.settled()
  await app.work()
}

test('one page pays several invoices; asked twice it is the same page, and what it is not for is not taken', async () => {
  const { actor, ids } = await owing(3)
  const first = await openSharedPaymentPage(app, actor, { invoiceIds: ids, ...paths })
  const again = await openSharedPaymentPage(app, actor, { invoiceIds: ids.toReversed(), ...paths })
  assert.equal(again.url, first.url)
  assert.equal(first.payment.invoiceId, null)
  assert.equal(first.payment.amountMinor, 3_003n)
  await payOn(first.payment.sessionId!)
  assert.deepEqual(await statesOf(ids), ['paid', 'paid', 'paid'])
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 3_003n }])
  await assert.rejects(openSharedPaymentPage(app, actor, { invoiceIds: ids, ...paths }), { code: 'invoice_paid' })
})

test('a page for one and a page for several never stand open together', async () => {
  const { actor, ids } = await owing(2)
  const single = await openPaymentPage(app, actor, { invoiceId: ids[0]!, ...paths })
  const all = await openSharedPaymentPage(app, actor, { invoiceIds: ids, ...paths })
  assert.equal((await getPayment(app, actor, single.payment.id)).state, 'failed')
  assert.equal((await app.paymentGateway.getCheckout(single.payment.sessionId!)).state, 'expired')
  const one = await openPaymentPage(app, actor, { invoiceId: ids[1]!, ...paths })
  assert.equal(one.payment.amountMinor, 1_001n, 'only what this one asks for')
  assert.equal((await getPayment(app, actor, all.payment.id)).state, 'failed')
  await payOn(one.payment.sessionId!)
  assert.deepEqual(await statesOf(ids), ['open', 'paid'])
})

test('what became void while the page was open is the customer’s credit', async () => {
  const { actor, ids } = await owing(2)
  const { payment } = await openSharedPaymentPage(app, actor, { invoiceIds: ids, ...paths })
  await app.transaction(tester, async (tx) => voidInvoice(tx, await lockInvoice(tx, ids[0]!)))
  await payOn(payment.sessionId!)
  assert.deepEqual(await statesOf(ids), ['void', 'paid'])
  const { rows } = await listCreditHistory(app, actor, { limit: 10 })
  assert.deepEqual(rows.map(({ kind, amountMinor }) => [kind, amountMinor]).toSorted(), [
    ['topup', 1_001n],
    ['void_document', 1_000n],
  ])
})

test('everybody pays at the same moment, one by one and together: each invoice is paid once', async () => {
  const { actor, ids } = await owing(4)
  const asked = Array.from({ length: 12 }, (_each, index) =>
    index % 2 === 0
      ? openSharedPaymentPage(app, actor, { invoiceIds: ids, ...paths })
      : openPaymentPage(app, actor, { invoiceId: ids[index % 4]!, ...paths }),
  )
  for (const outcome of await Promise.allSettled(asked))
    if (outcome.status === 'rejected' && !isProblem(outcome.reason)) throw outcome.reason
  const open = await app.db
    .selectFrom('payments')
    .selectAll()
    .where('customerId', '=', actor.customerId)
    .where('state', '=', 'pending')
    .where('sessionId', 'is not', null)
    .execute()
  for (const payment of open) await payOn(payment.sessionId!)
  const rest = (await statesOf(ids)).includes('open')
  if (rest) {
    const unpaid = await app.db
      .selectFrom('invoices')
      .select('id')
      .where('id', 'in', ids)
      .where('state', '=', 'open')
      .execute()
    const { payment } = await openSharedPaymentPage(app, actor, { invoiceIds: unpaid.map(({ id }) => id), ...paths })
    await payOn(payment.sessionId!)
  }
  assert.deepEqual(await statesOf(ids), ['paid', 'paid', 'paid', 'paid'])
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 4_006n }], 'and nothing is left over')
})

test('a saved card pays several at once; refused, all of them stay open', async () => {
  goTo(app, '2027-03-10')
  const bought = await buildPaidOrder(app)
  const { ids } = await owing(2, bought)
  await cardBecomes(app, bought.customer.id, 'pm_card_chargeDeclined')
  const refused = await payWithSavedMethod(app, bought.actor, { invoiceIds: ids })
  await assert.rejects(payWithSavedMethod(app, bought.actor, { invoiceIds: [ids[0]!] }), { code: 'payment_pending' })
  await app.work()
  assert.equal((await getPayment(app, bought.actor, refused.id)).state, 'failed')
  assert.deepEqual(await statesOf(ids), ['open', 'open'])
  await cardBecomes(app, bought.customer.id, 'pm_card_visa')
  const paid = await payWithSavedMethod(app, bought.actor, { invoiceIds: ids })
  await app.work()
  assert.equal((await getPayment(app, bought.actor, paid.id)).state, 'succeeded')
  assert.deepEqual(await statesOf(ids), ['paid', 'paid'])
})

test('others’ invoices do not exist, two currencies are paid apart, and asked-for credit is not owed', async () => {
  const { actor, ids } = await owing(1)
  const other = await owing(1)
  await assert.rejects(openSharedPaymentPage(app, actor, { invoiceIds: [...ids, ...other.ids], ...paths }), {
    code: 'invoice_not_found',
  })
  const usd = await topUp(app, actor, { currency: 'USD', amountMinor: 2_000n })
  await assert.rejects(openSharedPaymentPage(app, actor, { invoiceIds: [...ids, usd.id], ...paths }), {
    code: 'invoices_apart',
  })
  assert.deepEqual(await listOpenBalances(app, actor), [])
})

test('credit pays renewals and never a top-up, and its history tells where it came from and went', async () => {
  goTo(app, '2027-05-01')
  const { actor, customer, ids } = await owing(1)
  const { payment } = await openSharedPaymentPage(app, actor, { invoiceIds: ids, ...paths })
  await payOn(payment.sessionId!)
  await topUp(app, actor, { currency: 'EUR', amountMinor: 5_000n })
  const agreed = await buildPaidAgreement(app, { buyer: { actor, customer }, items: [planItem(900n)] })
  goTo(app, agreed.subscription.currentPeriodEnd.subtract({ days: 14 }))
  await passNight(app)
  const documents = await listDocuments(app, customer.id)
  assert.deepEqual(
    documents.map(({ invoice }) => [invoice.purpose, invoice.state]),
    [
      ['topup', 'paid'],
      ['topup', 'open'],
      ['order', 'paid'],
      ['renewal', 'paid'],
    ],
  )
  const first = await listCreditHistory(app, actor, { limit: 1 })
  const renewal = documents.at(-1)!.invoice
  assert.deepEqual(
    first.rows.map(({ kind, amountMinor, invoiceId }) => ({ kind, amountMinor, invoiceId })),
    [{ kind: 'invoice', amountMinor: -renewal.totalMinor, invoiceId: renewal.id }],
  )
  const second = await listCreditHistory(app, actor, { limit: 1, after: first.next })
  assert.equal(second.rows[0]!.kind, 'topup')
  assert.equal(second.next, undefined)
  assert.deepEqual((await listCreditHistory(app, (await buildCustomer(app)).actor, { limit: 9 })).rows, [])
})

test('the books agree with all of it', async () => {
  assert.deepEqual(await runChecks(app), [])
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { lockInvoice } from '#modules/billing/billing-queries.ts'
import { grantCredit } from '#modules/billing/grant-credit.ts'
import { listCredit } from '#modules/billing/list-credit.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { payInvoiceFromCredit } from '#modules/billing/pay-invoice-from-credit.ts'
import { payWithSavedMethod } from '#modules/billing/pay-with-saved-method.ts'
import { topUp } from '#modules/billing/top-up.ts'
import { getMailedDocument } from '#modules/notifications/templates/mailed-document.ts'
import { isProblem } from '#platform/problem.ts'
import { staffAs } from '#test/support/actors.ts'
import { buildCustomer, buildOrder, PASSWORD, payOnHostedPage, type TestCustomer } from '#test/support/api-client.ts'
import { payByTransfer } from '#test/support/billing-builders.ts'
import { buildOrder as buildOrderOf, buildPaidOrder, tester } from '#test/support/builders.ts'
import { assertSound } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { createVisitor, type Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(async () => {
  assert.deepEqual(await runChecks(app), [])
  await app.close()
})

const ways = { returnPath: '/portal/invoices', cancelPath: '/portal/invoices' }

/** Somebody who has an order of €9.00 to pay and looks at the portal without scripts. */
async function owing(): Promise<{ visitor: Visitor; customer: TestCustomer; invoiceId: string; page: string }> {
  const customer = await buildCustomer(app)
  const { invoiceId } = await buildOrder(customer)
  const visitor = createVisitor(app)
  await (await visitor.open('/login')).press('Log in', { email: customer.email, password: PASSWORD })
  return { visitor, customer, invoiceId, page: `/portal/invoices/${invoiceId}` }
}

const invoiceOf = (id: string) => app.transaction(tester, (tx) => lockInvoice(tx, id))
const paymentsOf = (invoiceId: string) =>
  app.db.selectFrom('payments').selectAll().where('invoiceId', '=', invoiceId).orderBy('id').execute()
const give = (customerId: string, amountMinor: bigint, currency = 'EUR') =>
  grantCredit(app, staffAs('billing'), { customerId, currency, amountMinor, note: 'Sorry' })

test('a part is paid on the page of the partner; the invoice shows what is paid and what is left, and the rest is paid later', async () => {
  const { visitor, invoiceId, page } = await owing()
  const form = await visitor.open((await visitor.open(page)).link('Pay a part or in another way'))
  assertSound(form)
  assert.match(form.html, /name="amount"[^>]* value="9\.00"/)
  assert.match(form.text, /All of it \(€9\.00\), or a part from €0\.50 to €8\.50/)
  const gateway = await form.press('Continue to payment', { amount: '4,00' })
  assert.notEqual(gateway.url.origin, app.config.publicUrl)
  assert.equal((await form.press('Continue to payment', { amount: '4' })).url.href, gateway.url.href, 'the same page')
  await payOnHostedPage(app, gateway.url.href)
  await app.work()
  const partly = await visitor.open(page)
  assertSound(partly)
  assert.match(partly.text, /Please pay €5\.00 by/)
  assert.match(partly.text, /Total €9\.00 Paid so far €4\.00 Still to pay €5\.00/)
  assert.equal((await getMailedDocument(app, invoiceId, 'en')).open, '€5.00', 'reminders ask for the rest')
  const rest = await (await visitor.open(page)).press('Pay now')
  await payOnHostedPage(app, rest.url.href)
  await app.work()
  assert.match((await visitor.open(page)).text, /Invoice EZ-2\d{3}-\d{6} Paid/)
  assert.deepEqual(
    (await paymentsOf(invoiceId)).map(({ state, amountMinor }) => [state, amountMinor]),
    [
      ['succeeded', 400n],
      ['succeeded', 500n],
    ],
  )
})

test('a part that is too small, too much, or leaves a rest no card could pay is refused by the field, with nothing lost', async () => {
  const { visitor, customer, page, invoiceId } = await owing()
  const form = await visitor.open(`${page}/pay`)
  for (const [amount, words] of [
    ['0.49', /Give at least €0\.50: our payment partner takes nothing smaller/],
    ['9.01', /Only €9\.00 is still to pay/],
    ['8.51', /Pay all of it \(€9\.00\) or at most €8\.50: a rest below €0\.50 could not be paid by card/],
    ['some', /Give an amount, such as 12\.50/],
  ] as const) {
    const refused = await form.press('Continue to payment', { amount })
    assert.equal(refused.status, 422)
    assert.match(refused.text, words)
    assert.ok(refused.html.includes(`value="${amount}"`), 'what was typed stands there still')
  }
  assert.deepEqual(await paymentsOf(invoiceId), [])
  const answer = await customer.api.post<{ code: string; issues: { path: string; message: string }[] }>(
    `/invoices/${invoiceId}/payments`,
    { amountMinor: 860 },
  )
  assert.deepEqual([answer.status, answer.body.code], [422, 'payment_part_invalid'])
  assert.deepEqual(answer.body.issues, [{ path: 'amountMinor', message: 'Pay €9.00, or a part from €0.50 to €8.50.' }])
  const opened = await customer.api.post<{ payment: { amountMinor: number } }>(`/invoices/${invoiceId}/payments`, {
    amountMinor: 850,
  })
  assert.deepEqual([opened.status, opened.body.payment.amountMinor], [201, 850])
})

test('the saved card pays a part once, however often the same form is sent', async () => {
  const bought = await buildPaidOrder(app)
  const { invoice } = await buildOrderOf(app, { buyer: bought })
  const asked = { invoiceIds: [invoice.id], amountMinor: 300n, idempotencyKey: 'form:clicked-twice' }
  const clicks = await Promise.all([1, 2, 3].map(() => payWithSavedMethod(app, bought.actor, asked)))
  await app.work()
  const late = await payWithSavedMethod(app, bought.actor, asked)
  assert.equal(new Set([...clicks, late].map(({ id }) => id)).size, 1)
  assert.deepEqual([late.state, (await invoiceOf(invoice.id)).paidMinor], ['succeeded', 300n])
  await payWithSavedMethod(app, bought.actor, { ...asked, idempotencyKey: 'form:another-form' })
  await app.work()
  assert.equal((await invoiceOf(invoice.id)).paidMinor, 600n)
})

test('a page that was opened and left does not keep the saved card from paying; it is closed first', async () => {
  const bought = await buildPaidOrder(app)
  const { invoice } = await buildOrderOf(app, { buyer: bought })
  const left = await openPaymentPage(app, bought.actor, { invoiceId: invoice.id, ...ways })
  await payWithSavedMethod(app, bought.actor, { invoiceIds: [invoice.id], amountMinor: 400n })
  await app.work()
  assert.equal((await app.paymentGateway.getCheckout(left.payment.sessionId!)).state, 'expired')
  assert.equal((await invoiceOf(invoice.id)).paidMinor, 400n)
})

test('two parts at the same moment never come to more than what is open', async () => {
  const bought = await buildPaidOrder(app)
  const { invoice } = await buildOrderOf(app, { buyer: bought })
  const parts = [800n, 500n, 400n, 850n].flatMap((amountMinor) => [
    payWithSavedMethod(app, bought.actor, { invoiceIds: [invoice.id], amountMinor }),
    openPaymentPage(app, bought.actor, { invoiceId: invoice.id, amountMinor, ...ways }).then(({ payment }) => payment),
  ])
  for (const outcome of await Promise.allSettled(parts))
    if (outcome.status === 'rejected' && !isProblem(outcome.reason)) throw outcome.reason
  for (const { sessionId, state } of await paymentsOf(invoice.id))
    if (sessionId !== null && state === 'pending') app.stripe.pay(sessionId)
  await app.stripe.settled()
  await app.work()
  const { paidMinor, totalMinor } = await invoiceOf(invoice.id)
  const received = (await paymentsOf(invoice.id)).filter(({ state }) => state === 'succeeded')
  assert.equal(received.length, 1, 'one attempt at a time')
  assert.equal(received[0]!.amountMinor, paidMinor)
  assert.ok(paidMinor <= totalMinor)
  assert.deepEqual(await listCredit(app, bought.actor), [], 'nothing was paid too much')
})

test('a part is measured by what is open by now, and a page for another amount is closed', async () => {
  const bought = await buildPaidOrder(app)
  const { invoice } = await buildOrderOf(app, { buyer: bought })
  const invoiceId = invoice.id
  const first = await openPaymentPage(app, bought.actor, { invoiceId, amountMinor: 800n, ...ways })
  const second = await openPaymentPage(app, bought.actor, { invoiceId, amountMinor: 200n, ...ways })
  assert.equal((await app.paymentGateway.getCheckout(first.payment.sessionId!)).state, 'expired')
  app.stripe.pay(second.payment.sessionId!)
  await app.work()
  await payByTransfer(app, invoiceId, 100n)
  await assert.rejects(openPaymentPage(app, bought.actor, { invoiceId, amountMinor: 700n, ...ways }), {
    code: 'payment_part_invalid',
  })
  const all = await openPaymentPage(app, bought.actor, { invoiceId, ...ways })
  assert.equal(all.payment.amountMinor, 600n)
})

test('credit that is bought is paid at once or not at all', async () => {
  const { actor } = await buildOrderOf(app)
  const { id: invoiceId } = await topUp(app, actor, { currency: 'EUR', amountMinor: 5_000n })
  await assert.rejects(openPaymentPage(app, actor, { invoiceId, amountMinor: 1_000n, ...ways }), {
    code: 'payment_part_invalid',
  })
})

test('credit pays an invoice at the press of a button, after asking, the oldest first; what is left of it stays', async () => {
  const { visitor, customer, invoiceId, page } = await owing()
  assert.ok(!(await visitor.open(page)).text.includes('Pay from credit'), 'without credit nothing is offered')
  const { customerId } = customer.actor
  await give(customerId, 600n)
  await give(customerId, 600n)
  await give(customerId, 900n, 'USD')
  const before = await visitor.open(page)
  assertSound(before)
  assert.match(before.text, /Pay €9\.00 from your credit\?/)
  const paid = await before.press('Pay €9.00 from credit')
  assert.match(paid.text, /Paid from your credit/)
  await app.work()
  assert.equal((await invoiceOf(invoiceId)).state, 'paid')
  const grants = await app.db
    .selectFrom('creditGrants')
    .selectAll()
    .where('customerId', '=', customerId)
    .orderBy('id')
    .execute()
  assert.deepEqual(
    grants.map(({ remainingMinor }) => remainingMinor),
    [0n, 300n, 900n],
  )
  const again = await before.press('Pay €9.00 from credit')
  assert.match(again.text, /Paid/, 'a second click shows the invoice')
})

test('too little credit pays a part and leaves a rest that a card can pay; an open page for all of it is closed', async () => {
  const { visitor, customer, invoiceId, page } = await owing()
  const { payment } = await openPaymentPage(app, customer.actor, { invoiceId, ...ways })
  await give(customer.actor.customerId, 880n)
  const paid = await (await visitor.open(`${page}/pay`)).press('Pay €8.50 from credit')
  assert.match(paid.text, /Your credit is used; the rest is still to pay/)
  assert.match(paid.text, /Paid so far €8\.50 Still to pay €0\.50/)
  assert.equal((await app.paymentGateway.getCheckout(payment.sessionId!)).state, 'expired')
})

test('credit is not used for another amount than the one that was shown, never for a top-up, and never by others', async () => {
  const { customer, invoiceId } = await owing()
  const { actor } = customer
  await assert.rejects(payInvoiceFromCredit(app, actor, { invoiceId }), { code: 'credit_missing' })
  await give(actor.customerId, 200n)
  const changed = await customer.api.post<{ code: string }>(`/invoices/${invoiceId}/credit`, { amountMinor: 900 })
  assert.deepEqual([changed.status, changed.body.code], [409, 'credit_changed'])
  const { id: bought } = await topUp(app, actor, { currency: 'EUR', amountMinor: 5_000n })
  await assert.rejects(payInvoiceFromCredit(app, actor, { invoiceId: bought }), { code: 'credit_not_for_topup' })
  const other = await buildCustomer(app)
  await assert.rejects(payInvoiceFromCredit(app, other.actor, { invoiceId }), { code: 'invoice_not_found' })
  const used = await customer.api.post<{ usedMinor: number; invoice: { paidMinor: number } }>(
    `/invoices/${invoiceId}/credit`,
  )
  assert.deepEqual([used.status, used.body.usedMinor, used.body.invoice.paidMinor], [200, 200, 200])
})

test('credit that two invoices reach for at once is spent once', async () => {
  const bought = await buildPaidOrder(app)
  const orders = [await buildOrderOf(app, { buyer: bought }), await buildOrderOf(app, { buyer: bought })]
  await give(bought.customer.id, 900n)
  const both = await Promise.allSettled(
    orders.map(({ invoice }) => payInvoiceFromCredit(app, bought.actor, { invoiceId: invoice.id, amountMinor: 900n })),
  )
  assert.deepEqual(both.map(({ status }) => status).toSorted(), ['fulfilled', 'rejected'])
  await app.work()
  assert.deepEqual(await listCredit(app, bought.actor), [])
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { buildSubscription, goTo, listDocuments, passNight, payByTransfer } from '#test/support/billing-builders.ts'
import { buildCustomer, buildOrder, buildPaidOrder, buildPaymentPage } from '#test/support/builders.ts'
import { staffAs } from '#test/support/actors.ts'
import { agreementOf, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { getInvoice } from './billing-queries.ts'
import { findPayable } from './find-payable.ts'
import { grantCredit, withdrawCredit } from './grant-credit.ts'
import type { Invoice } from './invoice.ts'
import { listCredit } from './list-credit.ts'
import { listSurplus } from './money-queries.ts'
import { recordTransfer } from './record-transfer.ts'
import { topUp } from './top-up.ts'
import { transferReference } from './transfer-reference.ts'

const app = await createTestApp()
after(() => app.close())
const billing = staffAs('billing', 'usr_billing')
const support = staffAs('support', 'usr_support')
const today = (): Temporal.PlainDate => app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate()

const give = (customerId: string, amountMinor: bigint) =>
  grantCredit(app, billing, { customerId, currency: 'EUR', amountMinor, note: 'Sorry for the wait' })

test('credit pays a renewal by itself, the oldest first, and the rest stays to be paid', async () => {
  goTo(app, '2027-01-31')
  const { customer, actor } = await buildSubscription(app)
  const oldest = await give(customer.id, 300n)
  const newest = await give(customer.id, 200n)
  goTo(app, '2027-02-14')
  await passNight(app)
  const [renewal] = await listDocuments(app, customer.id)
  assert.deepEqual([renewal!.invoice.state, renewal!.invoice.paidMinor], ['open', 500n])
  assert.deepEqual(await listCredit(app, actor), [])
  const uses = await app.db
    .selectFrom('creditUses')
    .selectAll()
    .where('customerId', '=', customer.id)
    .orderBy('id')
    .execute()
  assert.deepEqual(
    uses.map(({ grantId, amountMinor }) => [grantId, amountMinor]).toSorted(),
    [
      [oldest.id, 300n],
      [newest.id, 200n],
    ].toSorted(),
  )
})

test('more credit than is needed pays all of it, and what is left stays credit', async () => {
  goTo(app, '2027-01-31')
  const { customer, actor } = await buildSubscription(app)
  await give(customer.id, 2_000n)
  goTo(app, '2027-02-14')
  await passNight(app)
  const [renewal] = await listDocuments(app, customer.id)
  assert.equal(renewal!.invoice.state, 'paid')
  assert.ok(renewal!.invoice.number)
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 1_100n }])
})

test('credit that is bought is a document without tax which credit does not pay, and is owed once it is paid', async () => {
  const { customer, actor } = await buildCustomer(app)
  await give(customer.id, 5_000n)
  const invoice = await topUp(app, actor, { currency: 'EUR', amountMinor: 2_500n })
  assert.deepEqual(
    [invoice.totalMinor, invoice.taxMinor, invoice.purpose, invoice.paidMinor],
    [2_500n, 0n, 'topup', 0n],
  )
  const page = await buildPaymentPage(app, { actor, invoice })
  app.stripe.pay(page.sessionId)
  await app.work()
  assert.equal((await getInvoice(app, actor, invoice.id)).state, 'paid')
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 7_500n }])
  for (const amountMinor of [499n, 500_001n])
    await assert.rejects(topUp(app, actor, { currency: 'EUR', amountMinor }), { code: 'topup_amount_invalid' })
})

test('money on our bank pays in part, then in full, and what is too much becomes credit', async () => {
  const { invoice, actor } = await buildOrder(app)
  const transfer = (amountMinor: bigint, reference: string) =>
    recordTransfer(app, billing, {
      invoiceId: invoice.id,
      channel: 'bank_transfer',
      amountMinor,
      reference,
      receivedOn: today(),
    })
  await transfer(400n, 'statement 1')
  assert.deepEqual(await getInvoice(app, actor, invoice.id).then(({ state, paidMinor }) => [state, paidMinor]), [
    'open',
    400n,
  ])
  await assert.rejects(transfer(500n, 'statement 1'), { code: 'transfer_recorded' })
  await transfer(700n, 'statement 2')
  await app.work()
  assert.deepEqual(await getInvoice(app, actor, invoice.id).then(({ state, paidMinor }) => [state, paidMinor]), [
    'paid',
    900n,
  ])
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 200n }])
  await transfer(1n, 'statement 3')
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 201n }], 'it is paid already')
  const { rows } = await listSurplus(app, billing, { limit: 10 })
  assert.equal(rows.filter(({ customerId }) => customerId === invoice.customerId).length, 2, 'staff see it')
})

test('a transfer that comes after the order was cancelled is credit and a task for staff, and nothing is revived', async () => {
  const { invoice, actor, order } = await buildOrder(app)
  await cancelOrder(app, actor, { orderId: order.id, reason: 'by_customer' })
  await payByTransfer(app, invoice.id, 900n)
  assert.equal((await getInvoice(app, actor, invoice.id)).state, 'void')
  assert.deepEqual(await listCredit(app, actor), [{ currency: 'EUR', amountMinor: 900n }])
  const { rows } = await listSurplus(app, billing, { limit: 10 })
  assert.equal(rows.find(({ customerId }) => customerId === invoice.customerId)?.source, 'void_document')
  const [found] = await findPayable(app, billing, transferReference(invoice))
  assert.deepEqual([found?.id, found?.state, found?.openMinor], [invoice.id, 'void', 0n], 'found by its reference')
  const slip = transferReference(invoice).replace(/.$/, (last) => (last === '0' ? '1' : '0'))
  assert.deepEqual(await findPayable(app, billing, slip), [], 'mistyped, it names nothing')
})

test('a payment page that was left open does not keep staff from recording a transfer, and is closed', async () => {
  const bought = await buildOrder(app)
  const page = await buildPaymentPage(app, bought)
  await payByTransfer(app, bought.invoice.id)
  assert.equal((await getInvoice(app, bought.actor, bought.invoice.id)).state, 'paid')
  assert.equal(app.stripe.pay(page.sessionId).status, 'expired', 'nobody pays there a second time')
  await app.work()
})

test('money is recorded by those who may, and never for a day to come', async () => {
  const { invoice } = await buildOrder(app)
  const input = {
    invoiceId: invoice.id,
    channel: 'manual',
    amountMinor: 900n,
    reference: 'cash',
    receivedOn: today(),
  } as const
  await assert.rejects(recordTransfer(app, support, input), { code: 'permission_denied' })
  await assert.rejects(recordTransfer(app, billing, { ...input, receivedOn: today().add({ days: 1 }) }), {
    code: 'received_in_future',
  })
})

test('goodwill can be taken back as far as it is unused, what the customer paid for cannot', async () => {
  const { customer, actor } = await buildCustomer(app)
  const grant = await give(customer.id, 1_000n)
  await assert.rejects(withdrawCredit(app, support, { grantId: grant.id, note: 'A mistake' }), {
    code: 'permission_denied',
  })
  await withdrawCredit(app, billing, { grantId: grant.id, note: 'A mistake' })
  assert.deepEqual(await listCredit(app, actor), [])
  await assert.rejects(withdrawCredit(app, billing, { grantId: grant.id, note: 'Twice' }), { code: 'credit_used' })
  const bought = await topUp(app, actor, { currency: 'EUR', amountMinor: 1_000n })
  await recordTransfer(app, billing, {
    invoiceId: bought.id,
    channel: 'bank_transfer',
    amountMinor: 1_000n,
    reference: 'top-up',
    receivedOn: today(),
  })
  const own = await app.db
    .selectFrom('creditGrants')
    .select('id')
    .where('reference', '=', bought.id)
    .executeTakeFirstOrThrow()
  await assert.rejects(withdrawCredit(app, billing, { grantId: own.id, note: 'No' }), { code: 'credit_not_goodwill' })
})

test('spent from thirty-two documents at once, credit is spent once', async () => {
  goTo(app, '2027-01-31')
  const { customer, actor } = await buildCustomer(app)
  for (let index = 0; index < 8; index += 1)
    await buildSubscription(app, { buyer: { customer, actor }, intervalUnit: index % 2 ? 'month' : 'week' })
  await give(customer.id, 1_000n)
  goTo(app, '2027-02-14')
  await Promise.all([passNight(app), passNight(app)].map((night) => night.catch(() => undefined)))
  const uses = await app.db
    .selectFrom('creditUses')
    .select('amountMinor')
    .where('customerId', '=', customer.id)
    .execute()
  assert.equal(
    uses.reduce((sum, use) => sum + use.amountMinor, 0n),
    1_000n,
  )
})

/** A server whose renewal of 9.00 was not paid, five days after it was due. */
async function buildSuspended(month: string) {
  goTo(app, `${month}-01`)
  const bought = await buildPaidOrder(app)
  await app.db
    .updateTable('paymentMethods')
    .set({ isDefault: false })
    .where('customerId', '=', bought.customer.id)
    .execute()
  const due = Temporal.PlainDate.from(`${month}-01`).add({ months: 1 })
  const pass = async (days: number) => {
    goTo(app, due.add({ days }))
    await passNight(app)
  }
  for (const days of [-14, 0, 4]) await pass(days)
  const stands = async () => {
    const [, { invoice }] = (await listDocuments(app, bought.customer.id)) as [unknown, { invoice: Invoice }]
    return [invoice.state, (await serviceOf(app, bought)).state, await listCredit(app, bought.actor)]
  }
  return { ...bought, pass, stands }
}

test('credit bought while a server is suspended pays what is open at once, and the server answers again', async () => {
  const { actor, pass, stands } = await buildSuspended('2028-01')
  await pass(5)
  assert.deepEqual(await stands(), ['open', 'suspended', []])
  const page = await buildPaymentPage(app, {
    actor,
    invoice: await topUp(app, actor, { currency: 'EUR', amountMinor: 5_000n }),
  })
  app.stripe.pay(page.sessionId)
  await app.work()
  assert.deepEqual(await stands(), ['paid', 'active', [{ currency: 'EUR', amountMinor: 4_100n }]])
})

test('whoever has the credit is not suspended, even if a page they opened to pay on was left', async () => {
  const { customer, actor, pass, stands } = await buildSuspended('2028-05')
  const [, renewal] = await listDocuments(app, customer.id)
  await buildPaymentPage(app, { actor, invoice: renewal!.invoice })
  await give(customer.id, 1_000n)
  await app.work()
  assert.equal((await stands())[0], 'open', 'the page asks for all of it')
  await pass(5)
  assert.deepEqual(await stands(), ['paid', 'active', [{ currency: 'EUR', amountMinor: 100n }]])
})

test('credit that would leave too little for the card leaves enough, and the card pays it', async () => {
  goTo(app, '2029-01-01')
  const bought = await buildPaidOrder(app)
  await give(bought.customer.id, 870n)
  for (const day of ['2029-01-18', '2029-02-01']) {
    goTo(app, day)
    await passNight(app)
  }
  const [, renewal] = await listDocuments(app, bought.customer.id)
  assert.deepEqual(
    [renewal!.invoice.state, await listCredit(app, bought.actor)],
    ['paid', [{ currency: 'EUR', amountMinor: 20n }]],
  )
})

test('a rest too small for any card stays open and is told in words, and neither the server nor its next period waits for it', async () => {
  goTo(app, '2029-03-01')
  const bought = await buildPaidOrder(app)
  goTo(app, '2029-03-18')
  await passNight(app)
  const renewal = async () => (await listDocuments(app, bought.customer.id))[1]!.invoice
  await payByTransfer(app, (await renewal()).id, 870n)
  await assert.rejects(buildPaymentPage(app, { actor: bought.actor, invoice: await renewal() }), { message: /€0.50/ })
  for (const day of [
    '2029-04-01',
    '2029-04-02',
    '2029-04-04',
    '2029-04-05',
    '2029-04-06',
    '2029-05-01',
    '2029-05-02',
  ]) {
    goTo(app, day)
    await passNight(app)
  }
  const documents = await listDocuments(app, bought.customer.id)
  assert.deepEqual(
    documents.map(({ invoice: { state, paidMinor } }) => [state, paidMinor]),
    [
      ['paid', 900n],
      ['open', 870n],
      ['paid', 900n],
    ],
  )
  assert.equal((await serviceOf(app, bought)).state, 'active')
  await give(bought.customer.id, 30n)
  await app.work()
  const { currentPeriodEnd, state } = await agreementOf(app, bought)
  assert.deepEqual([(await renewal()).state, state, currentPeriodEnd.toString()], ['paid', 'active', '2029-06-01'])
})

test('afterwards the books are in order', async () => {
  await passNight(app)
  const findings = await runChecks(app)
  assert.deepEqual(
    findings.filter(({ invariant }) => invariant !== 'I7'),
    [],
  )
})

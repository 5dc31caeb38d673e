import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { buildOrder, buildPaymentPage, type Bought } from '#test/support/builders.ts'
import { publishChange } from '#test/support/catalog-builders.ts'
import { changeTo } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from './billing-checks.ts'
import { correctInvoice } from './correct-invoice.ts'
import { numberInvoices } from './number-invoices.ts'
import type { Payment } from './payment.ts'
import { refundPayment } from './refund-payment.ts'
import { settlePayment } from './settle-payment.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(async () => {
  app.stripe.webhooks.misbehave({})
  await app.work()
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
})

const billing = staffAs('billing')
const DISPUTED_CARD = '4000000000000259'

type Paid = Bought & { payment: Payment & { gatewayPaymentId: string } }

async function pay(card?: string): Promise<Bought & { payment: Payment }> {
  const bought = await buildOrder(app)
  const payment = await buildPaymentPage(app, bought)
  app.stripe.pay(payment.sessionId, card)
  await app.stripe.settled()
  return { ...bought, payment }
}
const read = ({ id }: Payment) =>
  app.db.selectFrom('payments').selectAll().where('id', '=', id).executeTakeFirstOrThrow() as Promise<Paid['payment']>
async function buildPaid(card?: string): Promise<Paid> {
  const { payment, ...bought } = await pay(card)
  await app.work()
  return { ...bought, payment: await read(payment) }
}
/** Paid and delivered; that it is disputed has not been told yet. */
async function buildUndisputed(): Promise<Paid> {
  app.stripe.webhooks.hold()
  const { payment, ...bought } = await pay(DISPUTED_CARD)
  await settlePayment(app, payment.id, 'look')
  await app.work()
  return { ...bought, payment: await read(payment) }
}
/** As somebody with the gateway's dashboard open would, or another program with the same key. */
const refundOutside = (gatewayPaymentId: string, amountMinor: bigint, key: string) =>
  app.paymentGateway.refund({ key, gatewayPaymentId, refundId: 'ref_of_nobody_here', amountMinor, currency: 'EUR' })
const refundsOf = ({ id }: Payment) =>
  app.db.selectFrom('refunds').selectAll().where('paymentId', '=', id).orderBy('id').execute()
const disputesOf = ({ id }: Payment) => app.db.selectFrom('disputes').selectAll().where('paymentId', '=', id).execute()
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
const eventsAbout = (word: string) => app.stripe.events().filter(({ type }) => type.includes(word))
const stateOfService = async (customerId: string): Promise<string> => {
  const found = await app.db
    .selectFrom('services')
    .select('state')
    .where('customerId', '=', customerId)
    .executeTakeFirstOrThrow()
  return found.state
}

test('a refund made in the gateway’s dashboard corrects the invoice and the books once, however often it is told', async () => {
  app.stripe.webhooks.misbehave({ copies: 3 })
  const { payment, customer } = await buildPaid()
  await refundOutside(payment.gatewayPaymentId, 300n, 'dashboard-1')
  await app.work()
  for (const { id } of eventsAbout('refund')) await app.stripe.resend(id, 2)
  await app.work()
  const [imported, ...more] = await refundsOf(payment)
  assert.deepEqual(
    [imported?.imported, imported?.state, imported?.amountMinor, more.length],
    [true, 'succeeded', 300n, 0],
  )
  assert.equal((await read(payment)).refundedMinor, 300n)
  assert.equal((await accountsOf(customer.id))['clearing'], payment.amountMinor - 300n)
  const notes = await app.db.selectFrom('creditNotes').selectAll().where('customerId', '=', customer.id).execute()
  assert.deepEqual(
    notes.map((note) => [note.totalMinor, note.number !== null]),
    [[300n, true]],
  )
})

test('a refund that is told of before its payment finds the payment', async () => {
  app.stripe.webhooks.hold()
  const { payment, customer } = await pay()
  const { gatewayPaymentId } = await app.paymentGateway.getCheckout((await read(payment)).sessionId!)
  await refundOutside(gatewayPaymentId!, 200n, 'early')
  await app.stripe.deliverReordered()
  await app.work()
  assert.deepEqual([(await read(payment)).state, (await read(payment)).refundedMinor], ['succeeded', 200n])
  assert.equal((await accountsOf(customer.id))['clearing'], payment.amountMinor - 200n)
})

test('refunds of ours and of the dashboard together never exceed what was captured', async () => {
  const { payment, customer } = await buildPaid()
  const { amountMinor, currency, id: paymentId } = payment
  const about = { reason: 'Goodbye', destination: 'gateway', service: 'keep', paymentId, currency } as const
  await refundPayment(app, billing, { ...about, amountMinor })
  // While ours waits to be sent, somebody refunds a part elsewhere: the gateway refuses ours.
  await refundOutside(payment.gatewayPaymentId, 100n, 'between')
  await app.work()
  const refunds = await refundsOf(payment)
  assert.deepEqual(
    refunds.map(({ state, amountMinor: minor, imported }) => [state, minor, imported]),
    [
      ['failed', amountMinor, false],
      ['succeeded', 100n, true],
    ],
  )
  assert.equal((await accountsOf(customer.id))['clearing'], amountMinor - 100n)
})

test('a dispute takes the money out of clearing, and gives it back when it is won', async () => {
  const { payment, customer } = await buildPaid(DISPUTED_CARD)
  const [dispute] = await disputesOf(payment)
  assert.deepEqual([dispute?.state, dispute?.withdrawnMinor], ['open', payment.amountMinor])
  assert.ok(dispute?.evidenceDueAt)
  const open = await accountsOf(customer.id)
  assert.deepEqual([open['disputes'], open['clearing']], [payment.amountMinor, undefined])
  assert.equal(await stateOfService(customer.id), 'active', 'by default nothing is suspended')
  app.stripe.dashboard.decideDispute(dispute.gatewayDisputeId, 'won')
  await app.work()
  const won = await accountsOf(customer.id)
  assert.deepEqual([won['disputes'], won['clearing']], [undefined, payment.amountMinor])
  assert.equal((await disputesOf(payment))[0]?.state, 'won')
})

test('a lost dispute is a bad debt, told in whatever order', async () => {
  app.stripe.webhooks.hold()
  const { payment, customer } = await pay(DISPUTED_CARD)
  const [created] = eventsAbout('dispute.created').slice(-1)
  app.stripe.dashboard.decideDispute(String(Reflect.get(created!.data.object, 'id')), 'lost')
  await app.stripe.deliverReordered()
  await app.work()
  for (const { id } of eventsAbout('dispute')) await app.stripe.resend(id, 2)
  await app.work()
  const accounts = await accountsOf(customer.id)
  assert.deepEqual(
    [accounts['bad_debt'], accounts['disputes'], accounts['clearing']],
    [payment.amountMinor, undefined, undefined],
  )
  assert.deepEqual(
    (await disputesOf(payment)).map(({ state }) => state),
    ['lost'],
  )
})

test('a payment that the bank decides about is not refunded, and one that was about to be is not sent', async () => {
  const { payment } = await buildPaid(DISPUTED_CARD)
  const { amountMinor, currency, id: paymentId } = payment
  const input = { reason: 'Sorry', destination: 'gateway', service: 'keep', paymentId, currency, amountMinor } as const
  await assert.rejects(refundPayment(app, billing, input), { code: 'payment_disputed' })
  assert.deepEqual(await refundsOf(payment), [])
})

test('a refund that a dispute overtakes does not go out', async () => {
  const { payment, customer } = await buildUndisputed()
  const { amountMinor, currency, id: paymentId } = payment
  const input = { reason: 'Sorry', destination: 'gateway', service: 'keep', paymentId, currency, amountMinor } as const
  await Promise.all([refundPayment(app, billing, input), app.stripe.deliverReordered()])
  await app.work()
  assert.deepEqual(
    (await refundsOf(payment)).map(({ state }) => state),
    ['failed'],
  )
  assert.equal((await read(payment)).refundedMinor, 0n)
  assert.equal((await accountsOf(customer.id))['disputes'], amountMinor)
})

test('where the seller’s policy says so a disputed payment suspends its server, and winning brings it back', async () => {
  await app.db.updateTable('legalEntities').set({ disputeSuspends: true }).execute()
  const { payment, customer } = await buildUndisputed()
  await app.stripe.deliverReordered()
  await app.work()
  const [dispute] = await disputesOf(payment)
  assert.equal(await stateOfService(customer.id), 'suspended')
  app.stripe.dashboard.decideDispute(dispute!.gatewayDisputeId, 'won')
  await app.work()
  assert.equal(await stateOfService(customer.id), 'active')
  await app.db.updateTable('legalEntities').set({ disputeSuspends: false }).execute()
})

test('a product has a policy of its own for disputes: it goes on where its seller suspends, and is suspended where not', async () => {
  for (const [seller, disputePolicy, state] of [
    [true, 'keep', 'active'],
    [false, 'suspend', 'suspended'],
    [false, 'seller', 'active'],
  ] as const) {
    await app.db.updateTable('legalEntities').set({ disputeSuspends: seller }).execute()
    await publishChange(app, 'vps-starter', (document) => ({ ...document, disputePolicy }))
    const { payment, customer } = await buildUndisputed()
    await app.stripe.deliverReordered()
    await app.work()
    const [dispute] = await disputesOf(payment)
    assert.equal(await stateOfService(customer.id), state, disputePolicy)
    app.stripe.dashboard.decideDispute(dispute!.gatewayDisputeId, 'won')
    await app.work()
    assert.equal(await stateOfService(customer.id), 'active', 'and answers again once it is won')
  }
})

test('what an option was added for is served by its server: contested, refunded and suspended, it is that server', async () => {
  await app.db.updateTable('legalEntities').set({ disputeSuspends: true }).execute()
  const bought = await buildPaid()
  const { invoiceId } = await changeTo(app, bought, { options: [{ code: 'extra-addresses', quantity: 4 }] })
  const paidBy = app.db.selectFrom('payments').selectAll().where('invoiceId', '=', invoiceId)
  const payment = (await paidBy.executeTakeFirstOrThrow()) as Paid['payment']
  const disputeId = app.stripe.dashboard.openDispute(payment.gatewayPaymentId)
  await app.work()
  assert.equal(await stateOfService(bought.customer.id), 'suspended')
  app.stripe.dashboard.decideDispute(disputeId, 'won')
  await app.work()
  assert.equal(await stateOfService(bought.customer.id), 'active')
  const { id: paymentId, amountMinor, currency } = payment
  const about = { paymentId, amountMinor, currency, reason: 'Fraud', destination: 'gateway' } as const
  await refundPayment(app, billing, { ...about, service: 'suspend' })
  await app.work()
  assert.equal(await stateOfService(bought.customer.id), 'suspended')
  await app.db.updateTable('legalEntities').set({ disputeSuspends: false }).execute()
})

test('of two contested payments for a server one that is won does not bring it back while the other holds it', async () => {
  await app.db.updateTable('legalEntities').set({ disputeSuspends: true }).execute()
  const bought = await buildPaid()
  const { invoiceId } = await changeTo(app, bought, { options: [{ code: 'backups', quantity: 1 }] })
  const added = app.db.selectFrom('payments').selectAll().where('invoiceId', '=', invoiceId)
  const { gatewayPaymentId } = (await added.executeTakeFirstOrThrow()) as Paid['payment']
  const [first, second] = [bought.payment.gatewayPaymentId, gatewayPaymentId].map((each) =>
    app.stripe.dashboard.openDispute(each),
  ) as [string, string]
  await app.work()
  app.stripe.dashboard.decideDispute(first, 'won')
  await app.work()
  assert.equal(await stateOfService(bought.customer.id), 'suspended')
  app.stripe.dashboard.decideDispute(second, 'won')
  await app.work()
  assert.equal(await stateOfService(bought.customer.id), 'active')
  await app.db.updateTable('legalEntities').set({ disputeSuspends: false }).execute()
})

test('a refund that credit pays stops the server all the same, where staff chose that', async () => {
  const bought = await buildPaid()
  const { id: paymentId, amountMinor, currency } = bought.payment
  const about = { paymentId, currency, reason: 'Sorry', destination: 'gateway' } as const
  const { id: invoiceId } = bought.invoice
  const { id: invoiceLineId } = await app.db
    .selectFrom('invoiceLines')
    .select('id')
    .where('invoiceId', '=', invoiceId)
    .executeTakeFirstOrThrow()
  const lines = [{ invoiceLineId, grossMinor: amountMinor }]
  await correctInvoice(app, billing, { invoiceId, lines, currency, reason: 'Sorry' })
  await refundPayment(app, billing, { ...about, amountMinor, service: 'suspend' })
  await app.work()
  assert.equal(await stateOfService(bought.customer.id), 'suspended')
})

test('credit notes wait for the number of their invoice, and their own numbers have no gap', async () => {
  const { payment } = await buildPaid()
  const { currency, id: paymentId } = payment
  const input = { reason: 'Part', destination: 'gateway', service: 'keep', paymentId, currency } as const
  await Promise.all([1n, 2n, 3n, 4n].map((part) => refundPayment(app, billing, { ...input, amountMinor: part * 10n })))
  await app.work()
  await numberInvoices.run(app, {}, new AbortController().signal)
  await app.work()
  const { rows } = { rows: await app.db.selectFrom('creditNotes').select(['sequence']).orderBy('sequence').execute() }
  assert.deepEqual(
    rows.map(({ sequence }) => sequence),
    rows.map((_, index) => index + 1),
  )
  await assert.rejects(
    app.db.updateTable('creditNotes').set({ reason: 'Other' }).where('number', 'is not', null).execute(),
    /is numbered and cannot change/,
  )
  await assert.rejects(app.db.updateTable('creditNoteLines').set({ description: 'Other' }).execute(), /is numbered/)
})

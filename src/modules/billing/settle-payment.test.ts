import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { goTo, listDocuments, passNight } from '#test/support/billing-builders.ts'
import {
  buildCapturedOrder,
  buildOrder,
  buildPaidOrder,
  buildPaymentPage,
  type Bought,
  tester,
} from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { transition } from '#platform/state-machine.ts'
import { getInvoice, getPayment, listPaymentMethods, lockInvoice, lockPayment } from './billing-queries.ts'
import { collectInvoice } from './collect-invoice.ts'
import { decideGatewayEvent } from './decide-gateway-event.ts'
import { invoiceMachine } from './invoice.ts'
import { openPaymentPage } from './open-payment-page.ts'
import { endAttempt } from './end-attempt.ts'
import type { Payment } from './payment.ts'
import type { Checkout } from './payment-gateway.ts'
import { recordCheckout, settlePayment } from './settle-payment.ts'

const app = await createTestApp()
after(() => app.close())

type Opened = Bought & { payment: Payment & { sessionId: string } }

async function buildOpened(): Promise<Opened> {
  const bought = await buildOrder(app)
  return { ...bought, payment: await buildPaymentPage(app, bought) }
}
const invoiceOf = ({ actor, invoice }: Bought) => getInvoice(app, actor, invoice.id)
const paymentOf = ({ actor, payment }: Opened) => getPayment(app, actor, payment.id)
const eventsAbout = (subjectId: string) =>
  app.db.selectFrom('events').selectAll().where('subjectId', '=', subjectId).orderBy('id').execute()

/** Every movement of a customer, as `kind account amount`. */
async function ledgerOf({ customer }: Bought): Promise<string[]> {
  const rows = await app.db
    .selectFrom('ledgerEntries')
    .innerJoin('ledgerTransactions', 'ledgerTransactions.id', 'ledgerEntries.transactionId')
    .select(['kind', 'account', 'amountMinor'])
    .where('customerId', '=', customer.id)
    .execute()
  return rows.map(({ kind, account, amountMinor }) => `${kind} ${account} ${amountMinor}`).toSorted()
}
const SALE = [
  'invoice receivable 900',
  'invoice revenue -756',
  'invoice tax -144',
  'payment clearing 900',
  'payment receivable -900',
]
const SURPLUS = ['payment clearing 900', 'payment credit -900']

test('a payment pays its invoice, is in the ledger, and its card is kept for renewals', async () => {
  const bought = await buildCapturedOrder(app)
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'look'), { outcome: 'paid' })
  const payment = await paymentOf(bought)
  assert.equal(payment.state, 'succeeded')
  assert.match(payment.gatewayPaymentId ?? '', /^pi_/)
  const invoice = await invoiceOf(bought)
  assert.deepEqual([invoice.state, invoice.paidMinor], ['paid', 900n])
  assert.ok(invoice.paidAt)
  assert.deepEqual(await ledgerOf(bought), SALE)
  const cards = await listPaymentMethods(app, bought.actor)
  assert.deepEqual(
    cards.map(({ brand, lastFour, expiryMonth }) => [brand, lastFour, expiryMonth]),
    [['visa', '4242', 12]],
  )
})

test('asked many times at once, the gateway’s answer counts once', async () => {
  const bought = await buildCapturedOrder(app)
  const settled = await Promise.all([1, 2, 3, 4].map(() => settlePayment(app, bought.payment.id, 'look')))
  assert.ok(settled.every(({ outcome }) => outcome === 'paid'))
  assert.deepEqual(await ledgerOf(bought), SALE)
  const paid = (await eventsAbout(bought.invoice.id)).filter(({ name }) => name === 'invoice.paid')
  assert.equal(paid.length, 1)
})

test('a page that is still open leaves everything as it is', async () => {
  const bought = await buildOpened()
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'look'), { outcome: 'open' })
  assert.equal((await paymentOf(bought)).state, 'pending')
  assert.deepEqual(await ledgerOf(bought), [])
})

test('closing an attempt shuts its page, so that no card is taken on it', async () => {
  const bought = await buildOpened()
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'close'), { outcome: 'failed' })
  assert.equal(app.stripe.pay(bought.payment.sessionId).status, 'expired')
  const payment = await paymentOf(bought)
  assert.deepEqual([payment.state, payment.failureCode], ['failed', 'expired'])
  assert.equal((await invoiceOf(bought)).state, 'open')
})

test('closing an attempt that was paid a moment before takes the money', async () => {
  const bought = await buildCapturedOrder(app)
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'close'), { outcome: 'paid' })
  assert.equal((await invoiceOf(bought)).state, 'paid')
})

test('an attempt whose page was never opened waits, and closing it ends it', async () => {
  const bought = await buildOpened()
  const unopened = { sessionId: null, sessionUrl: null }
  await app.db.updateTable('payments').set(unopened).where('id', '=', bought.payment.id).execute()
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'look'), { outcome: 'open' })
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'close'), { outcome: 'failed' })
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'look'), { outcome: 'failed' })
  assert.equal((await paymentOf(bought)).failureCode, 'not_opened')
})

test('money that does not fit the attempt in every respect is not taken as ours', async () => {
  const bought = await buildCapturedOrder(app)
  const true_ = await app.paymentGateway.getCheckout(bought.payment.sessionId)
  const lies: [Partial<Checkout>, RegExp][] = [
    [{ amountMinor: 899n }, /over 899, not over 900 EUR/],
    [{ amountMinor: 901n }, /over 901/],
    [{ currency: 'USD' }, /in USD, not in EUR/],
    [{ customerId: 'cus_other' }, /names customer cus_other/],
    [{ invoiceId: 'inv_other' }, /names invoice inv_other/],
    [{ paymentId: 'pay_other' }, /names payment pay_other/],
    [{ paymentId: undefined }, /names payment none/],
    [{ livemode: true }, /of live mode/],
  ]
  for (const [lie, note] of lies) {
    const settlement = await recordCheckout(app, bought.payment, { ...true_, ...lie })
    assert.equal(settlement.outcome, 'mismatch')
    assert.match('note' in settlement ? settlement.note : '', note)
  }
  const { state, failureCode } = await paymentOf(bought)
  assert.deepEqual([state, failureCode], ['failed', 'mismatch'], 'it waits no longer')
  const held = await app.db
    .selectFrom('gatewayEvents')
    .select(['state', 'note'])
    .where('paymentId', '=', bought.payment.id)
    .where('type', '=', 'payment_intent.mismatch')
    .execute()
  assert.deepEqual(held, [{ state: 'suspense', note: 'Not taken as ours: it is over 899, not over 900 EUR.' }])
  assert.deepEqual(await ledgerOf(bought), [])
  assert.equal((await settlePayment(app, bought.payment.id, 'look')).outcome, 'paid')
})

test('money that arrives for a void invoice becomes credit, staff are told, and nothing is revived', async () => {
  const bought = await buildCapturedOrder(app)
  await app.transaction(tester, async (tx) => {
    await transition(tx, invoiceMachine, await lockInvoice(tx, bought.invoice.id), 'void')
  })
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'look'), { outcome: 'paid' })
  assert.equal((await invoiceOf(bought)).state, 'void')
  assert.deepEqual(await ledgerOf(bought), SURPLUS)
  const told = (await eventsAbout(bought.payment.id)).find(({ name }) => name === 'payment.surplus')
  assert.deepEqual(told?.after, { invoiceId: bought.invoice.id, amountMinor: 900, currency: 'EUR' })
  assert.equal(told.customerId, bought.customer.id)
  await app.work()
  const services = await app.db
    .selectFrom('services')
    .selectAll()
    .where('customerId', '=', bought.customer.id)
    .execute()
  assert.deepEqual(services, [])
})

test('money that arrives after the attempt was given up still pays an open invoice', async () => {
  const bought = await buildCapturedOrder(app)
  await giveUp(bought)
  assert.deepEqual(await settlePayment(app, bought.payment.id, 'look'), { outcome: 'paid' })
  assert.equal((await invoiceOf(bought)).state, 'paid')
  const payment = await paymentOf(bought)
  assert.deepEqual([payment.state, payment.failureCode], ['succeeded', null])
})

test('paid twice, the second time is credit', async () => {
  const bought = await buildCapturedOrder(app)
  await giveUp(bought)
  const paths = { returnPath: '/portal', cancelPath: '/portal' }
  const again = await openPaymentPage(app, bought.actor, { invoiceId: bought.invoice.id, ...paths })
  app.stripe.pay(again.payment.sessionId!)
  await settlePayment(app, again.payment.id, 'look')
  await settlePayment(app, bought.payment.id, 'look')
  assert.deepEqual(await ledgerOf(bought), [...SALE, ...SURPLUS].toSorted())
  assert.equal((await invoiceOf(bought)).paidMinor, 900n)
})

const giveUp = ({ payment }: Opened): Promise<unknown> =>
  app.transaction(tester, async (tx) => endAttempt(tx, await lockPayment(tx, payment.id), { failureCode: 'expired' }))

test('a charge of which the gateway tells another amount ends, staff have it once, and dunning goes on', async () => {
  goTo(app, '2027-03-01')
  const bought = await buildPaidOrder(app)
  goTo(app, '2027-03-18')
  await passNight(app)
  const renewal = (await listDocuments(app, bought.customer.id)).at(-1)!.invoice
  await app.transaction(tester, (tx) => collectInvoice(app, tx, { invoiceId: renewal.id }))
  const payment = await app.db
    .selectFrom('payments')
    .selectAll()
    .where('invoiceId', '=', renewal.id)
    .executeTakeFirstOrThrow()
  const { gatewayMethodId } = await app.db
    .selectFrom('paymentMethods')
    .select('gatewayMethodId')
    .where('id', '=', payment.paymentMethodId)
    .executeTakeFirstOrThrow()
  const { gatewayCustomerId } = await app.db
    .selectFrom('gatewayCustomers')
    .select('gatewayCustomerId')
    .where('customerId', '=', bought.customer.id)
    .executeTakeFirstOrThrow()
  // What the gateway holds under our name is not what we asked for, and it has forgotten our key.
  await app.paymentGateway.charge({
    key: 'another key',
    gatewayCustomerId,
    gatewayMethodId,
    paymentId: payment.id,
    invoiceId: renewal.id,
    customerId: bought.customer.id,
    amountMinor: 901n,
    currency: 'EUR',
    description: 'odd',
  })
  await app.db
    .updateTable('payments')
    .set({ expiresAt: app.clock.wallClock().subtract({ hours: 1 }) })
    .where('id', '=', payment.id)
    .execute()
  const held = () =>
    app.db
      .selectFrom('gatewayEvents')
      .selectAll()
      .where('paymentId', '=', payment.id)
      .where('state', '=', 'suspense')
      .execute()
  await app.work()
  const ended = await getPayment(app, bought.actor, payment.id)
  assert.deepEqual([ended.state, ended.failureCode], ['failed', 'mismatch'])
  assert.deepEqual(
    (await held()).map(({ note }) => note),
    ['Not taken as ours: it is over 901, not over 900 EUR.'],
  )
  await decideGatewayEvent(app, staffAs('billing'), { gatewayEventId: (await held())[0]!.id, choice: 'look_again' })
  await app.work()
  assert.equal((await held()).length, 1, 'nothing has changed at the gateway')
  for (const day of ['2027-04-01', '2027-04-02', '2027-04-04', '2027-04-05', '2027-04-06']) {
    goTo(app, day)
    await passNight(app)
  }
  const service = await app.db
    .selectFrom('services')
    .select('state')
    .where('customerId', '=', bought.customer.id)
    .executeTakeFirst()
  assert.equal(service?.state, 'suspended')
  const charges = await app.db.selectFrom('payments').select('id').where('invoiceId', '=', renewal.id).execute()
  assert.equal(charges.length, 1, 'the card may have been charged, and is not charged again by itself')
})

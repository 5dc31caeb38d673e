import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { runChecks } from '#app/checks.ts'
import { getInvoice, getPayment } from '#modules/billing/billing-queries.ts'
import { openPaymentPage } from '#modules/billing/open-payment-page.ts'
import { findTransferDetails } from '#modules/billing/transfer.ts'
import { transferReference } from '#modules/billing/transfer-reference.ts'
import { chooseTransfer } from '#modules/orders/choose-transfer.ts'
import { expireOrders } from '#modules/orders/cancel-order.ts'
import { getOrder } from '#modules/orders/orders-queries.ts'
import { buildPaidAgreement, goTo, listDocuments, passNight, payByTransfer } from '#test/support/billing-builders.ts'
import { buildCustomer, buildOrder, buildPaidOrder, buildPaymentPage, type Bought } from '#test/support/builders.ts'
import { changeTo, serviceOf } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'

/** Who pays by bank transfer: the order waits for the bank, and nothing is built before staff record the money. */
const app = await createTestApp()
after(() => app.close())

const { signal } = new AbortController()
const START = Temporal.PlainDate.from('2027-06-01')
const stateOf = async ({ order, actor }: Bought): Promise<string> => (await getOrder(app, actor, order.id)).state
const mailsTo = (customerId: string) =>
  app.db.selectFrom('notifications').select('template').where('customerId', '=', customerId).orderBy('id').execute()

async function pass(day: Temporal.PlainDate): Promise<void> {
  goTo(app, day)
  await expireOrders.run(app, {}, signal)
  await app.work()
}

test('an order by transfer waits 14 days instead of one, and is built once staff have recorded the money', async () => {
  goTo(app, START)
  const bought = await buildOrder(app, { payBy: 'bank_transfer' })
  await app.work()
  assert.equal(bought.order.expiresAt.since(bought.order.createdAt).total('hours'), 14 * 24)
  const details = (await findTransferDetails(app, bought.invoice))!
  assert.deepEqual(
    { iban: details.iban, reference: details.reference, amountMinor: details.amountMinor, chosen: details.chosen },
    {
      iban: 'DE89370400440532013000',
      reference: transferReference(bought.invoice),
      amountMinor: bought.invoice.totalMinor,
      chosen: true,
    },
  )
  assert.deepEqual((await mailsTo(bought.customer.id)).map(({ template }) => template).toSorted(), [
    'order-received',
    'transfer-details',
  ])
  await pass(START.add({ days: 10 }))
  assert.equal(await stateOf(bought), 'pending')
  assert.equal(
    await app.db.selectFrom('services').select('id').where('customerId', '=', bought.customer.id).executeTakeFirst(),
    undefined,
  )
  await payByTransfer(app, bought.invoice.id)
  await app.work()
  assert.equal(await stateOf(bought), 'active')
  assert.equal((await serviceOf(app, bought)).state, 'active')
})

test('unpaid, it is closed when its pro forma is due; one by card is closed after a day', async () => {
  goTo(app, START)
  const byTransfer = await buildOrder(app, { payBy: 'bank_transfer' })
  const byCard = await buildOrder(app)
  await pass(START.add({ days: 2 }))
  assert.deepEqual([await stateOf(byTransfer), await stateOf(byCard)], ['pending', 'cancelled'])
  await pass(START.add({ days: 15 }))
  assert.equal(await stateOf(byTransfer), 'cancelled')
})

test('who began to pay by card may transfer instead, and the other way round; the open page is closed', async () => {
  goTo(app, START)
  const bought = await buildOrder(app)
  const page = await buildPaymentPage(app, bought)
  const chosen = await chooseTransfer(app, bought.actor, { invoiceId: bought.invoice.id })
  assert.equal((await getPayment(app, bought.actor, page.id)).state, 'failed')
  assert.equal((await app.paymentGateway.getCheckout(page.sessionId)).state, 'expired')
  assert.ok((await getOrder(app, bought.actor, bought.order.id)).expiresAt.equals(chosen.dueAt))
  goTo(app, START.add({ days: 3 }))
  const again = await chooseTransfer(app, bought.actor, { invoiceId: bought.invoice.id })
  assert.ok(again.dueAt.equals(chosen.dueAt), 'asking again does not put it off')
  const { payment } = await openPaymentPage(app, bought.actor, {
    invoiceId: bought.invoice.id,
    returnPath: '/portal',
    cancelPath: '/portal',
  })
  app.stripe.pay(payment.sessionId!)
  await app.stripe.settled()
  await app.work()
  assert.equal(await stateOf(bought), 'active')
})

test('a renewal keeps its day, a change is not for the bank, and nobody chooses for another', async () => {
  goTo(app, START)
  const agreed = await buildPaidAgreement(app)
  goTo(app, agreed.subscription.currentPeriodEnd.subtract({ days: 14 }))
  await passNight(app)
  const renewal = (await listDocuments(app, agreed.customer.id)).at(-1)!.invoice
  await assert.rejects(chooseTransfer(app, (await buildCustomer(app)).actor, { invoiceId: renewal.id }), {
    code: 'invoice_not_found',
  })
  const chosen = await chooseTransfer(app, agreed.actor, { invoiceId: renewal.id })
  assert.ok(chosen.dueAt.equals(renewal.dueAt))
  await payByTransfer(app, renewal.id)
  await assert.rejects(chooseTransfer(app, agreed.actor, { invoiceId: renewal.id }), { code: 'invoice_paid' })

  const bought = await buildPaidOrder(app)
  await app.db.updateTable('customers').set({ autoPay: false }).where('id', '=', bought.customer.id).execute()
  const change = await changeTo(app, bought, { plan: 'vps-professional' })
  assert.equal((await getInvoice(app, bought.actor, change.invoiceId!)).state, 'open')
  await assert.rejects(chooseTransfer(app, bought.actor, { invoiceId: change.invoiceId! }), {
    code: 'transfer_not_offered',
  })
})

test('a seller without an account offers none, and the books agree', async () => {
  await app.db.updateTable('legalEntities').set({ bankIban: null, bankHolder: null }).execute()
  const bought = await buildOrder(app)
  assert.equal(await findTransferDetails(app, bought.invoice), undefined)
  await assert.rejects(chooseTransfer(app, bought.actor, { invoiceId: bought.invoice.id }), {
    code: 'transfer_not_offered',
  })
  await assert.rejects(buildOrder(app, { payBy: 'bank_transfer' }), { code: 'transfer_not_offered' })
  assert.deepEqual(await runChecks(app), [])
})

import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { sql } from 'kysely'
import { cancelOrder } from '#modules/orders/cancel-order.ts'
import { staffAs } from '#test/support/actors.ts'
import { buildPaidAgreement, goTo, listDocuments, passNight, payByTransfer } from '#test/support/billing-builders.ts'
import { buildCapturedOrder, buildCustomer, buildOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { acceptChange } from './accept-change.ts'
import { billingChecks } from './billing-checks.ts'
import { cancelSubscription } from './cancel-subscription.ts'
import { numberCreditNotes } from './number-credit-notes.ts'
import { numberInvoices } from './number-invoices.ts'
import { quoteChange } from './quote-change.ts'
import { rangeOf } from './reports/report-range.ts'
import { readTax } from './reports/tax-report.ts'
import { settlePayment } from './settle-payment.ts'
import { writeOffInvoice } from './write-off-invoice.ts'
import { changeSettings, readSettings } from './settings/change-settings.ts'

const app = await createTestApp()
after(() => app.close())

const { signal } = new AbortController()
const number = () => numberInvoices.run(app, {}, signal)

async function setAtIssue(numberedAtIssue: boolean): Promise<void> {
  const { values, basis } = await readSettings(app, staffAs('billing'), 'numbering')
  await changeSettings(app, staffAs('billing'), { name: 'numbering', basis, values: { ...values, numberedAtIssue } })
}

async function requireSound(): Promise<void> {
  await numberCreditNotes.run(app, {}, signal)
  await app.work()
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
}

const notesOf = (invoiceId: string) =>
  app.db.selectFrom('creditNotes').selectAll().where('invoiceId', '=', invoiceId).execute()
const documentsOf = async (customerId: string) => (await listDocuments(app, customerId)).map(({ invoice }) => invoice)
const mailsOf = async (customerId: string): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('customerId', '=', customerId)
    .orderBy('id')
    .execute()
  return rows.map(({ template }) => template)
}

let early: Awaited<ReturnType<typeof buildOrder>>
before(async () => {
  early = await buildOrder(app)
  app.advance({ seconds: 1 })
  await setAtIssue(true)
})

test('an unpaid order is an invoice at once; once its money comes it says the same, and its receipt is sent', async () => {
  const { payment, customer } = await buildCapturedOrder(app)
  await number()
  const [open] = await documentsOf(customer.id)
  assert.deepEqual([open!.state, open!.paidMinor], ['open', 0n])
  assert.ok(open!.number)
  assert.deepEqual(await mailsOf(customer.id), [])
  await settlePayment(app, payment.id, 'look')
  await app.work()
  const [paid] = await documentsOf(customer.id)
  assert.deepEqual([paid!.state, paid!.number, paid!.contentHash], ['paid', open!.number, open!.contentHash])
  assert.ok((await mailsOf(customer.id)).includes('invoice-receipt'))
  await requireSound()
})

test('documents from before stay pro forma until they are paid', async () => {
  await number()
  assert.equal((await documentsOf(early.customer.id))[0]!.number, null)
})

test('an order that is cancelled before it is paid is taken back by a credit note over all of it', async () => {
  const { order, invoice, customer, actor } = await buildOrder(app)
  await number()
  await cancelOrder(app, actor, { orderId: order.id, reason: 'by_customer' })
  await requireSound()
  const [document] = await documentsOf(customer.id)
  assert.deepEqual([document!.state, document!.creditedMinor], ['void', invoice.totalMinor])
  const [note] = await notesOf(invoice.id)
  assert.deepEqual([note!.totalMinor, note!.taxMinor], [invoice.totalMinor, invoice.taxMinor])
  assert.match(note!.number!, /^EZ-CN-/)
  assert.equal(note!.reason, 'It was cancelled before it was paid.')
})

test('an order that is cancelled before the numberer came by needs no credit note', async () => {
  const { order, invoice, actor } = await buildOrder(app)
  await cancelOrder(app, actor, { orderId: order.id, reason: 'by_customer' })
  await number()
  assert.deepEqual(await notesOf(invoice.id), [])
  await requireSound()
})

test('numbering and cancelling at the same moment leave either no number or a number with its credit note', async () => {
  const orders = await Promise.all(Array.from({ length: 6 }, () => buildOrder(app)))
  await Promise.all([
    number(),
    ...orders.map(({ order, actor }) => cancelOrder(app, actor, { orderId: order.id, reason: 'by_customer' })),
    number(),
  ])
  for (const { invoice, customer } of orders) {
    const [document] = await documentsOf(customer.id)
    assert.equal((await notesOf(invoice.id)).length, document!.number === null ? 0 : 1)
  }
  await requireSound()
})

test('an open renewal is numbered, and made anew under a new number when the agreement changes', async () => {
  const { customer, subscription, actor } = await buildPaidAgreement(app)
  goTo(app, subscription.currentPeriodEnd.subtract({ days: 10 }))
  await passNight(app)
  const [, renewal] = await documentsOf(customer.id)
  assert.deepEqual([renewal!.state, renewal!.purpose], ['open', 'renewal'])
  assert.ok(renewal!.number)
  const change = await quoteChange(app, actor, { subscriptionId: subscription.id, plan: 'vps-professional' })
  const accepted = await acceptChange(app, actor, { changeId: change.id })
  assert.equal((await notesOf(renewal!.id)).length, 1)
  await payByTransfer(app, accepted.invoiceId!)
  await passNight(app)
  const open = (await documentsOf(customer.id)).filter(
    ({ state, purpose }) => state === 'open' && purpose === 'renewal',
  )
  assert.equal(open.length, 1)
  const [anew] = open
  assert.ok((anew?.number ?? '') > (renewal?.number ?? ''))
  await requireSound()
})

test('an agreement that ends takes its open renewal back by a credit note', async () => {
  const { customer, subscription } = await buildPaidAgreement(app)
  goTo(app, subscription.currentPeriodEnd.subtract({ days: 10 }))
  await passNight(app)
  const renewal = (await documentsOf(customer.id)).at(-1)!
  await payByTransfer(app, renewal.id, 100n)
  await app.transaction(staffAs('billing'), (tx) => cancelSubscription(tx, subscription.id))
  await requireSound()
  const [note] = await notesOf(renewal.id)
  assert.equal(note!.totalMinor, renewal.totalMinor)
  const credit = await app.db.selectFrom('creditGrants').selectAll().where('customerId', '=', customer.id).execute()
  assert.deepEqual(
    credit.map(({ source, amountMinor }) => [source, amountMinor]),
    [['void_document', 100n]],
  )
})

test('a numbered renewal that is paid after suspension keeps the period it names', async () => {
  const { customer, subscription } = await buildPaidAgreement(app)
  const due = subscription.currentPeriodEnd
  goTo(app, due.subtract({ days: 10 }))
  await passNight(app)
  const renewal = (await documentsOf(customer.id)).at(-1)!
  const suspended = { invoiceId: renewal.id, day: 5, action: 'suspend', outcome: 'suspended' } as const
  await app.db
    .insertInto('dunningRuns')
    .values({ ...suspended, ranAt: app.clock.now() })
    .execute()
  goTo(app, due.add({ days: 6 }))
  await payByTransfer(app, renewal.id)
  const agreed = await app.db
    .selectFrom('subscriptions')
    .selectAll()
    .where('id', '=', subscription.id)
    .executeTakeFirstOrThrow()
  assert.equal(agreed.currentPeriodStart.toString(), due.toString())
  await requireSound()
})

test('set back, documents are pro forma again, and what has a number keeps it', async () => {
  const numbered = await buildOrder(app)
  await number()
  await setAtIssue(false)
  const later = await buildOrder(app)
  await number()
  assert.ok((await documentsOf(numbered.customer.id))[0]!.number)
  assert.equal((await documentsOf(later.customer.id))[0]!.number, null)
  await requireSound()
})

test('writing off a document that has its number books nothing, and money that comes later is earned then', async () => {
  await setAtIssue(true)
  const { customer, invoice } = await buildOrder(app)
  await number()
  assert.ok((await documentsOf(customer.id))[0]!.number)
  const billing = staffAs('billing')
  const ledger = async () => {
    const rows = await app.db
      .selectFrom('ledgerEntries as e')
      .innerJoin('ledgerTransactions as t', 't.id', 'e.transactionId')
      .select(['e.account', 'e.amountMinor'])
      .where('t.customerId', '=', customer.id)
      .execute()
    return rows.map(({ account, amountMinor }) => `${account} ${amountMinor}`).toSorted()
  }
  await writeOffInvoice(app, billing, { invoiceId: invoice.id, reason: 'Moved away' })
  assert.deepEqual(await ledger(), [], 'what was never earned is no bad debt')
  await payByTransfer(app, invoice.id)
  const [paid] = await documentsOf(customer.id)
  assert.equal(paid!.state, 'paid')
  assert.ok((await ledger()).some((entry) => entry.startsWith('revenue ')))
  await requireSound()
})

test('the tax report is the documents less the credit notes, by month and country, cancelled documents included', async () => {
  const month = () => app.clock.now().toZonedDateTimeISO('Europe/Berlin').toPlainDate().with({ day: 1 })
  const cancelled = await buildOrder(app, { buyer: await buildCustomer(app, { country: 'AT' }) })
  await buildOrder(app)
  await number()
  const issued = month()
  app.advance({ days: 31 })
  const taken = month()
  await cancelOrder(app, cancelled.actor, { orderId: cancelled.order.id, reason: 'by_customer' })
  await app.work()
  await numberCreditNotes.run(app, {}, signal)
  const range = rangeOf(issued, taken.add({ months: 1 }).subtract({ days: 1 }))
  const groups = await readTax(app, staffAs('billing'), { range, step: 'month' })
  const figures = groups.map(({ start, country, netMinor, taxMinor }) => [String(start), country, netMinor, taxMinor])
  const { rows } = await sql<{ start: string; country: string; net: bigint; tax: bigint }>`
    select date_trunc('month', d.issued_at at time zone 'Europe/Berlin')::date::text as start, d.buyer->>'country' as country,
      sum(d.sign * d.subtotal_minor)::bigint as net, sum(d.sign * d.tax_minor)::bigint as tax
    from (select issued_at, buyer, subtotal_minor, tax_minor, 1 as sign from invoices where number is not null
      union all select issued_at, buyer, subtotal_minor, tax_minor, -1 from credit_notes where number is not null) d
    where (d.issued_at at time zone 'Europe/Berlin')::date >= ${issued} group by 1, 2 order by 1, 2`.execute(app.db)
  assert.deepEqual(
    figures,
    rows.map(({ start, country, net, tax }) => [start, country, net, tax]),
  )
  const austria = figures.filter(([, country]) => country === 'AT')
  assert.deepEqual(austria, [
    [String(issued), 'AT', 750n, 150n],
    [String(taken), 'AT', -750n, -150n],
  ])
})

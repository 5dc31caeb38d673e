import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { buildPaidAgreement, goTo, passNight, payByTransfer } from '#test/support/billing-builders.ts'
import { type Buyer, buildCustomer, tester } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { renderMail } from '#modules/notifications/render-mail.ts'
import { billingChecks } from './billing-checks.ts'
import { getInvoice, getInvoiceDetail } from './billing-queries.ts'
import { createInvoice, type CreateInvoiceInput, previewInvoice } from './create-invoice.ts'
import { findDunningStory } from './dunning-queries.ts'
import { explainInvoice } from './explain-invoice.ts'
import { grantCredit } from './grant-credit.ts'
import { renderInvoicePdf } from './invoice-pdf.ts'
import { invoiceUbl } from './invoice-ubl.ts'
import { MOST_LINES } from './manual-invoice.ts'
import { changeSettings, readSettings } from './settings/change-settings.ts'
import { sendReminder } from './send-reminder.ts'
import { topUp } from './top-up.ts'
import { voidByHand } from './void-by-hand.ts'

const app = await createTestApp()
after(() => app.close())
const staff = staffAs('billing')

const day = (date: string): Temporal.PlainDate => Temporal.PlainDate.from(date)
goTo(app, '2027-03-01')
let sent = 0

const written = ({ customer }: Buyer, overrides: Partial<CreateInvoiceInput> = {}): CreateInvoiceInput => ({
  customerId: customer.id,
  currency: 'EUR',
  dueOn: day('2027-03-15'),
  reason: 'Agreed by phone with Ada',
  note: 'Thank you for your patience.',
  lines: [
    { description: 'Moving two sites', quantity: 3, unitMinor: 3_333n },
    { description: 'Travel', quantity: 1, unitMinor: 1_250n },
  ],
  mail: true,
  idempotencyKey: `form:${sent++}`,
  ...overrides,
})
const mailsOf = async (customerId: string): Promise<string[]> => {
  const rows = await app.db
    .selectFrom('notifications')
    .select('template')
    .where('customerId', '=', customerId)
    .orderBy('id')
    .execute()
  return rows.map(({ template }) => template)
}
const requireSound = async (): Promise<void> => {
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
}

test('an invoice by hand comes to what was shown, waits to be paid, and is told to the customer', async () => {
  const buyer = await buildCustomer(app)
  const input = written(buyer)
  const shown = await previewInvoice(app, staff, input)
  const made = await createInvoice(app, staff, { ...input, totalMinor: shown.totalMinor })
  await app.work()
  const { invoice, lines, taxes } = await getInvoiceDetail(app, buyer.actor, made.id)
  assert.deepEqual(
    [invoice.state, invoice.number, invoice.purpose, invoice.subtotalMinor, invoice.taxMinor, invoice.totalMinor],
    ['open', null, 'manual', shown.subtotalMinor, shown.taxMinor, shown.totalMinor],
  )
  assert.equal(shown.totalMinor, shown.subtotalMinor + shown.taxMinor)
  assert.deepEqual(
    lines.map((line) => [line.kind, line.quantity, line.taxMinor]),
    [
      ['manual', 3, shown.tax[0]],
      ['manual', 1, shown.tax[1]],
    ],
  )
  assert.deepEqual(
    taxes.map(({ taxMinor }) => taxMinor),
    shown.taxes.map(({ taxMinor }) => taxMinor),
  )
  assert.equal(invoice.dueAt.toString(), '2027-03-15T22:59:59Z')
  assert.deepEqual(await mailsOf(buyer.customer.id), ['manual-invoice'])
  const why = await explainInvoice(app, buyer.actor, made.id)
  assert.deepEqual(
    why.lines.map(({ reason }) => reason),
    ['Agreed by phone with Ada', 'Agreed by phone with Ada'],
  )
  assert.deepEqual([why.cause.purpose, why.cause.by.kind], ['manual', 'staff'])
  assert.ok((await renderInvoicePdf(app, buyer.actor, made.id)).length > 1_000)
  await payByTransfer(app, made.id)
  await passNight(app)
  const paid = await getInvoiceDetail(app, buyer.actor, made.id)
  assert.equal(paid.invoice.state, 'paid')
  assert.match(invoiceUbl(paid, 'Europe/Berlin'), /<cbc:Note>Thank you for your patience\.<\/cbc:Note>/)
  assert.deepEqual(await mailsOf(buyer.customer.id), ['manual-invoice', 'invoice-receipt'])
  await requireSound()
})

test('the same form sent twice, or at once, makes one invoice; without the tick nobody is written to', async () => {
  const buyer = await buildCustomer(app)
  const input = written(buyer, { mail: false })
  const made = await Promise.all([1, 2, 3].map(() => createInvoice(app, staff, input)))
  const again = await createInvoice(app, staff, input)
  await app.work()
  assert.deepEqual(new Set([...made, again].map(({ id }) => id)).size, 1)
  assert.deepEqual(await mailsOf(buyer.customer.id), [])
})

test('what cannot be asked for is refused by its field, and nothing is made', async () => {
  const buyer = await buildCustomer(app)
  const line = { description: 'Work', quantity: 1, unitMinor: 100n }
  const refused: [Partial<CreateInvoiceInput>, string][] = [
    [{ lines: [] }, 'lines'],
    [{ lines: Array.from({ length: MOST_LINES + 1 }, () => line) }, 'lines'],
    [{ lines: [{ ...line, unitMinor: 0n }] }, 'lines'],
    [{ lines: [{ ...line, unitMinor: 100_000_001n }] }, 'lines'],
    [{ lines: [{ ...line, unitMinor: -1n }] }, 'lines.0.unitMinor'],
    [{ lines: [line, { ...line, quantity: 0 }] }, 'lines.1.quantity'],
    [{ lines: [{ ...line, description: ' ' }] }, 'lines.0.description'],
    [{ dueOn: day('2027-02-28') }, 'dueOn'],
    [{ dueOn: day('2028-03-02') }, 'dueOn'],
    [{ reason: '' }, 'reason'],
    [{ currency: 'XAU' }, 'currency'],
  ]
  for (const [overrides, path] of refused)
    await assert.rejects(createInvoice(app, staff, written(buyer, overrides)), (error: unknown) => {
      assert.deepEqual(
        (error as { issues: { path: string }[] }).issues.map((issue) => issue.path),
        [path],
      )
      return true
    })
  await assert.rejects(createInvoice(app, staff, written(buyer, { totalMinor: 1n })), { code: 'invoice_total_changed' })
  await assert.rejects(createInvoice(app, staffAs('support'), written(buyer)), { code: 'permission_denied' })
  await assert.rejects(previewInvoice(app, buyer.actor, written(buyer)), { code: 'permission_denied' })
  const closed = await buildCustomer(app, { closedAt: app.clock.now() })
  await assert.rejects(createInvoice(app, staff, written(closed)), { code: 'customer_closed' })
  const homeless = await buildCustomer(app, { city: null })
  await assert.rejects(createInvoice(app, staff, written(homeless)), { code: 'billing_details_missing' })
  const { n } = await app.db
    .selectFrom('invoices')
    .select(({ fn }) => fn.countAll<bigint>().as('n'))
    .where('customerId', 'in', [buyer.customer.id, closed.customer.id, homeless.customer.id])
    .executeTakeFirstOrThrow()
  assert.equal(Number(n), 0)
})

test('an unpaid invoice by hand is reminded of, and no server is suspended or deleted for it', async () => {
  const agreed = await buildPaidAgreement(app)
  const made = await createInvoice(app, staff, written(agreed))
  const story = await findDunningStory(app, staff, made.id)
  assert.deepEqual(new Set(story!.coming.map(({ step }) => step.action)), new Set(['remind', 'charge', 'retry']))
  for (const date of ['2027-03-08', '2027-03-15', '2027-03-19', '2027-03-20', '2027-04-20', '2027-05-20']) {
    goTo(app, date)
    await passNight(app)
  }
  const events = await app.db
    .selectFrom('events')
    .select('name')
    .where('subjectId', '=', made.id)
    .orderBy('sequence')
    .execute()
  const names = events.map(({ name }) => name)
  assert.equal(names.filter((name) => name === 'invoice.reminder_due').length, 4)
  assert.ok(!names.some((name) => /suspension|termination/.test(name)))
  assert.equal((await getInvoice(app, tester, made.id)).nextDunningOn, null)
  goTo(app, '2027-03-01')
})

test('a reminder of what is overdue says since when, one before that says until when', async () => {
  const buyer = await buildCustomer(app)
  const { id: invoiceId } = await createInvoice(app, staff, written(buyer))
  const remind = async () => {
    await sendReminder(app, staff, { invoiceId })
    const mail = {
      id: 'ntf_1',
      template: 'invoice-reminder',
      recipient: 'a@example.com',
      subjectId: invoiceId,
    } as const
    return Promise.all((['en', 'de'] as const).map((locale) => renderMail(app, { ...mail, locale })))
  }
  const [before] = await remind()
  assert.match(before!.text, /is due on 15 Mar 2027/)
  goTo(app, '2027-03-18')
  const [late, spät] = await remind()
  assert.match(late!.subject, /was due on 15 Mar 2027/)
  assert.match(late!.text, /was due on 15 Mar 2027, 3 days ago/)
  assert.doesNotMatch(late!.text, /is due on|by 15 Mar/)
  assert.match(spät!.text, /waren am 15\. März 2027 fällig, vor 3 Tagen/)
  goTo(app, '2027-03-01')
})

test("the customer's credit pays an invoice by hand first; one that it pays whole asks nobody for money", async () => {
  const buyer = await buildCustomer(app)
  const give = (amountMinor: bigint) =>
    grantCredit(app, staff, { customerId: buyer.customer.id, currency: 'EUR', amountMinor, note: 'Sorry' })
  await give(1_000n)
  assert.equal((await previewInvoice(app, staff, written(buyer))).creditMinor, 1_000n)
  const part = await createInvoice(app, staff, written(buyer))
  assert.deepEqual([part.state, part.paidMinor], ['open', 1_000n])
  await give(1_000_00n)
  const whole = await createInvoice(app, staff, written(buyer))
  await app.work()
  assert.equal(whole.state, 'paid')
  assert.deepEqual((await mailsOf(buyer.customer.id)).filter((name) => name === 'manual-invoice').length, 1)
  await requireSound()
})

test('voided by hand, it gives back what was paid, and one that has its number gets a credit note', async () => {
  const buyer = await buildCustomer(app)
  const made = await createInvoice(app, staff, written(buyer))
  await payByTransfer(app, made.id, 700n)
  await assert.rejects(voidByHand(app, staffAs('support'), { invoiceId: made.id, reason: 'Twice' }), {
    code: 'permission_denied',
  })
  const voided = await voidByHand(app, staff, { invoiceId: made.id, reason: 'Twice' })
  assert.equal(voided.state, 'void')
  const grant = await app.db
    .selectFrom('creditGrants')
    .selectAll()
    .where('customerId', '=', buyer.customer.id)
    .executeTakeFirstOrThrow()
  assert.deepEqual([grant.amountMinor, grant.source], [700n, 'void_document'])
  await assert.rejects(voidByHand(app, staff, { invoiceId: made.id, reason: 'Again' }), { code: 'invoice_void' })

  const shown = await readSettings(app, staff, 'numbering')
  await changeSettings(app, staff, {
    name: 'numbering',
    basis: shown.basis,
    values: { ...shown.values, numberedAtIssue: true },
  })
  const other = await buildCustomer(app)
  const { id } = await createInvoice(app, staff, written(other))
  await app.work()
  assert.ok((await getInvoice(app, tester, id)).number)
  await voidByHand(app, staff, { invoiceId: id, reason: 'Never agreed' })
  await app.work()
  const after = await getInvoice(app, tester, id)
  assert.deepEqual([after.state, after.creditedMinor], ['void', after.totalMinor])
  const topup = await topUp(app, other.actor, { currency: 'EUR', amountMinor: 2_000n })
  assert.equal((await voidByHand(app, staff, { invoiceId: topup.id, reason: 'Wanted no more' })).state, 'void')
  await requireSound()
})

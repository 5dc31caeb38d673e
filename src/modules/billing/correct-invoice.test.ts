import assert from 'node:assert/strict'
import { after, afterEach, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { buildOrder, buildPaidOrder } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { billingChecks } from './billing-checks.ts'
import { correctInvoice } from './correct-invoice.ts'
import { refundPayment } from './refund-payment.ts'

const app = await createTestApp()
after(() => app.close())
afterEach(async () => {
  await app.work()
  for (const check of billingChecks) assert.deepEqual(await check(app), [])
})

const billing = staffAs('billing')
const lineOf = (invoiceId: string) =>
  app.db.selectFrom('invoiceLines').selectAll().where('invoiceId', '=', invoiceId).executeTakeFirstOrThrow()

test('a line that is taken back in part is a credit note, and the customer has the amount as credit', async () => {
  const { invoice, customer } = await buildPaidOrder(app)
  const line = await lineOf(invoice.id)
  const input = { invoiceId: invoice.id, currency: 'EUR', reason: 'Half a month down' }
  const part = { ...input, lines: [{ invoiceLineId: line.id, grossMinor: 119n }] }
  const { note } = await correctInvoice(app, billing, part)
  assert.deepEqual([note?.subtotalMinor, note?.taxMinor], [100n, 19n])
  const grants = await app.db.selectFrom('creditGrants').selectAll().where('customerId', '=', customer.id).execute()
  assert.deepEqual(
    grants.map(({ remainingMinor, source, reference }) => [remainingMinor, source, reference]),
    [[119n, 'credit_note', note!.id]],
  )
  const all = { ...input, lines: [{ invoiceLineId: line.id, grossMinor: invoice.totalMinor }] }
  await assert.rejects(correctInvoice(app, billing, all), { code: 'credit_note_too_high' })
})

test('an invoice that is open is voided and not corrected', async () => {
  const { invoice } = await buildOrder(app)
  const line = await lineOf(invoice.id)
  const input = { invoiceId: invoice.id, currency: 'EUR', reason: 'Wrong' }
  const whole = { ...input, lines: [{ invoiceLineId: line.id, grossMinor: invoice.totalMinor }] }
  await assert.rejects(correctInvoice(app, billing, whole), { code: 'invoice_not_correctable' })
  await assert.rejects(correctInvoice(app, staffAs('support'), whole), { code: 'permission_denied' })
})

test('a correction leaves alone what a refund under way will correct', async () => {
  const { invoice, payment } = await buildPaidOrder(app)
  const line = await lineOf(invoice.id)
  const { amountMinor, currency, id: paymentId } = payment
  const refund = { reason: 'Back', destination: 'gateway', service: 'keep', paymentId, currency } as const
  await refundPayment(app, billing, { ...refund, amountMinor: amountMinor - 100n })
  const input = { invoiceId: invoice.id, currency, reason: 'Sorry' }
  const more = { ...input, lines: [{ invoiceLineId: line.id, grossMinor: 101n }] }
  await assert.rejects(correctInvoice(app, billing, more), { code: 'credit_note_too_high' })
  const rest = { ...input, lines: [{ invoiceLineId: line.id, grossMinor: 100n }] }
  // Whoever comes first: at once they come one after the other.
  const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => correctInvoice(app, billing, rest)))
  assert.equal(outcomes.filter(({ status }) => status === 'fulfilled').length, 1)
  await app.work()
  const { creditedMinor } = await app.db
    .selectFrom('invoices')
    .select('creditedMinor')
    .where('id', '=', invoice.id)
    .executeTakeFirstOrThrow()
  assert.equal(creditedMinor, amountMinor)
})

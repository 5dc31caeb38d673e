import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { staffAs } from '#test/support/actors.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { buildCustomer, buildOrder, payOnHostedPage, type TestCustomer } from '#test/support/api-client.ts'
import { updateProfile } from '#modules/accounts/update-profile.ts'
import { getInvoiceDetail, type InvoiceDetail } from './billing-queries.ts'
import { invoiceDocument } from './invoice-document.ts'
import { renderCreditNotePdf, renderInvoicePdf } from './invoice-pdf.ts'
import { refundPayment } from './refund-payment.ts'

const app = await createTestApp()
after(() => app.close())

let jane: TestCustomer
let proForma: string
let paid: string
before(async () => {
  jane = await buildCustomer(app)
  proForma = (await buildOrder(jane)).invoiceId
  paid = (await buildOrder(jane)).invoiceId
  const page = await jane.api.post<{ url: string }>(`/invoices/${paid}/payments`)
  await payOnHostedPage(app, page.body.url)
  await app.work()
})

/** Every text a document holds, in order. */
function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value]
  if (Array.isArray(value)) return value.flatMap(textsOf)
  if (typeof value !== 'object' || value === null) return []
  return ['text', 'stack', 'columns', 'table', 'body', 'content', 'svg'].flatMap((key) =>
    textsOf(Reflect.get(value, key)),
  )
}

const print = (detail: InvoiceDetail): string => textsOf(invoiceDocument(detail, 'Europe/Berlin')).join('\n')

const pagesOf = (pdf: Uint8Array): number => {
  const text = Buffer.from(pdf).toString('latin1')
  return [...text.matchAll(/\/Type \/Page\b/g)].length
}

test('a paid invoice shows number, both parties, lines with their period, tax and that it is paid', async () => {
  const detail = await getInvoiceDetail(app, jane.actor, paid)
  const text = print(detail)
  for (const words of [
    detail.invoice.number!,
    'EZ Solutions Demo GmbH',
    'Jane Doe',
    'Hauptstraße 1',
    'Germany',
    'PAID',
    'VAT 19 %',
  ])
    assert.ok(text.includes(words), `${words} in\n${text}`)
  assert.match(text, /VPS Starter/)
  assert.match(text, /\d+ \w+ \d{4} to \d+ \w+ \d{4}/)
  assert.match(text, /€9\.00/)
  assert.doesNotMatch(text, /Amount to pay/)
})

test('a pro forma has no number, says what is to pay and that it is no tax document', async () => {
  const text = print(await getInvoiceDetail(app, jane.actor, proForma))
  assert.match(text, /Pro forma invoice/)
  assert.match(text, /Amount to pay/)
  assert.match(text, /not a tax invoice/)
  assert.doesNotMatch(text, /PAID|Invoice number/)
})

test('a German buyer reads German words, dates and amounts', async () => {
  const tom = await buildCustomer(app)
  await updateProfile(app, tom.actor, { name: 'Tom Thaler', locale: 'de' })
  const { invoiceId } = await buildOrder(tom)
  const text = print(await getInvoiceDetail(app, tom.actor, invoiceId))
  for (const words of [/Proforma-Rechnung/, /Zahlbar bis/, /Gesamtbetrag/, /USt\. 19 %/, /9,00\s€/, /Deutschland/])
    assert.match(text, words)
})

test('the file is a PDF with our font in it, the same facts each time', async () => {
  const pdf = await renderInvoicePdf(app, jane.actor, paid)
  const raw = Buffer.from(pdf).toString('latin1')
  assert.match(raw, /^%PDF-1\./)
  assert.match(raw, /Roboto-Regular/)
  assert.equal(pagesOf(pdf), 1)
})

test('a document of many lines goes on over pages, its head repeated and its pages numbered', async () => {
  const detail = await getInvoiceDetail(app, jane.actor, paid)
  const lines = Array.from({ length: 80 }, () => detail.lines[0]!)
  const { default: pdfmake } = await import('pdfmake')
  const pdf = await pdfmake.createPdf(invoiceDocument({ ...detail, lines }, 'Europe/Berlin')).getBuffer()
  assert.ok(pagesOf(pdf) >= 3)
})

test('words of a customer stay words: they open no file and no address', async () => {
  const detail = await getInvoiceDetail(app, jane.actor, paid)
  const buyer = {
    ...(detail.invoice.buyer as object),
    name: '<svg href="file:///etc/passwd">',
    company: '{"image":"/etc/passwd"}',
  }
  const { default: pdfmake } = await import('pdfmake')
  const pdf = await pdfmake
    .createPdf(invoiceDocument({ ...detail, invoice: { ...detail.invoice, buyer } }, 'UTC'))
    .getBuffer()
  assert.equal(pagesOf(pdf), 1)
})

test("another customer's document does not exist", async () => {
  const tom = await buildCustomer(app)
  await assert.rejects(renderInvoicePdf(app, tom.actor, paid), { code: 'invoice_not_found' })
})

test('a credit note says what it corrects and why, in the language of the buyer, and is its customer’s alone', async () => {
  const detail = await getInvoiceDetail(app, jane.actor, paid)
  const payment = detail.payments[0]!
  const { id: paymentId, currency } = payment
  const input = { paymentId, currency, amountMinor: 119n, reason: 'Down for a day', service: 'keep' } as const
  const { refund } = await refundPayment(app, staffAs('admin'), { ...input, destination: 'credit' })
  await app.work()
  const pdf = await renderCreditNotePdf(app, jane.actor, refund!.creditNoteId!)
  assert.equal(pagesOf(pdf), 1)
  const stranger = await buildCustomer(app)
  await assert.rejects(renderCreditNotePdf(app, stranger.actor, refund!.creditNoteId!), {
    code: 'credit_note_not_found',
  })
  const { body } = await jane.api.get<{ creditedMinor: number; creditNotes: { id: string; number: string }[] }>(
    `/invoices/${paid}`,
  )
  assert.deepEqual([body.creditedMinor, body.creditNotes[0]?.id], [119, refund!.creditNoteId])
  assert.match(body.creditNotes[0]!.number, /^EZ-CN-/)

  const correction = { title: 'Gutschrift EZ-CN-1', invoiceNumber: 'EZ-7', reason: 'Down for a day' }
  for (const [locale, words] of [
    ['en', ['Credit note number', 'Corrects invoice', 'This corrects invoice EZ-7. Reason: Down for a day']],
    ['de', ['Nummer der Gutschrift', 'Korrigiert Rechnung', 'korrigiert Rechnung EZ-7. Grund: Down for a day']],
  ] as const) {
    const invoice = { ...detail.invoice, locale, state: 'draft' as const, paidMinor: 0n }
    const text = textsOf(invoiceDocument({ ...detail, invoice }, 'Europe/Berlin', { correction })).join('\n')
    for (const word of ['Gutschrift EZ-CN-1', ...words]) assert.ok(text.includes(word), `${word} in\n${text}`)
    assert.doesNotMatch(text, /PAID|BEZAHLT|Amount to pay|Noch zu zahlen/)
  }
})

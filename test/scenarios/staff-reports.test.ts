import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { owe, tellStory, travelTo } from '#test/support/report-story.ts'
import { readCsv } from '#test/support/read-csv.ts'
import { readXlsx } from '#test/support/read-xlsx.ts'
import { assertSound, signedInStaff } from '#test/support/staff.ts'
import { createTestApp } from '#test/support/test-app.ts'
import type { Visitor } from '#test/support/visitor.ts'

const app = await createTestApp({}, { web: true })
after(() => app.close())

let billing: Visitor
let german: Visitor
before(async () => {
  const { ada } = await tellStory(app)
  await owe(app, ada, '2027-03-01')
  await owe(app, ada, '2027-06-01')
  german = await signedInStaff(app, 'admin')
  await app.db.updateTable('users').set({ locale: 'de' }).where('staffRole', '=', 'admin').execute()
  billing = await signedInStaff(app, 'billing')
})

const download = (path: string, visitor = billing): Promise<Response> =>
  fetch(`${app.origin}${path}`, {
    redirect: 'manual',
    headers: { cookie: `__Host-session=${visitor.cookie('__Host-session')}` },
  })

test('reports begin with revenue, as pictures above tables with the same figures', async () => {
  const page = await billing.open('/staff/reports')
  assert.equal(page.url.pathname, '/staff/reports/revenue')
  assertSound(page)
  assert.match(page.html, /<svg role="img"/)
  assert.match(page.html, /<desc[^>]*>Revenue, net in EUR, 12 values\. The table below has the same figures\.<\/desc>/)
  assert.match(page.html, /<table[^>]*aria-label="Revenue, EUR"/)
  assert.match(page.html, /<table[^>]*aria-label="Revenue, USD"/)
  assert.match(page.text, /€79\.23/)
})

test('every report opens in both languages, with figures and without', async () => {
  for (const report of ['revenue', 'recurring', 'ageing', 'tax', 'products'])
    for (const query of [
      '',
      '?compare=1',
      '?by=country&compare=1',
      '?from=2020-01-01&until=2020-01-31',
      '?currency=CHF',
    ])
      for (const visitor of [billing, german]) assertSound(await visitor.open(`/staff/reports/${report}${query}`))
  assert.match((await german.open('/staff/reports/tax?compare=1')).text, /Steuer .*Verglichen mit/)
  const nothing = await billing.open('/staff/reports/revenue?from=2020-01-01&until=2020-01-31')
  assert.match(nothing.text, /No figures in this time/)
})

test('what the address says wrongly counts as not said', async () => {
  for (const query of [
    'from=2027-02-31',
    'from=x&until=y',
    'range=forever',
    'currency=%27--',
    'step=year',
    'on=9999-99-99',
  ])
    assertSound(await billing.open(`/staff/reports/revenue?${query}`))
  assert.equal((await download('/staff/reports/secrets')).status, 404)
  assert.equal((await download('/staff/reports/secrets/export')).status, 404)
})

test('a figure of tax leads to the documents behind it, and they to the invoice', async () => {
  const page = await billing.open('/staff/reports/tax?from=2027-01-01&until=2027-03-31&currency=EUR')
  const [, address] = /href="(\/staff\/reports\/tax\/documents\?[^"]*country=AT[^"]*)"/.exec(page.html) ?? []
  assert.ok(address)
  const documents = await billing.open(address.replaceAll('&amp;', '&'))
  assertSound(documents)
  assert.match(documents.html, /=Ben &amp; &quot;Söhne&quot;/)
  assert.match(documents.html, /href="\/staff\/invoices\/inv_/)
  assert.doesNotMatch(documents.html, />Dora</)
})

test('an age of debts leads to the open invoices of that age', async () => {
  const page = await billing.open('/staff/reports/ageing')
  const [, address] = /href="(\/staff\/invoices\?[^"]*overdue=31-60[^"]*)"/.exec(page.html) ?? []
  assert.ok(address)
  const invoices = await billing.open(address.replaceAll('&amp;', '&'))
  assertSound(invoices)
  assert.equal(invoices.html.match(/href="\/staff\/invoices\/inv_/g)?.length, 1)
})

test('a report leaves as CSV with the figures of the page', async () => {
  const answer = await download('/staff/reports/revenue/export?format=csv&from=2027-01-01&until=2027-03-31&step=month')
  assert.equal(answer.headers.get('content-type'), 'text/csv; charset=utf-8')
  assert.match(answer.headers.get('content-disposition') ?? '', /^attachment; filename="revenue-2027-04-20\.csv"$/)
  assert.equal(answer.headers.get('cache-control'), 'private, no-store')
  // The mark of UTF-8 comes first, and is no part of the text.
  assert.deepEqual(readCsv(await answer.text()), [
    ['Month', 'Currency', 'Net', 'Tax', 'Gross'],
    ['2027-01-01', 'EUR', '79.23', '15.77', '95.00'],
    ['2027-02-01', 'EUR', '15.12', '2.88', '18.00'],
    ['2027-03-01', 'EUR', '0.00', '0.00', '0.00'],
    ['2027-01-01', 'USD', '7.56', '1.44', '9.00'],
    ['2027-02-01', 'USD', '0.00', '0.00', '0.00'],
    ['2027-03-01', 'USD', '0.00', '0.00', '0.00'],
  ])
})

test('a report leaves as a workbook with typed cells', async () => {
  const answer = await download('/staff/reports/tax/export?format=xlsx&from=2027-01-01&until=2027-01-31&currency=EUR')
  const [sheet] = readXlsx(new Uint8Array(await answer.arrayBuffer()))
  assert.equal(sheet?.name, 'Tax')
  assert.deepEqual(
    sheet.rows.map((row) => row.map(({ type, value }) => `${type} ${value}`)),
    [
      ['Month', 'Currency', 'Country', 'Category', 'Tax', 'Rate', 'Documents', 'Net', 'Tax'].map(
        (text) => `text ${text}`,
      ),
      // 1 January 2027.
      [
        'number 46388',
        'text EUR',
        'text Austria',
        'text Standard (S)',
        'text VAT',
        'number 0.2000',
        'number 1',
        'number 71.67',
        'number 14.33',
      ],
      [
        'number 46388',
        'text EUR',
        'text Germany',
        'text Standard (S)',
        'text VAT',
        'number 0.1900',
        'number 1',
        'number 7.56',
        'number 1.44',
      ],
    ],
  )
})

test('documents leave one by one, and a name that looks like a formula is none', async () => {
  const query = 'documents=1&from=2027-01-01&until=2027-04-30&country=AT'
  const csv = readCsv(await (await download(`/staff/reports/tax/export?format=csv&${query}`)).text())
  assert.deepEqual(
    csv.map((row) => row[3]),
    ['Customer', `'=Ben & "Söhne"`, `'=Ben & "Söhne"`],
  )
  const workbook = await download(`/staff/reports/tax/export?format=xlsx&${query}`)
  const [sheet] = readXlsx(new Uint8Array(await workbook.arrayBuffer()))
  assert.deepEqual(
    sheet?.rows.slice(1).map((row) => [row[3]!.type, row[3]!.value]),
    [
      ['text', '=Ben & "Söhne"'],
      ['text', '=Ben & "Söhne"'],
    ],
  )
})

test('every report leaves in both formats, and the log tells who took which', async () => {
  for (const report of ['revenue', 'recurring', 'ageing', 'tax', 'products'])
    for (const format of ['csv', 'xlsx']) {
      const answer = await download(`/staff/reports/${report}/export?format=${format}&compare=1&range=this_year`)
      assert.equal(answer.status, 200)
      const bytes = new Uint8Array(await answer.arrayBuffer())
      const rows = format === 'csv' ? readCsv(new TextDecoder().decode(bytes)) : readXlsx(bytes)[0]!.rows
      assert.ok(rows.length > 1, `${report} as ${format}`)
      // Empty cells are left out of a workbook.
      if (format === 'csv') assert.ok(rows.every((row) => row.length === rows[0]!.length))
    }
  const { after: told } = await app.db
    .selectFrom('events')
    .select('after')
    .where('name', '=', 'report.exported')
    .where('subjectId', '=', 'products')
    .orderBy('sequence', 'desc')
    .executeTakeFirstOrThrow()
  assert.deepEqual(told, { format: 'xlsx', query: '?format=xlsx&compare=1&range=this_year' })
})

test('support sees no reports, and is not led there', async () => {
  const support = await signedInStaff(app, 'support')
  assert.equal((await download('/staff/reports/revenue', support)).status, 404)
  assert.equal((await download('/staff/reports/revenue/export?format=csv', support)).status, 404)
  assert.equal((await download('/staff/reports/tax/documents', support)).status, 404)
  const toReports = /href="\/staff\/reports/
  assert.doesNotMatch((await support.open('/staff')).html, toReports)
  assert.match((await billing.open('/staff')).html, toReports)
  assert.match((await billing.open('/staff')).html, /href="\/staff\/reports\/revenue\?range=this_month"/)
})

test('figures follow business time', async () => {
  travelTo(app, '2027-04-25T10:00:00Z')
  const answer = await download('/staff/reports/recurring/export?format=csv&range=this_month&currency=EUR')
  const [, april] = readCsv(await answer.text())
  assert.deepEqual(april?.slice(0, 3), ['2027-04-01', 'EUR', '15.12'])
})

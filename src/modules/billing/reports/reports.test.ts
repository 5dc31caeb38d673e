import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { owe, tellStory, travelTo } from '#test/support/report-story.ts'
import { memberAs, staffAs } from '#test/support/actors.ts'
import { buildCustomer } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { listInvoices } from '../billing-queries.ts'
import { dueOfAge, readAgeing } from './ageing-report.ts'
import { readProducts } from './product-report.ts'
import { rangeOf } from './report-range.ts'
import { readRecurringRevenue } from './recurring-report.ts'
import { readRevenue, readRevenueShares } from './revenue-report.ts'
import { eachTaxDocument, listTaxDocuments, readTax } from './tax-report.ts'

const app = await createTestApp()
after(() => app.close())
const billing = staffAs('billing')

let people: Awaited<ReturnType<typeof tellStory>>
before(async () => {
  people = await tellStory(app)
})

const days = (from: string, until: string) => rangeOf(Temporal.PlainDate.from(from), Temporal.PlainDate.from(until))
const firstQuarter = days('2027-01-01', '2027-03-31')

test('revenue is counted in the month of the seller’s time zone, by currency, without and with tax', async () => {
  const steps = await readRevenue(app, billing, { range: firstQuarter, step: 'month' })
  assert.deepEqual(
    steps.map(({ currency, start, netMinor, taxMinor }) => [currency, start.toString(), netMinor, taxMinor]),
    [
      // Ada 7.56 + 1.44, Ben 71.67 + 14.33 for a year.
      ['EUR', '2027-01-01', 7_923n, 1_577n],
      // Dora, half an hour after midnight in Berlin, and Ada's second server.
      ['EUR', '2027-02-01', 1_512n, 288n],
      ['EUR', '2027-03-01', 0n, 0n],
      // Cleo, half an hour before it.
      ['USD', '2027-01-01', 756n, 144n],
      ['USD', '2027-02-01', 0n, 0n],
      ['USD', '2027-03-01', 0n, 0n],
    ],
  )
})

test('revenue stands beside the same step of the range before', async () => {
  const steps = await readRevenue(app, billing, {
    range: days('2027-02-01', '2027-02-28'),
    step: 'month',
    currency: 'EUR',
    compare: true,
  })
  assert.deepEqual(
    steps.map(({ netMinor, before: earlier }) => [netMinor, earlier?.netMinor]),
    [[1_512n, 7_923n]],
  )
})

test('revenue by day and by week comes to the same as by month', async () => {
  for (const step of ['day', 'week'] as const) {
    const steps = await readRevenue(app, billing, { range: firstQuarter, step })
    for (const [currency, net] of [
      ['EUR', 9_435n],
      ['USD', 756n],
    ] as const)
      assert.equal(
        steps.filter((each) => each.currency === currency).reduce((sum, each) => sum + each.netMinor, 0n),
        net,
        `${step} ${currency}`,
      )
  }
})

test('revenue by country and by product comes to the same as over time', async () => {
  const byCountry = await readRevenueShares(app, billing, { range: firstQuarter, by: 'country' })
  assert.deepEqual(
    byCountry.map(({ currency, key, netMinor, taxMinor }) => [currency, key, netMinor, taxMinor]),
    [
      ['EUR', 'AT', 7_167n, 1_433n],
      ['EUR', 'DE', 2_268n, 432n],
      ['USD', 'DE', 756n, 144n],
    ],
  )
  const byProduct = await readRevenueShares(app, billing, { range: firstQuarter, by: 'product' })
  assert.deepEqual(
    byProduct.map(({ currency, netMinor }) => [currency, netMinor]),
    [
      ['EUR', 9_435n],
      ['USD', 756n],
    ],
  )
  assert.ok(byProduct.every(({ name }) => name?.en))
})

test('recurring revenue moves by what is new, grows, shrinks, leaves and comes back', async () => {
  const months = await readRecurringRevenue(app, billing, { range: days('2027-01-01', '2027-04-30'), currency: 'EUR' })
  assert.deepEqual(
    months.map((month) => [
      month.month.toString().slice(0, 7),
      month.startMinor,
      month.newMinor,
      month.backMinor,
      month.grownMinor,
      month.shrunkMinor,
      month.lostMinor,
      month.endMinor,
    ]),
    [
      // Ben pays 86.00 with 20 % for a year: 5.97 a month. Ada pays 9.00 with 19 %: 7.56.
      ['2027-01', 0n, 1_353n, 0n, 0n, 0n, 0n, 1_353n],
      ['2027-02', 1_353n, 756n, 0n, 756n, 0n, 0n, 2_865n],
      ['2027-03', 2_865n, 0n, 0n, 0n, 756n, 597n, 1_512n],
      // For a month Ben pays 9.00 with 20 %: 7.50.
      ['2027-04', 1_512n, 0n, 750n, 0n, 0n, 0n, 2_262n],
    ],
  )
  assert.deepEqual(
    months.map((month) => [month.customersAtStart, month.customersNew, month.customersBack, month.customersLost]),
    [
      [0, 2, 0, 0],
      [2, 1, 0, 0],
      [3, 0, 0, 1],
      [2, 0, 1, 0],
    ],
  )
  const march = months[2]!
  assert.equal(march.customerChurn, 3_333)
  // (7.56 + 5.97) / 28.65
  assert.equal(march.revenueChurn, 4_723)
  assert.equal(months[0]!.customerChurn, undefined)
})

test('recurring revenue of a later range knows who was there before', async () => {
  const [april] = await readRecurringRevenue(app, billing, { range: days('2027-04-01', '2027-04-30'), currency: 'EUR' })
  assert.deepEqual([april?.startMinor, april?.newMinor, april?.backMinor], [1_512n, 0n, 750n])
})

test('tax is told by month, country, category and tax, with every document behind it', async () => {
  const filter = { range: days('2027-01-01', '2027-02-28'), currency: 'EUR' }
  const groups = await readTax(app, billing, { ...filter, step: 'month' })
  assert.deepEqual(
    groups.map((group) => [
      group.start.toString().slice(0, 7),
      group.country,
      group.category,
      group.componentRate,
      group.netMinor,
      group.taxMinor,
      group.documents,
    ]),
    [
      ['2027-01', 'AT', 'S', 200_000, 7_167n, 1_433n, 1],
      ['2027-01', 'DE', 'S', 190_000, 756n, 144n, 1],
      ['2027-02', 'DE', 'S', 190_000, 1_512n, 288n, 2],
    ],
  )
  for (const group of groups) {
    const behind = await listTaxDocuments(app, billing, {
      range: rangeOf(group.start, group.start.with({ day: group.start.daysInMonth })),
      currency: group.currency,
      country: group.country!,
      rateBasisPoints: group.rateBasisPoints,
      category: group.category,
      limit: 50,
    })
    assert.equal(behind.rows.length, group.documents)
    assert.equal(
      behind.rows.reduce((sum, row) => sum + row.taxMinor, 0n),
      group.taxMinor,
    )
  }
})

test('documents are given page by page, each once and in the order of their issue', async () => {
  const filter = { range: days('2027-01-01', '2027-04-30') }
  const all = await Array.fromAsync(eachTaxDocument(app, billing, filter))
  const paged: string[] = []
  let cursor: string | undefined
  do {
    const { rows, next } = await listTaxDocuments(app, billing, { ...filter, limit: 2, after: cursor })
    paged.push(...rows.map(({ number }) => number))
    cursor = next
  } while (cursor !== undefined)
  assert.equal(paged.length, 6)
  assert.deepEqual(
    paged,
    all.map(({ number }) => number),
  )
  assert.deepEqual(paged, paged.toSorted())
})

test('products tell what was sold, lives, ended and earned', async () => {
  const rows = await readProducts(app, billing, { range: firstQuarter, currency: 'EUR' })
  assert.deepEqual(
    rows.map(({ plan, sold, cancelled, active, netMinor }) => [plan?.en, sold, cancelled, active, netMinor]),
    [['Starter', 4, 2, 2, 9_435n]],
  )
  const [later] = await readProducts(app, billing, {
    range: days('2027-04-01', '2027-06-30'),
    currency: 'EUR',
    compare: true,
  })
  assert.deepEqual([later?.sold, later?.active, later?.netMinor, later?.before.sold], [1, 3, 750n, 4])
})

test('debts are told by their age in days of the seller’s time zone, and as they stood on an earlier day', async () => {
  travelTo(app, '2027-05-31T10:00:00Z')
  const { ada, cleo } = people
  for (const [dueOn, currency] of [
    ['2027-06-10', 'EUR'],
    ['2027-05-31', 'EUR'],
    ['2027-05-30', 'EUR'],
    ['2027-05-01', 'EUR'],
    ['2027-04-30', 'EUR'],
    ['2027-04-01', 'EUR'],
    ['2027-03-31', 'EUR'],
    ['2027-03-02', 'EUR'],
    ['2027-03-01', 'EUR'],
    ['2026-01-01', 'USD'],
  ] as const)
    await owe(app, currency === 'USD' ? cleo : ada, dueOn, currency)
  const on = Temporal.PlainDate.from('2027-05-31')
  const groups = await readAgeing(app, billing, { on })
  assert.deepEqual(
    groups.map(({ currency, age, invoices, amountMinor }) => [currency, age, invoices, amountMinor]),
    [
      ['EUR', '0', 2, 1_800n],
      ['EUR', '1-30', 2, 1_800n],
      ['EUR', '31-60', 2, 1_800n],
      ['EUR', '61-90', 2, 1_800n],
      ['EUR', '90+', 1, 900n],
      ['USD', '0', 0, 0n],
      ['USD', '1-30', 0, 0n],
      ['USD', '31-60', 0, 0n],
      ['USD', '61-90', 0, 0n],
      ['USD', '90+', 1, 900n],
    ],
  )
  for (const { currency, age, invoices } of groups) {
    const due = await dueOfAge(app, billing, age)
    const { rows } = await listInvoices(app, billing, { limit: 50, state: 'open', currency, due })
    assert.equal(rows.length, invoices, `the list shows the invoices of ${age} in ${currency}`)
  }
  travelTo(app, '2027-07-01T10:00:00Z')
  const before = await readAgeing(app, billing, { on, currency: 'EUR' })
  assert.deepEqual(
    before.map(({ invoices }) => invoices),
    [2, 2, 2, 2, 1],
  )
})

test('what was paid later was still owed before', async () => {
  travelTo(app, '2027-08-10T10:00:00Z')
  const buyer = await buildCustomer(app, { name: 'Late payer' })
  const invoiceId = await owe(app, buyer, '2027-08-01', 'EUR')
  const owed = async (on: string) =>
    (await readAgeing(app, billing, { on: Temporal.PlainDate.from(on), currency: 'EUR' })).find(
      ({ age }) => age === '1-30',
    )!.invoices
  travelTo(app, '2027-08-20T10:00:00Z')
  const open = await owed('2027-08-20')
  const paidAt = app.clock.now()
  await app.db
    .updateTable('invoices')
    .set((row) => ({ state: 'paid', paidAt, paidMinor: row.ref('totalMinor') }))
    .where('id', '=', invoiceId)
    .execute()
  travelTo(app, '2027-08-21T10:00:00Z')
  assert.equal(await owed('2027-08-21'), open - 1)
  assert.equal(await owed('2027-08-19'), open)
})

test('reports are for whoever may read them', async () => {
  const range = firstQuarter
  for (const actor of [staffAs('support'), staffAs('operations'), memberAs('cus_other')]) {
    const refused = { code: 'permission_denied' }
    await assert.rejects(readRevenue(app, actor, { range, step: 'month' }), refused)
    await assert.rejects(readRevenueShares(app, actor, { range, by: 'country' }), refused)
    await assert.rejects(readRecurringRevenue(app, actor, { range }), refused)
    await assert.rejects(readAgeing(app, actor, { on: range.until }), refused)
    await assert.rejects(readTax(app, actor, { range, step: 'month' }), refused)
    await assert.rejects(listTaxDocuments(app, actor, { range, limit: 1 }), refused)
    await assert.rejects(readProducts(app, actor, { range }), refused)
  }
  assert.ok(await readProducts(app, staffAs('admin'), { range }))
})

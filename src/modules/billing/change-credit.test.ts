import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { runChecks } from '#app/checks.ts'
import { allocate } from '#platform/money.ts'
import { staffAs } from '#test/support/actors.ts'
import { goTo, listDocuments } from '#test/support/billing-builders.ts'
import { buildCustomer, buildItem, buildPaidOrder } from '#test/support/builders.ts'
import { agreementOf, buildChangeQuote, changeTo, passNightOfChanges } from '#test/support/change-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { acceptChange } from './accept-change.ts'
import { correctPaid, type PayingLine, type Pricing, sumLeft } from './change-credit.ts'
import { grantCredit } from './grant-credit.ts'
import { listCredit } from './list-credit.ts'
import { refundPayment } from './refund-payment.ts'
import { readTax } from './reports/tax-report.ts'
import { setTaxOverride } from './set-tax-override.ts'

const app = await createTestApp()
after(() => app.close())

const WITH_ADDRESSES = { items: [buildItem({ options: [{ code: 'extra-addresses', quantity: 2 }] })] }

const notesOf = async (customerId: string) => {
  const { rows } = await sql<{
    number: string | null
    invoiceId: string
    net: bigint
    tax: bigint
    rate: number
    what: string
  }>`
    select n.number, n.invoice_id, l.amount_minor as net, l.tax_minor as tax, l.tax_basis_points as rate, l.description as what
    from credit_notes n join credit_note_lines l on l.credit_note_id = n.id where n.customer_id = ${customerId} order by n.id, l.position`.execute(
    app.db,
  )
  return rows
}
const setRates = (rate: number) =>
  app.db.updateTable('taxRules').set({ rateBasisPoints: rate }).where('country', '=', 'DE').execute()

test('a downgrade is a credit note on the invoice that paid for the days, at the tax of that day', async () => {
  goTo(app, '2027-03-01')
  const sale = await buildPaidOrder(app, WITH_ADDRESSES)
  await passNightOfChanges(app)
  const [paid] = await listDocuments(app, sale.customer.id)
  goTo(app, '2027-03-11')
  const germany = await app.db.selectFrom('taxRules').selectAll().where('country', '=', 'DE').executeTakeFirst()
  const rate = germany?.rateBasisPoints ?? 1_900
  await setRates(2_100)
  const change = await changeTo(app, sale, { options: [] })
  await setRates(rate)
  // 21 of 31 days of the two addresses, 6.00 with the 19 % that were charged for them.
  assert.deepEqual(
    [change.state, change.dueMinor, change.creditMinor, change.creditTaxMinor],
    ['applied', 0n, 406n, 65n],
  )
  const [note] = await notesOf(sale.customer.id)
  assert.deepEqual(
    [note!.invoiceId, note!.net, note!.tax, note!.rate, note!.what],
    [paid!.invoice.id, 341n, 65n, 1_900, paid!.lines[1]!.description],
  )
  assert.match(note!.number ?? '', /-CN-2027-\d{6}$/)
  const grants = await app.db
    .selectFrom('creditGrants')
    .selectAll()
    .where('customerId', '=', sale.customer.id)
    .execute()
  assert.deepEqual(
    grants.map(({ source, remainingMinor }) => [source, remainingMinor]),
    [['credit_note', 406n]],
  )
  const range = { from: Temporal.PlainDate.from('2027-03-01'), until: Temporal.PlainDate.from('2027-03-31') }
  const told = await readTax(app, staffAs('billing'), { range, step: 'month' })
  assert.deepEqual(
    told.map(({ netMinor, taxMinor, documents }) => [netMinor, taxMinor, documents]),
    [[paid!.invoice.subtotalMinor - 341n, paid!.invoice.taxMinor - 65n, 2]],
  )
  assert.deepEqual(await runChecks(app), [])
})

test('what an upgrade had charged is taken back first, then what the period had cost before', async () => {
  goTo(app, '2027-05-01')
  const sale = await buildPaidOrder(app, WITH_ADDRESSES)
  goTo(app, '2027-05-11')
  const up = await changeTo(app, sale, {
    options: [
      { code: 'extra-addresses', quantity: 3 },
      { code: 'backups', quantity: 1 },
    ],
  })
  const down = await changeTo(app, sale, { options: [] })
  const notes = await notesOf(sale.customer.id)
  const [first, ...rest] = Map.groupBy(notes, ({ invoiceId }) => invoiceId)
  assert.equal(first![0], up.invoiceId)
  const sumOf = (some: typeof notes) => some.reduce((sum, { net, tax }) => sum + net + tax, 0n)
  assert.equal(sumOf(first![1]), up.dueMinor)
  assert.equal(rest.length, 1)
  assert.equal(sumOf(notes), down.creditMinor)
  assert.deepEqual(await runChecks(app), [])
})

test('credit for days ahead is taken of what paid for them, so that those days are worth the same again later', async () => {
  goTo(app, '2027-09-25')
  const sale = await buildPaidOrder(app)
  const addresses = (quantity: number) => ({ options: [{ code: 'extra-addresses', quantity }] })
  await changeTo(app, sale, addresses(8))
  goTo(app, '2027-10-11')
  await passNightOfChanges(app)
  goTo(app, '2027-10-12')
  await grantCredit(app, staffAs('billing'), {
    customerId: sale.customer.id,
    currency: 'EUR',
    amountMinor: 10_000n,
    note: 'Hi',
  })
  await app.work()
  // It pays for the period from the 25th on, and of it a part is given back together with the days before.
  await changeTo(app, sale, addresses(3))
  await changeTo(app, sale, { plan: 'vps-professional', options: [] })
  goTo(app, '2027-10-26')
  const quote = await buildChangeQuote(app, sale, addresses(1))
  // 30 of 31 days: 30.97 for a plan and an address of 32.00, less 28.06 for what was paid of 29.00.
  assert.deepEqual([quote.dueMinor, quote.creditMinor], [291n, 0n])
})

test('there and back is zero for whoever buys, with prices with and without tax', async () => {
  goTo(app, '2027-06-01')
  for (const included of [true, false])
    for (const country of ['DE', 'FR', 'US']) {
      await app.db.updateTable('legalEntities').set({ pricesIncludeTax: included }).execute()
      const sale = await buildPaidOrder(app)
      goTo(app, '2027-06-01')
      await app.db.updateTable('customers').set({ country }).where('id', '=', sale.customer.id).execute()
      const extra = [{ code: 'backups', quantity: 1 }]
      goTo(app, '2027-06-12')
      const there = await changeTo(app, sale, { options: extra })
      const back = await changeTo(app, sale, { options: [] })
      assert.deepEqual([there.state, back.state, back.creditMinor], ['applied', 'applied', there.dueMinor], country)
      assert.deepEqual(await runChecks(app), [])
      goTo(app, '2027-06-01')
    }
  await app.db.updateTable('legalEntities').set({ pricesIncludeTax: true }).execute()
})

test('to another interval and back on one day gives all of it back', async () => {
  goTo(app, '2028-09-01')
  const sale = await buildPaidOrder(app)
  const there = await changeTo(app, sale, { period: 'year' })
  const back = await changeTo(app, sale, { period: 'month' })
  assert.deepEqual([back.state, back.creditMinor], ['applied', there.dueMinor])
  assert.deepEqual(await runChecks(app), [])
})

test('days that were paid without tax count on when their interval changes, and a change nobody pays for gives no credit', async () => {
  goTo(app, '2028-11-01')
  const buyer = await buildCustomer(app)
  const taxedAt = (rateBasisPoints: number) =>
    setTaxOverride(app, staffAs('admin'), {
      customerId: buyer.customer.id,
      override: { rateBasisPoints, reason: 'embassy' },
    })
  await taxedAt(0)
  const sale = await buildPaidOrder(app, { buyer, items: [buildItem({ period: 'year' })] })
  await taxedAt(1_900)
  await app.db
    .updateTable('paymentMethods')
    .set({ isDefault: false })
    .where('customerId', '=', buyer.customer.id)
    .execute()
  goTo(app, '2029-06-26')
  const change = await changeTo(app, sale, { plan: 'vps-professional', period: 'month' })
  assert.deepEqual([change.state, change.dueMinor], ['applied', 0n])
  assert.deepEqual(
    await listCredit(app, buyer.actor),
    change.creditMinor === 0n ? [] : [{ currency: 'EUR', amountMinor: change.creditMinor }],
  )
  assert.deepEqual(await runChecks(app), [])
  goTo(app, '2029-06-28')
  const again = await buildChangeQuote(app, sale, { plan: 'vps-enterprise', period: 'month' })
  assert.ok(again.dueMinor > 0n)
  await acceptChange(app, buyer.actor, { changeId: again.id })
  goTo(app, '2029-06-30')
  await passNightOfChanges(app)
  assert.deepEqual(
    await listCredit(app, buyer.actor),
    change.creditMinor === 0n ? [] : [{ currency: 'EUR', amountMinor: change.creditMinor }],
  )
  assert.deepEqual(await runChecks(app), [])
})

test('what was refunded already is not given back a second time', async () => {
  goTo(app, '2027-07-01')
  const sale = await buildPaidOrder(app, WITH_ADDRESSES)
  goTo(app, '2027-07-11')
  const stale = await buildChangeQuote(app, sale, { options: [] })
  await refundPayment(app, staffAs('billing'), {
    paymentId: sale.payment.id,
    amountMinor: sale.payment.amountMinor - 100n,
    currency: 'EUR',
    reason: 'Sorry',
    destination: 'gateway',
    service: 'keep',
  })
  await app.work()
  await assert.rejects(acceptChange(app, sale.actor, { changeId: stale.id }), { code: 'quote_stale' })
  const { creditMinor } = await buildChangeQuote(app, sale, { options: [] })
  assert.equal(creditMinor, 0n)
  assert.deepEqual(await runChecks(app), [])
})

test('credit for a period that no document of ours paid for is given without one', async () => {
  goTo(app, '2027-08-01')
  const sale = await buildPaidOrder(app, WITH_ADDRESSES)
  const { id } = await agreementOf(app, sale)
  // As if it had been moved here from elsewhere.
  await sql`update invoice_lines set subscription_id = null, released = true where subscription_id = ${id}`.execute(
    app.db,
  )
  goTo(app, '2027-08-11')
  const change = await changeTo(app, sale, { options: [] })
  assert.deepEqual([change.creditMinor, change.creditTaxMinor], [406n, 65n])
  const grants = await app.db
    .selectFrom('creditGrants')
    .selectAll()
    .where('customerId', '=', sale.customer.id)
    .execute()
  assert.deepEqual(
    grants.map(({ source, amountMinor }) => [source, amountMinor]),
    [['change', 406n]],
  )
  const found = await runChecks(app)
  assert.deepEqual(
    found.map(({ invariant }) => invariant).filter((invariant) => invariant !== 'I7'),
    [],
  )
  await sql`update invoice_lines set subscription_id = ${id}, released = false where invoice_id = ${sale.invoice.id}`.execute(
    app.db,
  )
})

const minors = fc.bigInt({ min: 0n, max: 500_000n })
const documents = fc.array(
  fc.record({ rate: fc.constantFrom(0, 700, 1_900, 2_700), gross: fc.array(minors, { minLength: 1, maxLength: 4 }) }),
  { minLength: 1, maxLength: 4 },
)

test('P1: whatever is given back is divided among what was paid, nothing lost and no line below zero', () => {
  fc.assert(
    fc.property(documents, fc.boolean(), fc.nat(1_000), (sold, included, share) => {
      const pricing: Pricing = { included, includedParts: 19_000_000 }
      const lines = sold.flatMap(({ rate, gross }, document): PayingLine[] => {
        const whole = gross.reduce((sum, amount) => sum + amount, 0n)
        const tax = allocate((whole * BigInt(rate)) / BigInt(10_000 + rate), gross)
        return gross.map((amount, index) => ({
          invoiceId: `inv_${document}`,
          id: `inl_${document}_${index}`,
          kind: index ? 'option' : 'plan',
          description: `Part ${index}`,
          taxBasisPoints: rate,
          paidNetMinor: amount - tax[index]!,
          paidTaxMinor: tax[index]!,
          amountMinor: amount - tax[index]!,
          taxMinor: tax[index]!,
          documentLeftMinor: whole,
        }))
      })
      const left = sumLeft(lines, pricing)
      const pricedMinor = (left * BigInt(share)) / 1_000n
      const { corrections, uncoveredMinor } = correctPaid(lines, { unused: [{ pricedMinor }], givenUp: [], pricing })
      assert.equal(uncoveredMinor, 0n)
      for (const { invoiceLineId, amountMinor, taxMinor } of corrections) {
        const line = lines.find(({ id }) => id === invoiceLineId)!
        assert.ok(amountMinor >= 0n && amountMinor <= line.amountMinor && taxMinor >= 0n && taxMinor <= line.taxMinor)
      }
      const given = corrections.reduce((sum, { amountMinor, taxMinor }) => sum + amountMinor + taxMinor, 0n)
      if (included && sold.every(({ rate }) => rate > 0)) assert.equal(given, pricedMinor)
      if (share === 1_000)
        assert.equal(
          given,
          lines.reduce((sum, line) => sum + line.amountMinor + line.taxMinor, 0n),
        )
    }),
    { numRuns: 500 },
  )
})

test('a seller whose prices are without tax gives back exactly the unused days and their tax', async () => {
  goTo(app, '2027-09-01')
  await app.db.updateTable('legalEntities').set({ pricesIncludeTax: false }).execute()
  const sale = await buildPaidOrder(app, WITH_ADDRESSES)
  goTo(app, '2027-09-16')
  const change = await changeTo(app, sale, { options: [] })
  // 15 of 30 days of 6.00, and 19 % of that.
  assert.deepEqual([change.creditMinor, change.creditTaxMinor], [357n, 57n])
  await app.db.updateTable('legalEntities').set({ pricesIncludeTax: true }).execute()
  assert.deepEqual(await runChecks(app), [])
})

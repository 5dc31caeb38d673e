import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { staffAs } from '#test/support/actors.ts'
import { buildSubscription, goTo, listDocuments, passNight } from '#test/support/billing-builders.ts'
import { buildCustomer, buildPaymentPage, type Buyer } from '#test/support/builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { addTaxRule } from './add-tax-rule.ts'
import { nextRenewals } from './next-renewals.ts'
import { checkRenewalTaxes } from './renewal-tax-check.ts'
import { setTaxOverride } from './set-tax-override.ts'
import { buyerIn, resolveTaxOn, spansOf } from './tax.ts'

const app = await createTestApp()
after(() => app.close())
const admin = staffAs('admin')

/** Germany's rate from a day on, as a seller in Germany enters it: at home and for the country. */
async function rateBecomes(rateBasisPoints: number, from: string): Promise<void> {
  for (const country of [null, 'DE'])
    await addTaxRule(app, admin, {
      country,
      region: null,
      level: 1,
      compound: false,
      name: 'VAT',
      category: 'S',
      rateBasisPoints,
      finerMillionths: null,
      validFrom: Temporal.PlainDate.from(from),
    })
}

/** Agreements of one customer whose next periods begin on these days. */
async function agreeOn(buyer: Buyer, days: readonly string[]): Promise<string[]> {
  const ids: string[] = []
  for (const day of days) {
    goTo(app, day)
    ids.push((await buildSubscription(app, { buyer })).subscription.id)
  }
  return ids
}

/** What is open of a customer: the due day, the rate in basis points, the total. */
const openOf = async ({ customer }: Buyer): Promise<string[]> =>
  (await listDocuments(app, customer.id))
    .filter(({ invoice }) => invoice.state === 'open')
    .map(({ invoice, lines }) => `${String(invoice.dueOn)} ${lines[0]!.taxBasisPoints} ${invoice.totalMinor}`)
    .toSorted()

test('a renewal is taxed as of the day its period begins, and the forecast of it says the same', async () => {
  const buyer = await buildCustomer(app)
  const ids = await agreeOn(buyer, ['2027-05-30', '2027-06-01', '2027-06-02'])
  await rateBecomes(2100, '2027-07-01')
  goTo(app, '2027-06-15')
  const foretold = await nextRenewals(app, ids)
  goTo(app, '2027-06-18')
  await passNight(app)
  assert.deepEqual(await openOf(buyer), ['2027-06-30 1900 900', '2027-07-01 2100 900', '2027-07-02 2100 900'])
  const made = (await listDocuments(app, buyer.customer.id)).map(({ invoice }) => invoice)
  assert.deepEqual(
    ids.map((id) => foretold.get(id)!.totalMinor),
    made.map(({ totalMinor }) => totalMinor),
  )
  assert.deepEqual(
    made.map(({ taxMinor }) => taxMinor).toSorted((a, b) => Number(a - b)),
    [144n, 156n, 156n],
    '900 hold 144 at 19 % and 156 at 21 %',
  )
  assert.deepEqual(await checkRenewalTaxes(app), [])
})

test('a rate that is entered after the renewal was made, makes it anew; one that is due before it stays', async () => {
  const buyer = await buildCustomer(app)
  await agreeOn(buyer, ['2028-02-29', '2028-03-01'])
  goTo(app, '2028-03-19')
  await passNight(app)
  const before = (await listDocuments(app, buyer.customer.id)).map(({ invoice }) => invoice.id)
  assert.deepEqual(await openOf(buyer), ['2028-03-29 2100 900', '2028-04-01 2100 900'])
  await rateBecomes(1600, '2028-04-01')
  await app.work()
  assert.deepEqual(await openOf(buyer), ['2028-03-29 2100 900', '2028-04-01 1600 900'])
  const all = (await listDocuments(app, buyer.customer.id)).map(({ invoice }) => invoice)
  assert.deepEqual(all.map(({ state }) => state).toSorted(), ['open', 'open', 'void'])
  assert.ok(before.includes(all.find(({ state }) => state === 'void')!.id))
  assert.deepEqual(await checkRenewalTaxes(app), [])
})

test('a rate of their own makes a customer’s open renewals anew, and a new address is taken over as it is', async () => {
  const buyer = await buildCustomer(app)
  await agreeOn(buyer, ['2029-01-15'])
  goTo(app, '2029-02-05')
  await passNight(app)
  await setTaxOverride(app, admin, {
    customerId: buyer.customer.id,
    override: { rateBasisPoints: 0, reason: 'A letter of the tax office' },
  })
  await app.work()
  assert.deepEqual(
    (await openOf(buyer)).map((each) => each.split(' ')[1]),
    ['0'],
  )
  await app.db
    .updateTable('customers')
    .set({ city: 'Ulm', postalCode: '89073' })
    .where('id', '=', buyer.customer.id)
    .execute()
  await app.transaction({ kind: 'system', name: 'test' }, (tx) =>
    tx.emit('customer.updated', buyer.customer.id, { customerId: buyer.customer.id }),
  )
  await app.work()
  const documents = await listDocuments(app, buyer.customer.id)
  assert.deepEqual(documents.map(({ invoice }) => invoice.state).toSorted(), ['open', 'void'])
  const open = documents.find(({ invoice }) => invoice.state === 'open')!
  assert.match(JSON.stringify(open.invoice.buyer), /89073 Ulm/)
})

test('a renewal that a payment is under way for stays as it is, and staff are told once', async () => {
  const buyer = await buildCustomer(app)
  await agreeOn(buyer, ['2030-01-15'])
  goTo(app, '2030-02-05')
  await passNight(app)
  const [document] = await listDocuments(app, buyer.customer.id)
  await buildPaymentPage(app, { actor: buyer.actor, invoice: document!.invoice })
  const own = (rateBasisPoints: number) =>
    setTaxOverride(app, admin, { customerId: buyer.customer.id, override: { rateBasisPoints, reason: 'Ours' } })
  await own(500)
  await app.work()
  await own(700)
  await app.work()
  const after = await listDocuments(app, buyer.customer.id)
  assert.deepEqual(
    after.map(({ invoice }) => [invoice.id, invoice.state]),
    [[document!.invoice.id, 'open']],
  )
  const told = await app.db
    .selectFrom('events')
    .select('id')
    .where('subjectId', '=', document!.invoice.id)
    .where('name', '=', 'invoice.tax_outdated')
    .execute()
  assert.equal(told.length, 1)
  assert.deepEqual(await checkRenewalTaxes(app), [])
})

test('a renewal whose day has passed keeps the tax of that day', async () => {
  const buyer = await buildCustomer(app)
  await agreeOn(buyer, ['2031-01-15'])
  goTo(app, '2031-02-05')
  await passNight(app)
  goTo(app, '2031-02-17')
  await setTaxOverride(app, admin, {
    customerId: buyer.customer.id,
    override: { rateBasisPoints: 0, reason: 'Too late' },
  })
  await app.work()
  assert.deepEqual(
    (await listDocuments(app, buyer.customer.id)).map(({ invoice }) => invoice.state),
    ['open'],
  )
})

test('on every day of a span the rules tax alike, whatever their days', async () => {
  const base = await app.db.selectFrom('taxRules').selectAll().where('country', 'is', null).execute()
  const day = fc.integer({ min: 0, max: 60 }).map((days) => Temporal.PlainDate.from('2027-01-01').add({ days }))
  const rule = fc.record({
    from: day,
    days: fc.option(fc.integer({ min: 1, max: 30 })),
    rate: fc.integer({ min: 0, max: 3000 }),
  })
  fc.assert(
    fc.property(fc.array(rule, { maxLength: 6 }), day, day, (changes, a, b) => {
      const [first, last] = Temporal.PlainDate.compare(a, b) <= 0 ? [a, b] : [b, a]
      const rules = [
        ...base,
        ...changes.map(({ from, days, rate }, index) => ({
          ...base[0]!,
          id: `txr_${index}`,
          rateBasisPoints: rate,
          validFrom: from,
          validTo: days === null ? null : from.add({ days }),
        })),
      ]
      const spans = spansOf(rules, { first, last })
      const at = (on: Temporal.PlainDate) =>
        JSON.stringify(resolveTaxOn(rules, { country: 'DE' }, buyerIn('DE'), { day: on, today: first }))
      for (let on = first; Temporal.PlainDate.compare(on, last) <= 0; on = on.add({ days: 1 })) {
        const within = spans.filter(
          ({ from, to }) =>
            (from === null || Temporal.PlainDate.compare(from, on) <= 0) &&
            (to === null || Temporal.PlainDate.compare(on, to) < 0),
        )
        assert.equal(within.length, 1)
        assert.equal(at(within[0]!.day), at(on))
      }
    }),
    { numRuns: 300 },
  )
})

import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { sql } from 'kysely'
import { buildSubscription, getSeller, goTo, listDocuments, planItem } from '#test/support/billing-builders.ts'
import { buildCustomer } from '#test/support/builders.ts'
import { buildDiscounts, cyclesLeft } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { sellerParty } from './seller.ts'
import { buyerParty } from './issue-invoice.ts'
import { discountLines, discountsOf } from './discount.ts'
import { nextRenewals } from './next-renewals.ts'
import { renewSubscriptions } from './renew-subscriptions.ts'
import { periodStart } from './subscription.ts'
import { resolveTax, type TaxBuyer, taxDocument } from './tax.ts'

const app = await createTestApp()
after(() => app.close())
goTo(app, '2027-01-31')

const signal = new AbortController().signal
const renew = () => renewSubscriptions.run(app, {}, signal)

/** Settles how somebody is taxed, and gives what the rules have to know of it. */
async function taxAs(
  customerId: string,
  { country, tax }: { country: string | null; tax: 'usual' | 'confirmed' | 'own rate' },
): Promise<TaxBuyer> {
  const vatId = tax === 'confirmed' && country ? `${country}12345678` : null
  const override = tax === 'own rate' ? { rateBasisPoints: 700, reason: 'A letter of the tax office' } : null
  await app.db.updateTable('customers').set({ vatId }).where('id', '=', customerId).execute()
  await sql`insert into tax_profiles (customer_id, vat_number, outcome, confirmed_at, attempts, override_basis_points, override_reason, updated_at)
    values (${customerId}, ${vatId}, ${vatId ? 'valid' : null}, ${vatId ? app.clock.now() : null}, 0, ${override?.rateBasisPoints ?? null}, ${override?.reason ?? null}, now())`.execute(
    app.db,
  )
  return { country, region: null, vatConfirmed: vatId !== null, override }
}

test('the database makes row for row the documents that our own rules make', async () => {
  goTo(app, '2027-01-31')
  const seller = await getSeller(app)
  // Two taxes beside each other, of which one is finer than a basis point, as in Quebec.
  await sql`update tax_rules set rate_basis_points = 500, category = 'S' where country = 'CA'`.execute(app.db)
  await sql`insert into tax_rules (id, legal_entity_id, country, level, compound, category, name, rate_basis_points, finer_millionths, valid_from)
    select 'txr_second', id, 'CA', 2, false, 'S', 'QST', 998, -50, '2026-01-01' from legal_entities`.execute(app.db)
  const rules = await app.db.selectFrom('taxRules').selectAll().execute()
  const random = fc.sample(
    fc.record({
      included: fc.boolean(),
      country: fc.constantFrom('DE', 'FR', 'HU', 'US', 'CH', 'CA', null),
      tax: fc.constantFrom('usual' as const, 'confirmed' as const, 'own rate' as const),
      intervalUnit: fc.constantFrom('week' as const, 'month' as const, 'year' as const),
      intervalCount: fc.integer({ min: 1, max: 13 }),
      agreements: fc.array(
        fc.record({
          items: fc.array(fc.record({ unitMinor: fc.bigInt(0n, 300_000n), quantity: fc.integer({ min: 1, max: 9 }) }), {
            minLength: 1,
            maxLength: 4,
          }),
          discounts: fc.array(
            fc.record({
              rule: fc.oneof(
                fc.record({ percentBasisPoints: fc.integer({ min: 1, max: 10_000 }) }),
                fc.record({ amountMinor: fc.bigInt(1n, 400_000n) }),
              ),
              cyclesLeft: fc.constantFrom(null, 0, 1, 3),
            }),
            { maxLength: 3 },
          ),
        }),
        { minLength: 1, maxLength: 3 },
      ),
    }),
    { numRuns: 80, seed: 20_270_131 },
  )
  for (const included of [true, false]) {
    await app.db.updateTable('legalEntities').set({ pricesIncludeTax: included }).execute()
    const built = []
    for (const each of random.filter((one) => one.included === included)) {
      const { customer, actor } = await buildCustomer(app, {
        country: each.country,
        company: 'A & B',
        addressLine2: null,
      })
      const buyer = { customer, actor }
      const agreed = []
      for (const { items, discounts } of each.agreements) {
        const { subscription } = await buildSubscription(app, {
          buyer,
          intervalUnit: each.intervalUnit,
          intervalCount: each.intervalCount,
          items: items.map((item, index) => ({
            ...planItem(item.unitMinor, item.quantity),
            kind: index ? 'option' : 'plan',
          })),
        })
        agreed.push({ items, discounts: await buildDiscounts(app, subscription.id, discounts), subscription })
      }
      built.push({ ...each, agreed, customer, buyer: await taxAs(customer.id, each) })
    }
    await app.db
      .updateTable('subscriptions')
      .set({ nextBillingOn: Temporal.PlainDate.from('2027-01-31') })
      .where('nextBillingOn', 'is not', null)
      .execute()
    const foretold = await nextRenewals(
      app,
      built.flatMap(({ agreed }) => agreed.map(({ subscription }) => subscription.id)),
    )
    await renew()
    for (const each of built) {
      const [document] = await listDocuments(app, each.customer.id)
      for (const { subscription } of each.agreed) {
        const charged = (document?.lines ?? [])
          .filter(({ subscriptionId }) => subscriptionId === subscription.id)
          .reduce((sum, line) => sum + line.amountMinor + line.taxMinor, 0n)
        assert.equal(foretold.get(subscription.id)?.totalMinor, charged, 'the next payment is what is charged')
      }
      const paidFor = each.agreed.filter(({ items }) => items.some((item) => item.unitMinor > 0n))
      if (paidFor.length === 0) {
        assert.equal(document, undefined)
        continue
      }
      const discounted = paidFor.flatMap(({ items, discounts }) =>
        discountLines(
          items.map((item) => item.unitMinor * BigInt(item.quantity)),
          discounts.filter(({ cyclesLeft }) => cyclesLeft !== 0),
        ),
      )
      const amounts = discounted.map(({ amountMinor }) => amountMinor)
      const treatment = resolveTax(rules, seller, each.buyer, Temporal.PlainDate.from('2027-01-31'))!
      const wanted = taxDocument(amounts, treatment, included)
      const { invoice, lines } = document!
      assert.deepEqual(
        [invoice.subtotalMinor, invoice.taxMinor, invoice.totalMinor],
        [wanted.subtotalMinor, wanted.taxMinor, wanted.totalMinor],
      )
      assert.deepEqual(
        lines.map((line) => [line.amountMinor, line.taxMinor]),
        wanted.net.map((net, index) => [net, wanted.tax[index]]),
      )
      assert.deepEqual(
        lines.map((line) => [line.discountMinor, discountsOf(line.reasons)]),
        discounted.map((line) => [line.discountMinor, line.discounts]),
      )
      for (const { subscription, discounts } of paidFor)
        assert.deepEqual(
          await cyclesLeft(app, subscription.id),
          discounts.map((one) => (one.cyclesLeft === null ? null : Math.max(0, one.cyclesLeft - 1))),
        )
      const end = (index: number) =>
        periodStart(Temporal.PlainDate.from('2027-01-31'), each.intervalUnit, each.intervalCount, index).toString()
      assert.deepEqual([lines[0]!.periodStart, lines[0]!.periodEnd].map(String), [end(1), end(2)])
      const taxes = await app.db
        .selectFrom('invoiceTaxes')
        .selectAll()
        .where('invoiceId', '=', invoice.id)
        .orderBy('position')
        .execute()
      assert.deepEqual(
        taxes.map(({ name, category, rateBasisPoints, finerMillionths, baseMinor, taxMinor }) => [
          name,
          category,
          rateBasisPoints,
          finerMillionths,
          baseMinor,
          taxMinor,
        ]),
        wanted.taxes.map((tax) => [
          tax.name,
          tax.category,
          tax.rateBasisPoints,
          tax.finerMillionths ?? null,
          tax.baseMinor,
          tax.taxMinor,
        ]),
      )
      assert.deepEqual(invoice.seller, { ...sellerParty({ ...seller, pricesIncludeTax: included }) })
      const vatId = each.buyer.vatConfirmed ? `${each.country}12345678` : null
      assert.deepEqual(invoice.buyer, { ...buyerParty({ ...each.customer, vatId }) })
    }
  }
  await app.db.updateTable('legalEntities').set({ pricesIncludeTax: true }).execute()
})

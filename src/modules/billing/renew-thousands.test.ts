import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { type RawBuilder, sql } from 'kysely'
import { buildSubscription, getSeller, goTo } from '#test/support/billing-builders.ts'
import { buildCoupon } from '#test/support/coupon-builders.ts'
import { createTestApp } from '#test/support/test-app.ts'
import { discountLines, discountsOf } from './discount.ts'
import { renewSubscriptions } from './renew-subscriptions.ts'
import { periodStart } from './subscription.ts'
import { resolveTax, taxDocument } from './tax.ts'

const app = await createTestApp()
after(() => app.close())

const TODAY = Temporal.PlainDate.from('2027-01-31')
const COUNTRIES = ['DE', 'FR', 'HU', 'US', 'CH', 'CA'] as const

const agreement = fc.record({
  currency: fc.constantFrom('EUR', 'USD', 'JPY'),
  unit: fc.constantFrom('day' as const, 'week' as const, 'month' as const, 'year' as const),
  count: fc.integer({ min: 1, max: 13 }),
  /** How many days from today its period ends: behind us as after an outage, or within the days we bill ahead. */
  endsIn: fc.integer({ min: -20, max: 14 }),
  items: fc.array(
    fc.record({ unitMinor: fc.integer({ min: 0, max: 300_000 }), quantity: fc.integer({ min: 1, max: 9 }) }),
    {
      minLength: 1,
      maxLength: 3,
    },
  ),
  discounts: fc.array(
    fc.record({
      rule: fc.oneof(
        fc.record({ percentBasisPoints: fc.integer({ min: 1, max: 10_000 }) }),
        fc.record({ amountMinor: fc.bigInt(1n, 400_000n) }),
      ),
      left: fc.constantFrom(null, 0, 1, 3),
    }),
    { maxLength: 2 },
  ),
})
const customer = fc.record({
  country: fc.constantFrom(...COUNTRIES),
  ownRate: fc.constantFrom(null, null, null, 0, 700),
  agreements: fc.array(agreement, { minLength: 1, maxLength: 4 }),
})

/** Rows of their own for a table, as another row of it is, all in one statement. */
const copies = (table: string, like: RawBuilder<unknown>, rows: readonly object[]): RawBuilder<unknown> =>
  sql`insert into ${sql.table(table)} select (jsonb_populate_record(t, o)).* from ${sql.table(table)} t,
    jsonb_array_elements(${JSON.stringify(rows)}::jsonb) o where ${like}`

test('of ten thousand random agreements the database bills each as our own rules do, row by row', async () => {
  goTo(app, TODAY.toString())
  const seller = await getSeller(app)
  const rules = await app.db.selectFrom('taxRules').selectAll().execute()
  const coupons = [await buildCoupon(app, { name: 'First' }), await buildCoupon(app, { name: 'Second' })]
  const model = await buildSubscription(app)
  const customers = fc.sample(customer, { numRuns: 4_100, seed: 20_270_131 }).map((each, index) => ({
    ...each,
    id: `cus_p${String(index).padStart(6, '0')}`,
    agreements: each.agreements.map((one, place) => {
      const anchor = TODAY.add({ days: one.endsIn }).subtract({ [`${one.unit}s`]: one.count })
      const [end, next] = [1, 2].map((period) => periodStart(anchor, one.unit, one.count, period))
      return { ...one, id: `sub_p${String(index).padStart(6, '0')}${place}`, anchor, end: end!, next: next! }
    }),
  }))
  const agreed = customers.flatMap(({ id: customerId, agreements }) =>
    agreements.map((one) => ({ ...one, customerId })),
  )
  assert.ok(agreed.length >= 10_000, `${agreed.length} agreements`)
  await copies(
    'customers',
    sql`t.id = ${model.customer.id}`,
    customers.map(({ id, country }) => ({ id, country, email: `${id}@example.com` })),
  ).execute(app.db)
  await sql`insert into tax_profiles (customer_id, attempts, override_basis_points, override_reason, updated_at)
    select id, 0, rate, 'A letter of the tax office', now() from jsonb_to_recordset(${JSON.stringify(
      customers.filter(({ ownRate }) => ownRate !== null).map(({ id, ownRate }) => ({ id, rate: ownRate })),
    )}::jsonb) as o (id text, rate int)`.execute(app.db)
  await copies(
    'subscriptions',
    sql`t.id = ${model.subscription.id}`,
    agreed.map(({ id, customerId, currency, unit, count, anchor, end, items }) => ({
      id,
      customer_id: customerId,
      currency,
      interval_unit: unit,
      interval_count: count,
      anchor,
      current_period_start: anchor,
      current_period_end: end,
      billed_until: end,
      next_billing_on: TODAY,
      amount_minor: items.reduce((sum, { unitMinor, quantity }) => sum + unitMinor * quantity, 0),
    })),
  ).execute(app.db)
  await copies(
    'subscription_items',
    sql`t.subscription_id = ${model.subscription.id}`,
    agreed.flatMap(({ id, items }) =>
      items.map(({ unitMinor, quantity }, position) => ({
        id: `sit_${id}${position}`,
        subscription_id: id,
        position,
        kind: position ? 'option' : 'plan',
        quantity,
        unit_minor: unitMinor,
        amount_minor: unitMinor * quantity,
      })),
    ),
  ).execute(app.db)
  await sql`insert into subscription_discounts (id, subscription_id, coupon_id, position, percent_basis_points, amount_minor, cycles_left, created_at)
    select 'sdc_' || subscription_id || position, o.*, now() from jsonb_to_recordset(${JSON.stringify(
      agreed.flatMap(({ id, discounts }) =>
        discounts.map(({ rule, left }, position) => ({
          subscription_id: id,
          coupon_id: coupons[position]!.id,
          position,
          percent_basis_points: 'percentBasisPoints' in rule ? rule.percentBasisPoints : null,
          amount_minor: 'amountMinor' in rule ? String(rule.amountMinor) : null,
          cycles_left: left,
        })),
      ),
    )}::jsonb) as o (subscription_id text, coupon_id text, position int, percent_basis_points int, amount_minor bigint, cycles_left int)`.execute(
    app.db,
  )
  await app.db
    .updateTable('subscriptions')
    .set({ nextBillingOn: null })
    .where('id', '=', model.subscription.id)
    .execute()

  await renewSubscriptions.run(app, {}, new AbortController().signal)

  const wanted = customers.flatMap(({ id: customerId, country, ownRate, agreements }) => {
    const override = ownRate === null ? null : { rateBasisPoints: ownRate, reason: 'A letter of the tax office' }
    const charged = agreements.filter(({ items }) => items.some(({ unitMinor }) => unitMinor > 0))
    const documents = Map.groupBy(charged, ({ currency, end }) => `${customerId} ${currency} ${end.toString()}`)
    return [...documents].map(([name, parts]) => {
      const lines = parts.flatMap(({ id, items, discounts, end, next }) =>
        discountLines(
          items.map(({ unitMinor, quantity }) => BigInt(unitMinor * quantity)),
          discounts.flatMap(({ rule, left }, position) =>
            left === 0
              ? []
              : [
                  {
                    couponId: coupons[position]!.id,
                    name: coupons[position]!.name,
                    rule,
                    covers: items.map(() => true),
                  },
                ],
          ),
        ).map((line) => ({ ...line, id, days: `${end.toString()} ${next.toString()}` })),
      )
      const treatment = resolveTax(rules, seller, { country, region: null, vatConfirmed: false, override }, TODAY)!
      const taxed = taxDocument(
        lines.map(({ amountMinor }) => amountMinor),
        treatment,
        seller.pricesIncludeTax,
      )
      return [
        name,
        [taxed.subtotalMinor, taxed.taxMinor, taxed.totalMinor],
        lines.map(({ id, days, discountMinor, discounts }, index) => [
          id,
          days,
          taxed.net[index],
          taxed.tax[index],
          discountMinor,
          discounts,
        ]),
        taxed.taxes.map(({ category, rateBasisPoints, baseMinor, taxMinor }) => [
          category,
          rateBasisPoints,
          baseMinor,
          taxMinor,
        ]),
      ] as const
    })
  })
  const [invoices, lines, taxes] = await Promise.all([
    app.db.selectFrom('invoices').selectAll().where('purpose', '=', 'renewal').execute(),
    app.db.selectFrom('invoiceLines').selectAll().where('cause', '=', 'renewal').orderBy('position').execute(),
    app.db.selectFrom('invoiceTaxes').selectAll().orderBy('position').execute(),
  ])
  const [linesOf, taxesOf] = [Map.groupBy(lines, (line) => line.invoiceId), Map.groupBy(taxes, (tax) => tax.invoiceId)]
  const made = invoices.map(
    ({ id, customerId, currency, dueOn, subtotalMinor, taxMinor, totalMinor }) =>
      [
        `${customerId} ${currency} ${String(dueOn)}`,
        [subtotalMinor, taxMinor, totalMinor],
        linesOf
          .get(id)!
          .map((line) => [
            line.subscriptionId,
            `${String(line.periodStart)} ${String(line.periodEnd)}`,
            line.amountMinor,
            line.taxMinor,
            line.discountMinor,
            discountsOf(line.reasons),
          ]),
        taxesOf.get(id)!.map((tax) => [tax.category, tax.rateBasisPoints, tax.baseMinor, tax.taxMinor]),
      ] as const,
  )
  assert.ok(made.length > 8_000, `${made.length} documents`)
  const asked = new Map(wanted.map((document) => [document[0], document]))
  // One by one: how thousands differ takes longer to write down than anybody reads.
  for (const document of made) assert.deepEqual(document, asked.get(document[0]))
  assert.equal(made.length, asked.size)
})

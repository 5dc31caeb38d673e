import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { sql } from 'kysely'
import { createTestApp } from '#test/support/test-app.ts'
import { getCatalog, getProduct } from './catalog-queries.ts'
import { listOffer } from './list-offer.ts'
import { findPlan, optionPriceOf, priceOf } from './plan.ts'
import { staffAs, memberAs } from '#test/support/actors.ts'

const app = await createTestApp()
after(() => app.close())

const starter = async () => findPlan(await getCatalog(app), 'vps-starter')!

test('the demo sells three sizes, by month and by year, in euros and dollars, with two options', async () => {
  const catalog = await getCatalog(app)
  assert.deepEqual(catalog.currencies, ['EUR', 'USD'])
  const [vps] = catalog.products
  for (const currency of catalog.currencies)
    assert.deepEqual(
      vps!.plans.map((plan) =>
        (['month', 'year'] as const).map((period) => priceOf(plan, currency, period)?.amountMinor),
      ),
      [
        [900n, 8_600n],
        [2_900n, 27_800n],
        [9_900n, 95_000n],
      ],
    )
  assert.deepEqual(
    vps!.options.map((option) => [option.code, option.maxQuantity, optionPriceOf(option, 'EUR', 'month')?.amountMinor]),
    [
      ['backups', 1, 200n],
      ['extra-addresses', 8, 300n],
    ],
  )
  assert.ok(vps!.plans.every((plan) => plan.features.length > 0 && plan.name.de !== ''))
  assert.deepEqual([catalog.regions.length, catalog.images.length], [2, 4])
})

test('amounts beyond what a JavaScript number holds stay exact', async () => {
  await sql`update prices set amount_minor = 9007199254740993 where amount_minor = 900 and currency = 'USD'`.execute(
    app.db,
  )
  assert.equal(priceOf((await starter()).plan, 'USD', 'month')?.amountMinor, 9_007_199_254_740_993n)
  await sql`update prices set amount_minor = 900 where amount_minor = 9007199254740993`.execute(app.db)
})

test('every change of what is for sale is seen by the very next look, by insert, update and delete', async () => {
  const price = async () => priceOf((await starter()).plan, 'EUR', 'month')?.amountMinor
  const version = async () =>
    (await sql<{ version: bigint }>`select version from offer_version`.execute(app.db)).rows[0]!.version
  assert.equal(await price(), 900n)
  await sql`update prices set amount_minor = 1000 where amount_minor = 900`.execute(app.db)
  assert.equal(await price(), 1_000n)
  await sql`update prices set amount_minor = 900 where amount_minor = 1000`.execute(app.db)
  assert.equal(await price(), 900n)
  const tables = [
    'products',
    'plans',
    'plan_features',
    'prices',
    'plan_options',
    'option_prices',
    'images',
    'regions',
    'legal_entities',
    'tax_rules',
  ]
  for (const table of tables) {
    const before = await version()
    // A statement that changes nothing counts, too: looking once too often does no harm.
    for (const change of [
      sql`update ${sql.table(table)} set ${sql.ref(await firstColumn(table))} = ${sql.ref(await firstColumn(table))}`,
      sql`delete from ${sql.table(table)} where false`,
    ])
      await change.execute(app.db)
    assert.equal((await version()) - before, 2n, table)
  }
})

const firstColumn = async (table: string): Promise<string> =>
  (
    await sql<{
      name: string
    }>`select column_name as name from information_schema.columns where table_name = ${table} and ordinal_position = 1`.execute(
      app.db,
    )
  ).rows[0]!.name

test('what is retired or switched off is not for sale, and any interval is; staff see it all', async () => {
  await sql`update plans set state = 'retired' where slug = 'vps-enterprise'`.execute(app.db)
  await sql`update images set active = false where slug = 'rocky-10'`.execute(app.db)
  await sql`insert into prices (id, plan_id, currency, interval_unit, interval_count, amount_minor, setup_minor, active)
    select 'pri_weekly', id, 'EUR', 'week', 2, 1, 0, true from plans where slug = 'vps-starter'`.execute(app.db)
  const catalog = await getCatalog(app)
  assert.equal(findPlan(catalog, 'vps-enterprise'), undefined)
  assert.ok(!catalog.images.some((image) => image.slug === 'rocky-10'))
  assert.equal((await starter()).plan.prices.length, 5)
  assert.deepEqual(catalog.periods, ['2-week', 'month', 'year'])

  const offer = await listOffer(app, staffAs('support', 'usr_1'))
  const [product] = offer.products
  assert.equal(product?.plans.find((plan) => plan.slug === 'vps-enterprise')?.state, 'retired')
  assert.equal(product.plans.find((plan) => plan.slug === 'vps-starter')?.prices.length, 5)
  assert.equal(offer.images.find((image) => image.slug === 'rocky-10')?.active, false)
  assert.deepEqual(
    offer.regions.map((region) => [region.slug, region.nodes]),
    [
      ['fsn1', 2],
      ['hel1', 1],
    ],
  )
})

test('customers do not see the staff list, and a product that is not there is told so', async () => {
  const user = memberAs('cus_1', 'usr_1')
  await assert.rejects(listOffer(app, user), { code: 'permission_denied' })
  assert.equal((await getProduct(app, 'vps')).slug, 'vps')
  await assert.rejects(getProduct(app, 'mainframes'), { code: 'product_not_found' })
})

import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import { versionedCache } from '#platform/versioned-cache.ts'
import { LocalizedText } from './localized-text.ts'
import { comparePeriods, periodOf } from './interval.ts'
import { type Catalog, type CatalogProduct, FEW, type Plan, type PlanOption, type Region } from './plan.ts'
import type { RawCatalog, RawPrice } from './raw-catalog.ts'

const readOnce = versionedCache<App['db'], Catalog>((db) => readCatalog(db))
const readAllOnce = versionedCache<App['db'], Catalog>((db) => readCatalog(db, { everyCurrency: true }))

/** The count of changes to what is for sale; belongs into the query that decides what is charged. */
export const offerVersion = sql<bigint>`(select version from offer_version)`

/** All that is published, as of that count of changes: read again only after a change. */
export const catalogAt = async (
  app: Pick<App, 'database' | 'previewed'>,
  db: App['db'],
  version: bigint,
): Promise<Catalog> => app.previewed ?? readOnce(app.database, db, version)

/** The same for what is agreed already: with the prices in currencies that left the shop, too. */
export const agreedCatalogAt = async (
  app: Pick<App, 'database' | 'previewed'>,
  db: App['db'],
  version: bigint,
): Promise<Catalog> => app.previewed ?? readAllOnce(app.database, db, version)

/** How often the offer has changed by now; the same figure means that it is as it was. */
export async function readOfferVersion(app: Pick<App, 'db'>): Promise<bigint> {
  const { rows } = await sql<{ version: bigint }>`select ${offerVersion} as version`.execute(app.db)
  return rows[0]!.version
}

/** All that is published now. */
export async function getCatalog(app: Pick<App, 'database' | 'db' | 'previewed'>): Promise<Catalog> {
  return catalogAt(app, app.db, await readOfferVersion(app))
}

/** A currency that staff switched off has no prices in the shop; what is agreed in it goes on. */
const isSold = (table: 'prices' | 'option_prices' | 'choice_prices', everyCurrency: boolean): RawBuilder<boolean> =>
  everyCurrency
    ? sql`true`
    : sql`not exists (select from currencies c where c.code = ${sql.table(table)}.currency and not c.sold)`

const price = sql`'currency', currency, 'interval_unit', interval_unit, 'interval_count', interval_count,
  'amount_minor', amount_minor::text, 'setup_minor', setup_minor::text`

/** What is published according to this connection, an open transaction of its own included. */
export async function readCatalog(db: App['db'], { everyCurrency = false } = {}): Promise<Catalog> {
  const { rows } = await sql<{ catalog: RawCatalog }>`select json_build_object(
    'products', (select coalesce(json_agg(to_json(p) order by p.position), '[]') from (
      select id, slug, kind, state, name, summary, position, region_ids as "regionIds", image_ids as "imageIds" from products where state = 'published') p),
    'plans', (select coalesce(json_agg(to_json(p) order by p.position), '[]') from (select * from plans where state = 'published') p),
    'features', (select coalesce(json_agg(to_json(f) order by f.position), '[]') from plan_features f),
    'prices', (select coalesce(json_agg(json_build_object('id', id, 'plan_id', plan_id, 'trial_days', trial_days, ${price})
      order by currency, amount_minor), '[]') from prices where active and ${isSold('prices', everyCurrency)}),
    'stock', (select coalesce(json_agg(json_build_object('plan_id', plan_id, 'region_id', region_id,
      'left', least(quantity - taken, ${FEW + 1})) order by id), '[]') from plan_stock),
    'options', (select coalesce(json_agg(to_json(o) order by o.position), '[]') from plan_options o where active),
    'option_prices', (select coalesce(json_agg(json_build_object('option_id', option_id, ${price})), '[]') from option_prices where active and ${isSold('option_prices', everyCurrency)}),
    'choices', (select coalesce(json_agg(json_build_object('option_id', option_id, 'code', c.code, 'name', c.name, 'prices', (
      select coalesce(json_agg(json_build_object(${price})), '[]') from choice_prices where choice_id = c.id and active and ${isSold('choice_prices', everyCurrency)}))
      order by c.position), '[]') from option_choices c where c.active),
    'images', (select coalesce(json_agg(to_json(i) order by i.position), '[]') from images i where active),
    'regions', (select coalesce(json_agg(to_json(r) order by r.position), '[]') from regions r where active),
    'country_currencies', (select coalesce(json_object_agg(country, currency), '{}') from country_currencies)
  ) as catalog`.execute(db)
  return assemble(rows[0]!.catalog)
}

/** The product of that address with its plans and options. Throws `product_not_found`. */
export async function getProduct(app: App, slug: string): Promise<CatalogProduct> {
  const product = (await getCatalog(app)).products.find((each) => each.slug === slug)
  if (!product) throw new Problem('not_found', 'product_not_found', 'There is no such product.')
  return product
}

/** What is sold no longer under an address, and the plan to take instead, where there is one. */
export type RetiredPlan = { name: LocalizedText; successor: { slug: string; name: LocalizedText } | null }

/** The retired plan of that address; undefined where there never was one. */
export async function findRetiredPlan(app: Pick<App, 'db'>, slug: string): Promise<RetiredPlan | undefined> {
  const row = await app.db
    .selectFrom('plans')
    .innerJoin('products', 'products.id', 'plans.productId')
    .leftJoin('plans as next', (join) =>
      join.onRef('next.id', '=', 'plans.successorId').on('next.state', '=', 'published'),
    )
    .select(['plans.name', 'next.slug as nextSlug', 'next.name as nextName'])
    .where('plans.slug', '=', slug)
    .where((where) => where.or([where('plans.state', '=', 'retired'), where('products.state', '=', 'retired')]))
    .executeTakeFirst()
  if (!row) return undefined
  const { nextSlug: next, nextName } = row
  return {
    name: LocalizedText.parse(row.name),
    successor: next === null ? null : { slug: next, name: LocalizedText.parse(nextName) },
  }
}

function assemble(raw: RawCatalog): Catalog {
  const text = (value: unknown): LocalizedText => LocalizedText.parse(value)
  const plans = raw.plans.map((plan): Plan => ({
    id: plan.id,
    productId: plan.product_id,
    slug: plan.slug,
    state: plan.state,
    name: text(plan.name),
    summary: text(plan.summary),
    popular: plan.popular,
    cores: plan.cores,
    memoryMb: plan.memory_mb,
    diskGb: plan.disk_gb,
    trafficTb: plan.traffic_tb,
    maxPerCustomer: plan.max_per_customer,
    position: plan.position,
    successorId: plan.successor_id,
    features: raw.features.filter((each) => each.plan_id === plan.id).map((each) => text(each.text)),
    prices: raw.prices
      .filter((each) => each.plan_id === plan.id)
      .map((each) => ({ priceId: each.id, trialDays: each.trial_days, ...priceFrom(each) })),
    stock: raw.stock
      .filter((each) => each.plan_id === plan.id)
      .map(({ region_id: regionId, left }) => ({ regionId, left: left > FEW ? ('many' as const) : left })),
  }))
  const prices = plans.flatMap((plan) => plan.prices)
  return {
    products: raw.products.map((product) => ({
      ...product,
      name: text(product.name),
      summary: text(product.summary),
      plans: plans.filter((plan) => plan.productId === product.id),
      options: raw.options.filter((each) => each.product_id === product.id).map((each) => assembleOption(each, raw)),
    })),
    images: raw.images.map(({ login_user, template_vm_id, ...image }) => ({
      ...image,
      loginUser: login_user,
      templateVmId: template_vm_id,
    })),
    regions: raw.regions.map((region): Region => ({ ...region, name: text(region.name) })),
    countryCurrencies: raw.country_currencies,
    currencies: [...new Set(raw.prices.map(({ currency }) => currency))].toSorted(),
    periods: [...new Set(prices.map(({ period }) => period))].toSorted(comparePeriods),
  }
}

const assembleOption = (option: RawCatalog['options'][number], raw: RawCatalog): PlanOption => ({
  id: option.id,
  code: option.code,
  kind: option.kind,
  name: LocalizedText.parse(option.name),
  summary: LocalizedText.parse(option.summary),
  minQuantity: option.min_quantity,
  maxQuantity: option.max_quantity,
  step: option.step,
  prices: raw.option_prices.filter((each) => each.option_id === option.id).map(priceFrom),
  choices: raw.choices
    .filter((each) => each.option_id === option.id)
    .map(({ code, name, prices }) => ({ code, name: LocalizedText.parse(name), prices: prices.map(priceFrom) })),
})

const priceFrom = ({ currency, interval_unit, interval_count, amount_minor, setup_minor }: RawPrice) => ({
  currency,
  period: periodOf({ intervalUnit: interval_unit, intervalCount: interval_count }),
  amountMinor: BigInt(amount_minor),
  setupMinor: BigInt(setup_minor),
})

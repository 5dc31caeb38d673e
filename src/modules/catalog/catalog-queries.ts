import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import { versionedCache } from '#platform/versioned-cache.ts'
import { LocalizedText } from './localized-text.ts'
import { comparePeriods, periodOf } from './interval.ts'
import { type Catalog, type CatalogProduct, FEW, type Plan, type PlanOption, type Region } from './plan.ts'
import type { RawCatalog, RawPrice } from './raw-catalog.ts'

const readOnce = versionedCache<App['db'], Catalog>((db) => readCatalog(db))

/** The count of changes to what is for sale; belongs into the query that decides what is charged. */
export const offerVersion = sql<bigint>`(select version from offer_version)`

/** All that is published, as of that count of changes: read again only after a change. */
export const catalogAt = (app: Pick<App, 'database'>, db: App['db'], version: bigint): Promise<Catalog> =>
  readOnce(app.database, db, version)

/** All that is published now. */
export async function getCatalog(app: Pick<App, 'database' | 'db'>): Promise<Catalog> {
  const { rows } = await sql<{ version: bigint }>`select ${offerVersion} as version`.execute(app.db)
  return catalogAt(app, app.db, rows[0]!.version)
}

const price = sql`'currency', currency, 'interval_unit', interval_unit, 'interval_count', interval_count,
  'amount_minor', amount_minor::text, 'setup_minor', setup_minor::text`

async function readCatalog(db: App['db']): Promise<Catalog> {
  const { rows } = await sql<{ catalog: RawCatalog }>`select json_build_object(
    'products', (select coalesce(json_agg(to_json(p) order by p.position), '[]') from (
      select id, slug, kind, state, name, summary, position from products where state = 'published') p),
    'plans', (select coalesce(json_agg(to_json(p) order by p.position), '[]') from (select * from plans where state = 'published') p),
    'features', (select coalesce(json_agg(to_json(f) order by f.position), '[]') from plan_features f),
    'prices', (select coalesce(json_agg(json_build_object('id', id, 'plan_id', plan_id, 'trial_days', trial_days, ${price})
      order by currency, amount_minor), '[]') from prices where active),
    'stock', (select coalesce(json_agg(json_build_object('plan_id', plan_id, 'region_id', region_id,
      'left', least(quantity - taken, ${FEW + 1})) order by id), '[]') from plan_stock),
    'options', (select coalesce(json_agg(to_json(o) order by o.position), '[]') from plan_options o),
    'option_prices', (select coalesce(json_agg(json_build_object('option_id', option_id, ${price})), '[]') from option_prices),
    'choices', (select coalesce(json_agg(json_build_object('option_id', option_id, 'code', c.code, 'name', c.name, 'prices', (
      select coalesce(json_agg(json_build_object(${price})), '[]') from choice_prices p where p.choice_id = c.id))
      order by c.position), '[]') from option_choices c where c.active),
    'images', (select coalesce(json_agg(to_json(i) order by i.position), '[]') from images i where active),
    'regions', (select coalesce(json_agg(to_json(r) order by r.position), '[]') from regions r where active)
  ) as catalog`.execute(db)
  return assemble(rows[0]!.catalog)
}

/** The product of that address with its plans and options. Throws `product_not_found`. */
export async function getProduct(app: App, slug: string): Promise<CatalogProduct> {
  const product = (await getCatalog(app)).products.find((each) => each.slug === slug)
  if (!product) throw new Problem('not_found', 'product_not_found', 'There is no such product.')
  return product
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

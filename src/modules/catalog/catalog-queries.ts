import { type RawBuilder, sql } from 'kysely'
import type { App } from '#app/app.ts'
import { Problem } from '#platform/problem.ts'
import type { Schema } from '#platform/schema.ts'
import { versionedCache } from '#platform/versioned-cache.ts'
import { LocalizedText } from './localized-text.ts'
import type { Catalog, CatalogProduct, Period, Plan, PlanOption, Region } from './plan.ts'

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

/** A currency that staff switched off has no prices; what is agreed in it goes on. */
const isSold = (table: 'prices' | 'option_prices'): RawBuilder<boolean> =>
  sql`not exists (select from currencies c where c.code = ${sql.table(table)}.currency and not c.sold)`

async function readCatalog(db: App['db']): Promise<Catalog> {
  const { rows } = await sql<{ catalog: RawCatalog }>`select json_build_object(
    'products', (select coalesce(json_agg(to_json(p) order by p.position), '[]') from (
      select id, slug, kind, state, name, summary, position from products where state = 'published') p),
    'plans', (select coalesce(json_agg(to_json(p) order by p.position), '[]') from (select * from plans where state = 'published') p),
    'features', (select coalesce(json_agg(to_json(f) order by f.position), '[]') from plan_features f),
    'prices', (select coalesce(json_agg(json_build_object('id', id, 'plan_id', plan_id, 'currency', currency, 'period', interval_unit,
      'amount_minor', amount_minor::text) order by currency, amount_minor), '[]') from prices
      where active and interval_count = 1 and interval_unit in ('month', 'year') and ${isSold('prices')}),
    'options', (select coalesce(json_agg(to_json(o) order by o.position), '[]') from plan_options o),
    'option_prices', (select coalesce(json_agg(json_build_object('option_id', option_id, 'currency', currency, 'period', interval_unit,
      'amount_minor', amount_minor::text)), '[]') from option_prices where interval_count = 1 and interval_unit in ('month', 'year')
      and ${isSold('option_prices')}),
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

/** What PostgreSQL hands over as one JSON document: column names as in SQL. */
type RawCatalog = {
  products: {
    id: string
    slug: string
    kind: 'vps'
    state: 'published'
    name: unknown
    summary: unknown
    position: number
  }[]
  plans: RawPlan[]
  features: { plan_id: string; text: unknown }[]
  prices: { id: string; plan_id: string; currency: string; period: Period; amount_minor: string }[]
  options: {
    id: string
    product_id: string
    code: string
    kind: 'switch' | 'quantity'
    name: unknown
    summary: unknown
    max_quantity: number
  }[]
  option_prices: { option_id: string; currency: string; period: Period; amount_minor: string }[]
  images: {
    id: string
    slug: string
    family: string
    name: string
    login_user: string
    template_vm_id: number
    position: number
    active: boolean
  }[]
  country_currencies: Record<string, string>
  regions: (Pick<Schema['regions'], 'id' | 'slug' | 'country' | 'position' | 'active'> & { name: unknown })[]
}
type RawPlan = {
  id: string
  product_id: string
  slug: string
  state: 'published'
  name: unknown
  summary: unknown
  popular: boolean
  cores: number
  memory_mb: number
  disk_gb: number
  traffic_tb: number
  position: number
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
    position: plan.position,
    features: raw.features.filter((each) => each.plan_id === plan.id).map((each) => text(each.text)),
    prices: raw.prices
      .filter((each) => each.plan_id === plan.id)
      .map((each) => ({
        priceId: each.id,
        currency: each.currency,
        period: each.period,
        amountMinor: BigInt(each.amount_minor),
      })),
  }))
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
    currencies: [...new Set(raw.prices.map((price) => price.currency))].toSorted(),
  }
}

const assembleOption = (option: RawCatalog['options'][number], raw: RawCatalog): PlanOption => ({
  id: option.id,
  code: option.code,
  kind: option.kind,
  name: LocalizedText.parse(option.name),
  summary: LocalizedText.parse(option.summary),
  maxQuantity: option.max_quantity,
  prices: raw.option_prices
    .filter((each) => each.option_id === option.id)
    .map((each) => ({ currency: each.currency, period: each.period, amountMinor: BigInt(each.amount_minor) })),
})

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import type { IntervalUnit, OptionKind, ProductState } from '#platform/schema.ts'
import type { LocalizedText } from './localized-text.ts'

/** An amount as text in minor units, since it travels as JSON. */
export type OfferPrice = {
  currency: string
  intervalUnit: IntervalUnit
  intervalCount: number
  amountMinor: string
  active: boolean
}
type OfferPlan = {
  id: string
  slug: string
  state: ProductState
  name: LocalizedText
  popular: boolean
  cores: number
  memoryMb: number
  diskGb: number
  trafficTb: number
  prices: OfferPrice[]
}
type OfferOption = {
  id: string
  code: string
  kind: OptionKind
  name: LocalizedText
  maxQuantity: number
  active: boolean
  prices: OfferPrice[]
  choices: OfferChoice[]
}
type OfferChoice = { id: string; code: string; name: LocalizedText; active: boolean; prices: OfferPrice[] }
type OfferProduct = {
  id: string
  slug: string
  state: ProductState
  name: LocalizedText
  summary: LocalizedText
  plans: OfferPlan[]
  options: OfferOption[]
}
export type Offer = {
  products: OfferProduct[]
  images: {
    id: string
    slug: string
    family: string
    name: string
    loginUser: string
    templateVmId: number
    active: boolean
  }[]
  regions: { id: string; slug: string; name: LocalizedText; country: string; active: boolean; nodes: number }[]
}

/** Staff: the whole catalogue with what is retired and switched off, in the shop's order. */
export async function listOffer(app: App, actor: Actor): Promise<Offer> {
  requirePermission(actor, 'catalog.read')
  const { rows } = await sql<{ offer: Offer }>`select jsonb_build_object(
    'products', (select coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'slug', p.slug, 'state', p.state, 'name', p.name,
      'summary', p.summary, 'plans', ${plans}, 'options', ${options}) order by p.position), '[]') from products p),
    'images', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'slug', slug, 'family', family, 'name', name,
      'loginUser', login_user, 'templateVmId', template_vm_id, 'active', active) order by position), '[]') from images),
    'regions', (select coalesce(jsonb_agg(jsonb_build_object('id', id, 'slug', slug, 'name', name, 'country', country,
      'active', active, 'nodes', (select count(*) from nodes n where n.region_id = r.id and n.active)) order by position), '[]') from regions r)
  ) as offer`.execute(app.db)
  return rows[0]!.offer
}

const plans = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', pl.id, 'slug', pl.slug, 'state', pl.state, 'name', pl.name,
  'popular', pl.popular, 'cores', pl.cores, 'memoryMb', pl.memory_mb, 'diskGb', pl.disk_gb, 'trafficTb', pl.traffic_tb,
  'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', pr.currency, 'intervalUnit', pr.interval_unit,
    'intervalCount', pr.interval_count, 'amountMinor', pr.amount_minor::text, 'active', pr.active)
    order by pr.currency, pr.amount_minor), '[]') from prices pr where pr.plan_id = pl.id)) order by pl.position), '[]')
  from plans pl where pl.product_id = p.id)`

const choices = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name, 'active', c.active,
  'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', cp.currency, 'intervalUnit', cp.interval_unit,
    'intervalCount', cp.interval_count, 'amountMinor', cp.amount_minor::text, 'active', cp.active)
    order by cp.currency, cp.amount_minor), '[]') from choice_prices cp where cp.choice_id = c.id)) order by c.position), '[]')
  from option_choices c where c.option_id = o.id)`

const options = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code, 'kind', o.kind, 'name', o.name,
  'maxQuantity', o.max_quantity, 'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', op.currency,
    'intervalUnit', op.interval_unit, 'intervalCount', op.interval_count, 'amountMinor', op.amount_minor::text, 'active', op.active)
    order by op.currency, op.amount_minor), '[]') from option_prices op where op.option_id = o.id),
    'active', o.active, 'choices', ${choices}) order by o.position), '[]')
  from plan_options o where o.product_id = p.id)`

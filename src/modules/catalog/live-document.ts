import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { CatalogDocument, inOrder } from './catalog-document.ts'

/** A product as the tables say it now, retired or not; undefined where it was never published. */
export async function readLiveDocument(db: App['db'], productId: string): Promise<CatalogDocument | undefined> {
  return (await readLiveDocuments(db, [productId])).get(productId)
}

/** The same of many. */
export async function readLiveDocuments(
  db: App['db'],
  productIds: readonly string[],
): Promise<Map<string, CatalogDocument>> {
  const { rows } = await sql<{ id: string; document: unknown }>`
    select p.id, jsonb_build_object('slug', p.slug, 'kind', p.kind, 'state', p.state, 'name', p.name, 'summary', p.summary,
      'position', p.position, 'regionIds', p.region_ids, 'imageIds', p.image_ids,
      'disputePolicy', p.dispute_policy, 'plans', ${plans}, 'options', ${options}) as document
    from products p where p.id = any(${productIds}::text[])`.execute(db)
  return new Map(rows.map(({ id, document }) => [id, inOrder(CatalogDocument.parse(document))]))
}

const plans = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', l.id, 'slug', l.slug, 'state', l.state, 'name', l.name,
  'summary', l.summary, 'popular', l.popular, 'cores', l.cores, 'memoryMb', l.memory_mb, 'diskGb', l.disk_gb, 'trafficTb', l.traffic_tb, 'maxPerCustomer', l.max_per_customer,
  'position', l.position, 'successorId', l.successor_id,
  'features', (select coalesce(jsonb_agg(f.text order by f.position), '[]') from plan_features f where f.plan_id = l.id),
  'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', r.currency, 'intervalUnit', r.interval_unit,
    'intervalCount', r.interval_count, 'amountMinor', r.amount_minor::text, 'setupMinor', r.setup_minor::text, 'trialDays', r.trial_days)), '[]')
    from prices r where r.plan_id = l.id and r.active))), '[]')
  from plans l where l.product_id = p.id)`

const choices = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'code', c.code, 'name', c.name, 'position', c.position, 'active', c.active,
  'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', r.currency, 'intervalUnit', r.interval_unit,
    'intervalCount', r.interval_count, 'amountMinor', r.amount_minor::text, 'setupMinor', r.setup_minor::text, 'trialDays', null)), '[]')
    from choice_prices r where r.choice_id = c.id and r.active))), '[]')
  from option_choices c where c.option_id = o.id)`

const options = sql`(select coalesce(jsonb_agg(jsonb_build_object('id', o.id, 'code', o.code, 'kind', o.kind, 'name', o.name,
  'summary', o.summary, 'minQuantity', o.min_quantity, 'maxQuantity', o.max_quantity, 'step', o.step, 'position', o.position, 'active', o.active,
  'prices', (select coalesce(jsonb_agg(jsonb_build_object('currency', r.currency, 'intervalUnit', r.interval_unit,
    'intervalCount', r.interval_count, 'amountMinor', r.amount_minor::text, 'setupMinor', r.setup_minor::text, 'trialDays', null)), '[]')
    from option_prices r where r.option_id = o.id and r.active), 'choices', ${choices})), '[]')
  from plan_options o where o.product_id = p.id)`

import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import { Problem } from '#platform/problem.ts'
import type { ProductState } from '#platform/schema.ts'
import type { LocalizedText } from './localized-text.ts'

/** How staff narrow the list by: with a limit anywhere, with nothing left somewhere, with no limit at all. */
export const STOCK_VIEWS = ['limited', 'sold_out', 'unlimited'] as const
export type StockView = (typeof STOCK_VIEWS)[number]

/** How many there are of a plan in a region, or in all together where `regionId` is null; without `quantity`, any number. */
type StockLine = {
  regionId: string | null
  region: LocalizedText | null
  quantity: number | null
  taken: number
}

export type StockedPlan = {
  id: string
  slug: string
  name: LocalizedText
  product: LocalizedText
  state: ProductState
  /** In all regions together. */
  taken: number
  /** Of all regions together first, then of each region. */
  lines: StockLine[]
}

/** Staff: plans by their address with what is taken of them. `search` is a part of an address or a name. */
export async function listStock(
  app: App,
  actor: Actor,
  filter: PageFilter & { search?: string | undefined; view?: StockView | undefined },
): Promise<Page<StockedPlan>> {
  requirePermission(actor, 'catalog.read')
  const like = `%${(filter.search ?? '').toLowerCase().replaceAll(/[\\%_]/g, String.raw`\$&`)}%`
  const view = {
    limited: sql`exists (select from plan_stock s where s.plan_id = l.id)`,
    sold_out: sql`exists (select from plan_stock s where s.plan_id = l.id and s.taken >= s.quantity)`,
    unlimited: sql`not exists (select from plan_stock s where s.plan_id = l.id)`,
  }
  const rows = await readStock(
    app.db,
    sql`${filter.view ? view[filter.view] : sql`true`}
      and (l.slug like ${like} or lower(l.name->>'en') like ${like} or lower(l.name->>'de') like ${like})
      and (${filter.after ?? null}::text is null or l.slug > ${filter.after ?? null})`,
    filter.limit + 1,
  )
  return pageOf(rows, filter.limit, ({ slug }) => slug)
}

/** Staff: the same of one plan. Throws `plan_not_found`. */
export async function getStock(app: App, actor: Actor, planId: string): Promise<StockedPlan> {
  requirePermission(actor, 'catalog.read')
  const [plan] = await readStock(app.db, sql`l.id = ${planId}`, 1)
  if (!plan) throw planMissing()
  return plan
}

export const planMissing = (): Problem => new Problem('not_found', 'plan_not_found', 'There is no such plan.')

async function readStock(db: App['db'], which: ReturnType<typeof sql>, most: number): Promise<StockedPlan[]> {
  const taken = sql`(select count(*)::int from stock_holdings h where h.plan_id = l.id and h.released_at is null`
  const { rows } = await sql<StockedPlan>`
    select l.id, l.slug, l.name, p.name as product, case when p.state = 'retired' then p.state else l.state end as state, ${taken}) as taken,
      (select jsonb_agg(jsonb_build_object('regionId', r.id, 'region', r.name, 'taken', ${taken} and (r.id is null or h.region_id = r.id)),
          'quantity', (select s.quantity from plan_stock s where s.plan_id = l.id and s.region_id is not distinct from r.id))
          order by r.position nulls first, r.id)
        from (select null::text as id, null::jsonb as name, null::int as position union all select id, name, position from regions
          where active or id in (select region_id from plan_stock s where s.plan_id = l.id)) r) as lines
    from plans l join products p on p.id = l.product_id where ${which} order by l.slug limit ${most}`.execute(db)
  return rows
}

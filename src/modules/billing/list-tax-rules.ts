import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { type Page, type PageFilter, pageOf } from '#platform/page.ts'
import type { TaxRule } from './tax.ts'

export type TaxRuleFilter = PageFilter & {
  /** Countries to show; `null` stands for the domestic rules. All, when undefined. */
  countries?: readonly (string | null)[] | undefined
  /** Only those that are valid today, or those that are over or still to come. */
  view?: 'valid' | 'other' | undefined
}

/** The seller's rules by country, state, level and day; the domestic ones first. Throws `permission_denied`. */
export async function listTaxRules(app: App, actor: Actor, filter: TaxRuleFilter): Promise<Page<TaxRule>> {
  requirePermission(actor, 'tax.manage')
  const { today } = await sellersHome(app)
  const order = sql`(coalesce(country, ''), coalesce(region, ''), level, valid_from, id)`
  const rows = await app.db
    .selectFrom('taxRules')
    .selectAll()
    .$if(filter.countries !== undefined, (query) =>
      query.where(sql<boolean>`coalesce(country, '') = any(${filter.countries!.map((each) => each ?? '')}::text[])`),
    )
    .$if(filter.view !== undefined, (query) =>
      query.where(
        sql<boolean>`(valid_from <= ${today} and (valid_to is null or valid_to > ${today})) = ${filter.view === 'valid'}`,
      ),
    )
    .$if(filter.after !== undefined, (query) =>
      query.where(
        sql<boolean>`${order} > (select coalesce(a.country, ''), coalesce(a.region, ''), a.level, a.valid_from, a.id from tax_rules a where a.id = ${filter.after})`,
      ),
    )
    .orderBy(sql`coalesce(country, ''), coalesce(region, ''), level, valid_from, id`)
    .limit(filter.limit + 1)
    .execute()
  return pageOf(rows, filter.limit)
}

/** The seller's rule of that id, or undefined. Throws `permission_denied`. */
export async function findTaxRule(app: App, actor: Actor, ruleId: string): Promise<TaxRule | undefined> {
  requirePermission(actor, 'tax.manage')
  return app.db.selectFrom('taxRules').selectAll().where('id', '=', ruleId).executeTakeFirst()
}

/** Where the seller is at home, and the day it is there. */
export async function sellersHome(app: App): Promise<{ country: string | null; today: Temporal.PlainDate }> {
  const seller = await app.db
    .selectFrom('legalEntities')
    .select(['country', 'timeZone'])
    .orderBy('id')
    .limit(1)
    .executeTakeFirst()
  const today = app.clock
    .now()
    .toZonedDateTimeISO(seller?.timeZone ?? 'UTC')
    .toPlainDate()
  return { country: seller?.country ?? null, today }
}

/** Where a rule applies: everywhere without a rule of its own, a country, or one of its states. */
export type TaxPlace = { country: string | null; region: string | null }

/**
 * Whom a rule of this place is about, by country, the most customers first: those who live there, or, for the domestic rule,
 * those without a country and those whose country has no rule of its own today. Closed accounts are left out.
 */
export async function countTaxed(
  app: App,
  actor: Actor,
  place: TaxPlace,
): Promise<{ country: string | null; customers: number }[]> {
  requirePermission(actor, 'tax.manage')
  const { today } = await sellersHome(app)
  const theirs =
    place.country === null
      ? sql<boolean>`(c.country is null or not exists (select from tax_rules t where t.country = c.country and t.region is null and t.level = 1
          and t.valid_from <= ${today} and (t.valid_to is null or t.valid_to > ${today})))`
      : sql<boolean>`c.country = ${place.country} and (${place.region}::text is null or c.region = ${place.region})`
  const { rows } = await sql<{ country: string | null; customers: number }>`
    select c.country, count(*)::int as customers from customers c where c.closed_at is null and ${theirs}
    group by c.country order by customers desc, c.country limit 20`.execute(app.db)
  return rows
}

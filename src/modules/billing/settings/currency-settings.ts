import { sql } from 'kysely'
import { z } from 'zod'
import type { App } from '#app/app.ts'
import { isCountry } from '#modules/accounts/customer.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import type { Actor } from '#platform/actor.ts'
import { isCurrency } from '#platform/money.ts'
import type { SettingIssue, SettingsSection } from './section.ts'

const Code = z.string().refine(isCurrency)

export const CurrencySettings = z.object({
  currencies: z.array(z.object({ code: Code, sold: z.boolean() })).max(40),
  countries: z.array(z.object({ country: z.string().refine(isCountry), currency: Code })).max(250),
})
export type CurrencySettings = z.output<typeof CurrencySettings>

/** In what is sold. A currency that is switched off has no prices in the shop; what is agreed in it goes on. */
export const currencySection: SettingsSection<CurrencySettings> = {
  schema: CurrencySettings,
  async read(db) {
    const { rows } = await sql<{ currencies: CurrencySettings['currencies'] }>`
      select coalesce(jsonb_agg(jsonb_build_object('code', k.code, 'sold', coalesce(c.sold, true)) order by k.code), '[]') as currencies
      from (select code from currencies union select currency from prices where active) k left join currencies c on c.code = k.code`.execute(
      db,
    )
    const countries = await db
      .selectFrom('countryCurrencies')
      .select(['country', 'currency'])
      .orderBy('country')
      .execute()
    return { currencies: rows[0]!.currencies, countries }
  },
  check: async (_db, _seller, { after }) => findCurrencyIssues(after),
  async write(tx, _seller, { after: { currencies, countries } }) {
    await tx.db.deleteFrom('countryCurrencies').execute()
    await tx.db
      .deleteFrom('currencies')
      .where('code', 'not in', currencies.map(({ code }) => code).concat(''))
      .execute()
    await tx.db
      .insertInto('currencies')
      .values(currencies.map(({ code, sold }) => ({ code, sold, updatedAt: tx.now })))
      .onConflict((conflict) =>
        conflict.column('code').doUpdateSet((eb) => ({ sold: eb.ref('excluded.sold'), updatedAt: tx.now })),
      )
      .execute()
    if (countries.length > 0) await tx.db.insertInto('countryCurrencies').values(countries).execute()
  },
}

function findCurrencyIssues({ currencies, countries }: CurrencySettings): SettingIssue[] {
  const sold = new Set(currencies.filter((each) => each.sold).map(({ code }) => code))
  if (sold.size === 0)
    return [{ path: 'currencies', code: 'currency_none', message: 'Nothing could be sold without a currency.' }]
  return countries.flatMap(({ country, currency }, index): SettingIssue[] => {
    const path = `countries.${index}`
    if (countries.findIndex((each) => each.country === country) < index)
      return [{ path, code: 'country_twice', message: 'This country is there already.' }]
    return sold.has(currency)
      ? []
      : [{ path, code: 'currency_not_sold', message: 'This currency is not sold.', values: [currency] }]
  })
}

/** How a currency stands: what is agreed in it, and which published plans have no price in it for a month or a year. */
export type CurrencyStanding = {
  code: string
  agreements: number
  prices: number
  missing: { planId: string; name: unknown; month: boolean; year: boolean }[]
}

/** Staff: what there is in each currency that anybody decided about or that has a price. */
export async function listCurrencyStandings(app: App, actor: Actor): Promise<CurrencyStanding[]> {
  requirePermission(actor, 'settings.manage')
  const { rows } = await sql<CurrencyStanding>`
    with known as (select code from currencies union select currency from prices where active)
    select k.code, (select count(*)::int from subscriptions s where s.currency = k.code and s.state <> 'cancelled') as agreements,
      (select count(*)::int from prices p where p.currency = k.code and p.active) as prices,
      (select coalesce(jsonb_agg(jsonb_build_object('planId', m.id, 'name', m.name, 'month', m.month, 'year', m.year) order by m.position), '[]') from (
        select pl.id, pl.name, pl.position,
          not exists (select from prices p where p.plan_id = pl.id and p.active and p.currency = k.code and p.interval_unit = 'month' and p.interval_count = 1) as month,
          not exists (select from prices p where p.plan_id = pl.id and p.active and p.currency = k.code and p.interval_unit = 'year' and p.interval_count = 1) as year
        from plans pl join products pr on pr.id = pl.product_id where pl.state = 'published' and pr.state = 'published') m where m.month or m.year) as missing
    from known k order by k.code`.execute(app.db)
  return rows
}

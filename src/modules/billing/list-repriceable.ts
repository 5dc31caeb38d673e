import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { LocalizedText } from '#modules/catalog/localized-text.ts'
import type { Actor } from '#platform/actor.ts'
import type { Repricing } from './repricing.ts'

/** What can be repriced: how the agreements of a plan, or one of its options or choices, are paid, with what the shop asks today. */
export type Repriceable = {
  planId: string
  planName: LocalizedText
  /** Empty where it is the plan itself. */
  optionCode: string | null
  optionName: LocalizedText | null
  choice: string | null
  choiceName: LocalizedText | null
  currency: string
  intervalUnit: Repricing['intervalUnit']
  intervalCount: number
  agreements: number
  /** Minor units of one piece; null where it is not for sale so. */
  listedMinor: bigint | null
}

type Row = Omit<Repriceable, 'planName' | 'optionName' | 'choiceName'> & {
  planName: unknown
  optionName: unknown
  choiceName: unknown
}

/** Staff: all that can be repriced, each plan before its options, and the notice in days that customers are given. */
export async function listRepriceable(
  app: App,
  actor: Actor,
): Promise<{ choices: Repriceable[]; noticeDays: number; timeZone: string }> {
  requirePermission(actor, 'catalog.reprice')
  const [{ rows }, seller] = await Promise.all([
    sql<Row>`
      with paid as (
        select s.plan_id, case when i.kind = 'option' then i.code end as option_code, case when i.kind = 'option' then i.choice end as choice,
          s.currency, s.interval_unit, s.interval_count, count(*)::int as agreements
        from subscriptions s join subscription_items i on i.subscription_id = s.id and i.kind in ('plan', 'option')
        where s.state <> 'cancelled' and s.billed_by = 'us' group by 1, 2, 3, 4, 5, 6)
      select a.plan_id, l.name as plan_name, a.option_code, o.name as option_name, a.choice, c.name as choice_name, a.currency,
        a.interval_unit, a.interval_count, a.agreements, case
          when a.option_code is null then (select amount_minor from prices p where p.plan_id = a.plan_id and p.active and p.currency = a.currency
            and p.interval_unit = a.interval_unit and p.interval_count = a.interval_count)
          when a.choice is null then (select amount_minor from option_prices p where p.option_id = o.id and p.active and p.currency = a.currency
            and p.interval_unit = a.interval_unit and p.interval_count = a.interval_count)
          else (select amount_minor from choice_prices p where p.choice_id = c.id and p.active and p.currency = a.currency
            and p.interval_unit = a.interval_unit and p.interval_count = a.interval_count) end as listed_minor
      from paid a join plans l on l.id = a.plan_id
        left join plan_options o on o.product_id = l.product_id and o.code = a.option_code
        left join option_choices c on c.option_id = o.id and c.code = a.choice
      -- What the catalogue does not know cannot be named, and not be chosen.
      where (a.option_code is null or o.id is not null) and (a.choice is null or c.id is not null)
      order by l.position, a.plan_id, o.position nulls first, c.position nulls first, a.currency, a.interval_unit, a.interval_count`.execute(
      app.db,
    ),
    app.db
      .selectFrom('legalEntities')
      .select(['priceNoticeDays', 'timeZone'])
      .orderBy('id')
      .limit(1)
      .executeTakeFirst(),
  ])
  return {
    choices: rows.map((row) => ({
      ...row,
      planName: LocalizedText.parse(row.planName),
      optionName: LocalizedText.nullable().parse(row.optionName),
      choiceName: LocalizedText.nullable().parse(row.choiceName),
    })),
    noticeDays: seller?.priceNoticeDays ?? 30,
    timeZone: seller?.timeZone ?? 'UTC',
  }
}

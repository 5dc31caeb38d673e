import { sql } from 'kysely'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import type { Db } from '#platform/database.ts'
import { FORECASTS_KEPT } from './forecast.ts'
import { readCompared } from './happenings.ts'

const actor = system('billing')
const COLUMNS = sql.raw(
  'position, kind, template, customer_id, service_id, due_on, currency, today_on, changed_on, today_minor, changed_minor',
)

/** Writes down what the copies found, in many small transactions; whatever an earlier try wrote makes way, and so do old rows. */
export async function storeForecast(app: App, forecastId: string, compared: Db): Promise<void> {
  await app.transaction(actor, async (tx) => {
    await tx.db.deleteFrom('forecastRows').where('forecastId', '=', forecastId).execute()
    await tx.db.deleteFrom('forecastDays').where('forecastId', '=', forecastId).execute()
    await sql`delete from forecast_rows where forecast_id in (
      select id from forecasts where state = 'finished' order by id desc offset ${FORECASTS_KEPT - 1})`.execute(tx.db)
  })
  for (let after = 0; ;) {
    const batch = await readCompared(compared, after)
    if (!batch) break
    await app.transaction(actor, (tx) =>
      sql`insert into forecast_rows (forecast_id, ${COLUMNS})
        select ${forecastId}, ${COLUMNS} from jsonb_populate_recordset(null::forecast_rows, ${batch.text}::jsonb)`.execute(
        tx.db,
      ),
    )
    after = batch.last
  }
  await app.transaction(actor, (tx) =>
    sql`insert into forecast_days (forecast_id, side, day, kind, currency, happenings, amount_minor)
      select ${forecastId}, s.side, s.day, r.kind, coalesce(r.currency, ''), count(*), coalesce(sum(s.minor), 0)
      from forecast_rows r cross join lateral (
        values ('today'::forecast_side, r.today_on, r.today_minor), ('changed', r.changed_on, r.changed_minor)) as s (side, day, minor)
      where r.forecast_id = ${forecastId} and s.day is not null
      group by s.side, s.day, r.kind, coalesce(r.currency, '')`.execute(tx.db),
  )
}

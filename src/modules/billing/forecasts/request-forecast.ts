import type { App } from '#app/app.ts'
import { requirePermission } from '#modules/accounts/permissions.ts'
import { type Actor, actorId } from '#platform/actor.ts'
import { newId } from '#platform/ids.ts'
import { Problem } from '#platform/problem.ts'
import { mayCreateDatabases, noScratchDatabase } from '#platform/scratch-database.ts'
import type { ForecastCards } from '#platform/schema.ts'
import { transition } from '#platform/state-machine.ts'
import { COUNT_AGREEMENTS } from './copy-billing.ts'
import { type Forecast, FORECAST_MOST, forecastMachine } from './forecast.ts'
import { FORECAST_DAYS } from './forecast-days.ts'
import { type ForecastSettings, readForecastSettings } from './forecast-settings.ts'
import { forecastTooLarge, lockForecast, runForecast } from './run-forecast.ts'

/**
 * Staff: asks what would happen in the next days if a seller billed like this; a job lives through them on a copy. Throws
 * `permission_denied`, `seller_not_found`, `forecast_running` while another one is under way, `forecast_too_large`,
 * `no_scratch_database` where the database user may not make databases.
 */
export async function requestForecast(
  app: App,
  actor: Actor,
  input: { legalEntityId: string; days: number; cards: ForecastCards; settings: ForecastSettings },
): Promise<Forecast> {
  requirePermission(actor, 'forecast.run')
  const { legalEntityId, days, cards, settings } = input
  if (!Number.isInteger(days) || days < FORECAST_DAYS.least || days > FORECAST_DAYS.most)
    throw new Problem(
      'invalid',
      'forecast_days',
      `A forecast reaches ${FORECAST_DAYS.least} to ${FORECAST_DAYS.most} days ahead.`,
    )
  if (!(await mayCreateDatabases(app.database.pool))) throw noScratchDatabase()
  const { rows } = await app.database.pool.query<{ agreements: number }>(COUNT_AGREEMENTS)
  const { agreements } = rows[0]!
  if (agreements * days > FORECAST_MOST) throw forecastTooLarge(agreements)
  return app.transaction(actor, async (tx) => {
    const seller = await tx.db
      .selectFrom('legalEntities')
      .select('id')
      .where('id', '=', legalEntityId)
      .executeTakeFirst()
    if (!seller) throw new Problem('not_found', 'seller_not_found', 'There is no such seller.')
    const underWay = await tx.db
      .selectFrom('forecasts')
      .select('id')
      .where('state', 'in', ['pending', 'running'])
      .executeTakeFirst()
    if (underWay) throw forecastRunning()
    const settingsToday = await readForecastSettings(tx.db, legalEntityId)
    const forecast = await tx.db
      .insertInto('forecasts')
      .values({
        id: newId('fct'),
        state: 'pending',
        legalEntityId,
        days,
        cards,
        settingsToday: JSON.stringify(settingsToday),
        settingsTried: JSON.stringify(settings),
        requestedBy: actorId(actor),
        passed: 0,
        leftOut: 0,
        createdAt: tx.now,
        updatedAt: tx.now,
      })
      .returningAll()
      .executeTakeFirstOrThrow()
    await tx.emit('forecast.pending', forecast.id, { before: settingsToday, after: { ...settings, days, cards } })
    await tx.enqueue(runForecast, { forecastId: forecast.id })
    return forecast
  })
}

/** Staff: calls a forecast off; its copies are dropped. Throws `permission_denied`, `forecast_not_found`, `forecast_finished`, … */
export async function cancelForecast(app: App, actor: Actor, input: { forecastId: string }): Promise<Forecast> {
  requirePermission(actor, 'forecast.run')
  return app.transaction(actor, async (tx) =>
    transition(tx, forecastMachine, await lockForecast(tx, input.forecastId), 'cancel', { finishedAt: tx.now }),
  )
}

/** What somebody is told who asks while another forecast is under way. */
export const forecastRunning = (): Problem =>
  new Problem('conflict', 'forecast_running', 'Another forecast is under way. Please wait for it, or call it off.')

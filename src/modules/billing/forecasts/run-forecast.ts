import { z } from 'zod'
import type { App } from '#app/app.ts'
import { system } from '#platform/actor.ts'
import { type Database, openDatabase } from '#platform/database.ts'
import { migrate } from '#platform/migrate.ts'
import { isProblem, Problem } from '#platform/problem.ts'
import { job } from '#platform/queue.ts'
import { createScratchDatabase, dropScratchDatabases, scratchName } from '#platform/scratch-database.ts'
import { can, transition } from '#platform/state-machine.ts'
import type { Tx } from '#platform/transaction.ts'
import { copyBilling } from './copy-billing.ts'
import { type Forecast, FORECAST_MOST, forecastMachine } from './forecast.ts'
import { ForecastSettings, writeForecastSettings } from './forecast-settings.ts'
import type { ForecastWorld } from './forecast-world.ts'
import { bringHappenings, compareHappenings, gatherHappenings } from './happenings.ts'
import { storeForecast } from './store-forecast.ts'

const actor = system('billing')
const STEP_MS = 500
/** Midday of this zone is the same date nearly everywhere: the hour at which the days of a forecast are lived through. */
const NOON = { timeZone: 'UTC', plainTime: '12:00' }

/**
 * Lives through the days of a forecast twice, on copies in databases of their own, and writes down what would happen. Begun again
 * after a crash it starts over; what the crash left is dropped first. Nothing but the forecast's own rows is written here.
 */
export const runForecast = job({
  name: 'billing.run-forecast',
  queue: 'forecasts',
  payload: z.object({ forecastId: z.string() }),
  async run(app, { forecastId }, signal) {
    const forecast = await begin(app, forecastId)
    if (!forecast) return
    const { url } = app.database
    const names = { today: scratchName(url, 'today'), changed: scratchName(url, 'changed') }
    try {
      await live(app, forecast, names, signal)
    } catch (error) {
      if (error instanceof Cancelled) return
      if (!signal.aborted) await fail(app, forecastId, isProblem(error) ? error.code : 'forecast_failed')
      if (!isProblem(error)) throw error
    } finally {
      await dropScratchDatabases(url, [names.changed, names.today])
    }
  },
})

/** Somebody called it off; there is nobody left to tell. */
class Cancelled extends Error {}
/** The worker is stopping, or the other side has failed. */
class Stopped extends Error {
  override message = 'This forecast was stopped; another worker begins it anew'
}

type Names = { today: string; changed: string }

async function live(app: App, forecast: Forecast, names: Names, signal: AbortSignal): Promise<void> {
  const { url } = app.database
  const todayUrl = await createScratchDatabase(url, names.today)
  await inDatabase(todayUrl, (scratch) => migrate(scratch))
  const start = app.clock.now()
  const { timeZone } = await sellerOf(app, forecast)
  const { agreements } = await copyBilling(url, todayUrl)
  if (agreements * forecast.days > FORECAST_MOST) throw forecastTooLarge(agreements)
  await inTransaction(app, (tx) =>
    tx.db
      .updateTable('forecasts')
      .set({ agreements, startsAt: start, startsOn: start.toZonedDateTimeISO(timeZone).toPlainDate(), passed: 0 })
      .where('id', '=', forecast.id)
      .execute(),
  )
  // Nobody is connected to the first copy at this moment, so that it can be copied again, and both begin alike.
  const changedUrl = await createScratchDatabase(url, names.changed, names.today)
  await liveBoth(app, forecast, { start, timeZone, signal, todayUrl, changedUrl })
}

type Days = { start: Temporal.Instant; timeZone: string; signal: AbortSignal }

/** Both sides at once: they share nothing, and one waits for its database while the other is at work. */
async function liveBoth(
  app: App,
  forecast: Forecast,
  { todayUrl, changedUrl, ...days }: Days & { todayUrl: string; changedUrl: string },
): Promise<void> {
  const { cards } = forecast
  const failing = new AbortController()
  const signal = AbortSignal.any([days.signal, failing.signal])
  const tell = progressTeller(app, forecast.id)
  const side = async (databaseUrl: string, settings: unknown): Promise<ForecastWorld> => {
    const world = await app.openForecastWorld({ databaseUrl, cards, start: days.start })
    worlds.push(world)
    await writeForecastSettings(world.db, forecast.legalEntityId, ForecastSettings.parse(settings))
    await liveSide(world, forecast, { ...days, signal }, tell)
    return world
  }
  const worlds: ForecastWorld[] = []
  try {
    const sides = [side(todayUrl, forecast.settingsToday), side(changedUrl, forecast.settingsTried)] as const
    // The first that fails stops the other; nothing is dropped before both have come to rest.
    for (const each of sides) each.catch(() => failing.abort())
    const failed = (await Promise.allSettled(sides)).flatMap((each) =>
      each.status === 'rejected' ? [each.reason] : [],
    )
    if (failed.length > 0) throw failed.find((reason) => !(reason instanceof Stopped)) ?? failed[0]
    const [today, changed] = await Promise.all(sides)
    await bringHappenings(today.db, changed.db)
    await compareHappenings(changed.db)
    await storeForecast(app, forecast.id, changed.db)
    await finish(app, forecast.id, today.leftOut() + changed.leftOut())
  } finally {
    for (const world of worlds) await world.close()
  }
}

/** Lives through all days of one side and gathers what happened. */
async function liveSide(
  world: ForecastWorld,
  forecast: Forecast,
  { start, timeZone, signal }: Days,
  tell: () => Promise<void>,
): Promise<void> {
  const first = start.toZonedDateTimeISO('UTC').toPlainDate()
  const momentOf = (day: number): Temporal.Instant =>
    day === 0 ? start : first.add({ days: day }).toZonedDateTime(NOON).toInstant()
  for (let day = 0; day <= forecast.days; day += 1) {
    if (signal.aborted) throw new Stopped()
    await world.pass(momentOf(day), momentOf(day + 1), signal)
    await tell()
  }
  if (signal.aborted) throw new Stopped()
  await gatherHappenings(world.db, timeZone)
}

/** Counts days of either side, and writes down now and then how many they are. */
function progressTeller(app: App, forecastId: string): () => Promise<void> {
  let passed = 0
  let told = performance.now()
  return async () => {
    passed += 1
    if (performance.now() - told < STEP_MS) return
    told = performance.now()
    await tellProgress(app, forecastId, passed)
  }
}

async function inDatabase(url: string, work: (database: Database) => Promise<unknown>): Promise<void> {
  // A connection that breaks is told by its statement.
  const database = openDatabase(url, () => undefined, 2)
  try {
    await work(database)
  } finally {
    await database.close()
  }
}

const inTransaction = (app: App, work: (tx: Tx) => Promise<unknown>): Promise<unknown> => app.transaction(actor, work)

/** Takes a forecast on; undefined when it was called off or is done. One that a dead worker left is begun anew. */
const begin = (app: App, forecastId: string): Promise<Forecast | undefined> =>
  app.transaction(actor, async (tx) => {
    const forecast = await lockForecast(tx, forecastId)
    if (can(forecastMachine, forecast, 'begin')) return transition(tx, forecastMachine, forecast, 'begin')
    return can(forecastMachine, forecast, 'finish') ? forecast : undefined
  })

const sellerOf = (app: App, { legalEntityId }: Forecast): Promise<{ timeZone: string }> =>
  app.db.selectFrom('legalEntities').select('timeZone').where('id', '=', legalEntityId).executeTakeFirstOrThrow()

/** Writes down how far it is. Throws when somebody called it off. */
async function tellProgress(app: App, forecastId: string, passed: number): Promise<void> {
  const told = await app.transaction(actor, (tx) =>
    tx.db
      .updateTable('forecasts')
      .set({ passed, updatedAt: tx.now })
      .where('id', '=', forecastId)
      .where('state', '=', 'running')
      .returning('id')
      .executeTakeFirst(),
  )
  if (!told) throw new Cancelled()
}

const finish = (app: App, forecastId: string, leftOut: number): Promise<unknown> =>
  inTransaction(app, async (tx) => {
    const forecast = await lockForecast(tx, forecastId)
    if (can(forecastMachine, forecast, 'finish'))
      await transition(tx, forecastMachine, forecast, 'finish', {
        leftOut,
        passed: 2 * (forecast.days + 1),
        finishedAt: tx.now,
      })
  })

const fail = (app: App, forecastId: string, failureCode: string): Promise<unknown> =>
  inTransaction(app, async (tx) => {
    const forecast = await lockForecast(tx, forecastId)
    if (can(forecastMachine, forecast, 'fail'))
      await transition(tx, forecastMachine, forecast, 'fail', { failureCode, finishedAt: tx.now })
  })

/** A forecast, held until the transaction ends. Throws `forecast_not_found`. */
export const lockForecast = (tx: Tx, forecastId: string): Promise<Forecast> =>
  tx.db
    .selectFrom('forecasts')
    .selectAll()
    .where('id', '=', forecastId)
    .forUpdate()
    .executeTakeFirstOrThrow(forecastNotFound)

export const forecastNotFound = (): Problem =>
  new Problem('not_found', 'forecast_not_found', 'There is no such forecast.')

/** Says for how many days it would do. */
export const forecastTooLarge = (agreements: number): Problem =>
  new Problem(
    'conflict',
    'forecast_too_large',
    `With ${agreements} agreements a forecast reaches at most ${Math.floor(FORECAST_MOST / agreements)} days ahead. Please choose fewer days.`,
  )

import type { App } from '#app/app.ts'
import type { ForecastCards } from '#platform/schema.ts'

/**
 * The product over a copy of its database: the same commands and reactions on a clock that is set, with a gateway, a host and
 * a registry that are assumed, and mails that are only written down.
 */
export type ForecastWorld = {
  db: App['db']
  /** Does everything that falls due until the next moment, as the workers would. Stops early once `signal` is aborted. */
  pass(moment: Temporal.Instant, until: Temporal.Instant, signal: AbortSignal): Promise<void>
  /** How many jobs could not be done on the copy. */
  leftOut(): number
  close(): Promise<void>
}

/** Opens it over a copy of this release's schema. `start` is the first moment of its clock. */
export type OpenForecastWorld = (input: {
  databaseUrl: string
  cards: ForecastCards
  start: Temporal.Instant
}) => Promise<ForecastWorld>

import type { ForecastState, Schema } from '#platform/schema.ts'
import { stateMachine, type Transitions } from '#platform/state-machine.ts'

/** What would happen in the next days with today's settings and with others, lived through on a copy. */
export type Forecast = Schema['forecasts']

export const forecastMachine = stateMachine({
  noun: 'forecast',
  table: 'forecasts',
  states: {
    pending: { begin: 'running', cancel: 'cancelled', fail: 'failed' },
    running: { finish: 'finished', fail: 'failed', cancel: 'cancelled' },
    finished: {},
    failed: {},
    cancelled: {},
  } satisfies Transitions<ForecastState>,
})

/** Agreements times days of one side: what is a matter of minutes and not of hours. */
export const FORECAST_MOST = 2_000_000

/** The newest so many keep what they found row by row; older ones keep their figures. */
export const FORECASTS_KEPT = 10

/** How much of a forecast is done, from 0 to 1: the days of both sides. */
export const progressOf = ({ state, passed, days }: Pick<Forecast, 'state' | 'passed' | 'days'>): number =>
  state === 'finished' ? 1 : Math.min(passed / (2 * (days + 1)), 1)

import type { ForecastSettings } from '#modules/billing/forecasts/forecast-settings.ts'
import type { ForecastCards } from '#platform/schema.ts'

export const CARDS = ['as_last_time', 'all_succeed', 'all_fail'] as const satisfies readonly ForecastCards[]
/** Rows for steps that are not there yet. */
const SPARE_STEPS = 3

export const dayField = (index: number): string => `day${index}`
export const actionField = (index: number): string => `action${index}`
export const leadField = ({ intervalUnit, intervalCount }: ForecastSettings['renewalLeads'][number]): string =>
  `lead-${intervalUnit}-${intervalCount}`
export const countSteps = ({ dunningSteps }: ForecastSettings): number => dunningSteps.length + SPARE_STEPS

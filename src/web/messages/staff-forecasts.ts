import { de } from './de/staff-forecasts.ts'
import { en } from './en/staff-forecasts.ts'
import type { Catalogue } from './messages.ts'

/** Words of forecasts: what would happen with other settings. */
export const staffForecastsMessages: Catalogue<typeof en> = { en, de }

/** How far a forecast may reach, in days. */
export const FORECAST_DAYS = { least: 7, usual: 90, most: 365 } as const

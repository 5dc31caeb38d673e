import { FORECAST_KINDS, FORECAST_VIEWS, type RowFilter } from '#modules/billing/forecasts/forecast-queries.ts'
import type { ListUrl } from './list-url.ts'

/** What the address says of the rows: which side, which kind, whose. What differs comes first. */
export const readRowsUrl = (url: ListUrl): Omit<RowFilter, 'forecastId'> => ({
  view: url.one('show', FORECAST_VIEWS) ?? 'differing',
  kind: url.one('kind', FORECAST_KINDS),
  search: url.text('q'),
})

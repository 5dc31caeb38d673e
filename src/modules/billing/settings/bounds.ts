import type { IntervalUnit } from '#platform/schema.ts'

// Apart from the schemas, which have no business in a browser.
export const CODES_AT_MOST = 10
export const TRANSFER_DAYS_AT_MOST = 60
export const NOTICE_DAYS_AT_MOST = 365
export const INTERVAL_UNITS = ['day', 'week', 'month', 'year'] as const satisfies readonly IntervalUnit[]
export const BACKUP_DAYS_AT_MOST = 365
export const LEAD_DAYS_AT_MOST = 60

import { de } from './de/reports.ts'
import { en } from './en/reports.ts'
import type { Catalogue } from './messages.ts'

/** Words of the reports, on pages and in the files they leave as. */
export const reportsMessages: Catalogue<typeof en> = { en, de }

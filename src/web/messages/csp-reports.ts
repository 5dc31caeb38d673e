import { de } from './de/csp-reports.ts'
import { en } from './en/csp-reports.ts'
import type { Catalogue } from './messages.ts'

/** Words about what browsers refuse on our pages. */
export const cspReportsMessages: Catalogue<typeof en> = { en, de }
